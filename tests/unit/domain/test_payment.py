"""Payments: snapshots that cannot contradict themselves."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from domain.errors import InvalidValue
from domain.money import Currency, Money, UnreadableAmount
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from tests.support.factories import NOON, a_key, a_payment, an_account, won

JPY = Currency("JPY")
UNREADABLE = UnreadableAmount(number="?", currency_code="KRW")
PAID, PARTLY, CANCELLED, UNKNOWN, AWAITING = (
    PaymentStatus.PAID,
    PaymentStatus.PARTIALLY_CANCELLED,
    PaymentStatus.CANCELLED,
    PaymentStatus.UNKNOWN,
    PaymentStatus.AWAITING_DEPOSIT,
)
OPENED, FAILED = PaymentStatus.OPENED, PaymentStatus.FAILED


def yen(amount: int) -> Money:
    return Money(amount_minor=amount, currency=JPY)


@pytest.mark.parametrize(
    ("status", "cancelled"),
    [
        (PAID, 0),
        (OPENED, 0),
        (FAILED, 0),
        (AWAITING, 0),
        (PARTLY, 1),
        (PARTLY, 999),
        (CANCELLED, 1000),
        *((UNKNOWN, each) for each in (0, 1, 1000, 1001)),
    ],
)
def test_the_cancelled_amount_fits_the_status(status: PaymentStatus, cancelled: int) -> None:
    payment = a_payment(status=status, cancelled=won(cancelled))

    assert payment.cancelled == won(cancelled)


@pytest.mark.parametrize(
    ("status", "cancelled"),
    [
        *((each, 1) for each in (PAID, OPENED, FAILED, AWAITING)),
        *((each, 1000) for each in (PAID, OPENED, FAILED, AWAITING)),
        *((PARTLY, each) for each in (0, 1000, 1001)),
        *((CANCELLED, each) for each in (0, 1, 999, 1001)),
    ],
)
def test_a_cancelled_amount_against_the_status_is_refused(
    status: PaymentStatus, cancelled: int
) -> None:
    with pytest.raises(InvalidValue, match=r"^cancelled: contradicts the payment's status$"):
        a_payment(status=status, cancelled=won(cancelled))


@pytest.mark.parametrize("status", [each for each in PaymentStatus if each is not UNKNOWN])
def test_an_unreadable_cancelled_amount_leaves_only_unknown(status: PaymentStatus) -> None:
    assert a_payment(status=UNKNOWN, cancelled=UNREADABLE).cancelled == UNREADABLE
    with pytest.raises(InvalidValue):
        a_payment(status=status, cancelled=UNREADABLE)


@pytest.mark.parametrize(
    ("status", "total", "cancelled"),
    [
        (PARTLY, won(1000), yen(500)),
        (CANCELLED, won(1000), yen(1000)),
        (PARTLY, UNREADABLE, won(500)),
        (CANCELLED, UNREADABLE, won(1000)),
        (CANCELLED, won(0), won(0)),
    ],
)
def test_a_refund_is_part_of_a_total_that_can_be_read(
    status: PaymentStatus, total: Money | UnreadableAmount, cancelled: Money
) -> None:
    with pytest.raises(InvalidValue, match=r"^cancelled: "):
        a_payment(status=status, total=total, cancelled=cancelled)


def test_an_unreadable_total_may_still_be_looked_at() -> None:
    assert a_payment(total=UNREADABLE).total == UNREADABLE


def test_a_payment_that_awaits_a_deposit_says_where() -> None:
    with pytest.raises(InvalidValue, match=r"^virtual_account: is missing from a payment"):
        a_payment(status=AWAITING, virtual_account=None)


@pytest.mark.parametrize("number", ["", " ", "\n", "\t \u3000"])
def test_an_account_has_a_number(number: str) -> None:
    with pytest.raises(InvalidValue, match=r"^virtual_account: has no account number$"):
        an_account(number=number)


@pytest.mark.parametrize(
    ("status", "holds_money"),
    [
        (OPENED, False),
        (AWAITING, False),
        (PAID, True),
        (PARTLY, True),
        (CANCELLED, False),
        (FAILED, False),
        (UNKNOWN, False),
    ],
)
def test_a_payment_knows_whether_it_holds_money(status: PaymentStatus, holds_money: bool) -> None:
    assert a_payment(status=status).holds_money is holds_money


@pytest.mark.parametrize(
    ("early", "late", "may"),
    [(300, 299, False), (300, 300, True), (300, 301, True)],
)
def test_what_was_refunded_stays_refunded(early: int, late: int, may: bool) -> None:
    first = a_payment(status=PARTLY, cancelled=won(early))
    second = a_payment(status=PARTLY, cancelled=won(late))

    assert first.may_become(second) is may


@pytest.mark.parametrize("late", [PAID, PARTLY, CANCELLED, FAILED])
def test_from_an_unreadable_refund_any_move_of_the_table_may_be_true(late: PaymentStatus) -> None:
    unknown = a_payment(status=UNKNOWN, cancelled=UNREADABLE)

    assert unknown.may_become(a_payment(status=late))
    assert not a_payment(status=PAID).may_become(unknown)


def test_a_refund_that_cannot_be_read_contradicts_no_payment_that_is_still_open() -> None:
    unknown = a_payment(status=UNKNOWN, cancelled=UNREADABLE)

    assert a_payment(status=OPENED).may_become(unknown)


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "phone"},
        {"paid_at": None},
        {"receipt_url": "https://r.example"},
        {"failure_reason": "x"},
        {"discount": won(1)},
        {"merchant_account": "a"},
        {"virtual_account": an_account()},
        {"order_id": "other"},
        {"status": OPENED},
        {"total": won(1001)},
        {"key": a_key("imp_2")},
    ],
)
def test_snapshots_say_the_same_if_all_but_their_bytes_agree(changes: dict[str, Any]) -> None:
    payment = a_payment()

    assert payment.says_the_same_as(replace(payment, evidence="0" * 64))
    assert not payment.says_the_same_as(replace(payment, evidence="0" * 64, **changes))


@pytest.mark.parametrize("late", PaymentStatus)
def test_what_a_payment_waits_for_makes_no_other_payment_of_it(late: PaymentStatus) -> None:
    waiting = a_payment(status=OPENED, awaits_approval=True)

    assert waiting.says_the_same_as(a_payment(status=late)) is (late is OPENED)
    assert a_payment(status=late).says_the_same_as(waiting) is (late is OPENED)


def test_only_an_open_payment_awaits_approval() -> None:
    assert a_payment(status=OPENED, awaits_approval=True).awaits_approval
    with pytest.raises(InvalidValue, match=r"^awaits_approval: "):
        a_payment(awaits_approval=True)


@pytest.mark.parametrize(
    ("field", "gateway", "payment_id"),
    [
        ("gateway", "", "imp_1"),
        ("gateway", "PortOne", "imp_1"),
        ("gateway", "a/b", "imp_1"),
        ("payment_id", "portone-v1", ""),
        ("payment_id", "portone-v1", "../users/getToken"),
        ("payment_id", "portone-v1", "imp_1\n"),
    ],
)
def test_a_key_is_made_of_names(field: str, gateway: str, payment_id: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        PaymentKey(gateway=gateway, payment_id=payment_id)

    assert refusal.value.field == field
    assert str(a_key()) == "portone-v1/imp_000000000001"


def test_a_time_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 - the mistake to refuse

    assert a_payment(paid_at=NOON).paid_at == an_account(due_at=NOON).due_at == NOON
    with pytest.raises(InvalidValue, match=r"^paid_at: must have a time zone$"):
        a_payment(paid_at=naive)
    with pytest.raises(InvalidValue, match=r"^virtual_account\.due_at: must have a time zone$"):
        an_account(due_at=naive)


def test_what_a_gateway_does_not_tell_is_none() -> None:
    payment = Payment(
        key=a_key(),
        order_id="order-0001",
        mode=Mode.LIVE,
        status=OPENED,
        total=won(1000),
        cancelled=won(0),
        evidence="0" * 64,
    )

    untold = (payment.method, payment.virtual_account, payment.merchant_account, payment.paid_at)
    assert (*untold, payment.receipt_url, payment.failure_reason) == (None,) * 6
    assert payment.discount is None


@pytest.mark.parametrize("discount", [won(1), won(1000)])
def test_a_discount_is_a_part_of_the_total_or_all_of_it(discount: Money) -> None:
    assert a_payment(total=won(1000), discount=discount).discount == discount


@pytest.mark.parametrize(
    ("total", "discount"),
    [
        (won(1000), won(0)),
        (won(1000), won(1001)),
        (won(1000), Money.of("1", Currency("USD"))),
        (UNREADABLE, won(1)),
    ],
)
def test_what_is_no_part_of_the_total_is_no_discount(
    total: Money | UnreadableAmount, discount: Money
) -> None:
    with pytest.raises(InvalidValue) as error:
        a_payment(total=total, discount=discount)

    assert error.value.field == "discount"
