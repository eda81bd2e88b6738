"""Every difference between the two records has a name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.money import Currency, Money, UnreadableAmount
from domain.order import Order
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import DEPOSIT_GRACE, Policy
from domain.reconciliation import (
    DifferenceKind,
    is_play_money,
    may_be_money,
    name_differences,
)
from tests.support.factories import GATEWAY, NOON, a_key, a_payment, an_account, an_order, won

LIVE = Policy(mode=Mode.LIVE)
PAID = a_payment()
AWAITING = a_payment(status=PaymentStatus.AWAITING_DEPOSIT)
PARTLY = a_payment(status=PaymentStatus.PARTIALLY_CANCELLED, cancelled=won(300))
CANCELLED = a_payment(status=PaymentStatus.CANCELLED)
FAILED = a_payment(status=PaymentStatus.FAILED)
OTHER = a_payment(key=a_key("imp_other"))
DUE_AT = an_account().due_at
assert DUE_AT is not None
LATE = replace(PAID, virtual_account=an_account(), paid_at=DUE_AT + timedelta(hours=1))
IN_TIME = replace(PAID, virtual_account=an_account(), paid_at=DUE_AT)
DOLLARS = Money(amount_minor=1000, currency=Currency("USD"))


def holding(*payments: Payment) -> Order:
    """An order that these payments stand in; the first one settles it, if it holds money."""
    settler = payments[0].key if payments and payments[0].holds_money else None
    return an_order(payments=payments, settled_by=settler)


NAMED: dict[str, tuple[Order, Payment, list[str]]] = {
    "paid, never recorded": (holding(), PAID, ["missingHere"]),
    "account issued, never recorded": (holding(), AWAITING, ["missingHere"]),
    "given back, never recorded": (holding(), CANCELLED, ["missingHere"]),
    "failed here, paid there": (holding(FAILED), PAID, ["missingHere"]),
    "deposited in time": (holding(AWAITING), IN_TIME, ["missingHere"]),
    "deposited late": (holding(AWAITING), LATE, ["depositLate"]),
    "deposited late, never recorded": (holding(), LATE, ["depositLate"]),
    "deposited late, as a second payment": (holding(OTHER), LATE, ["surplus"]),
    "second payment": (holding(OTHER), PAID, ["surplus"]),
    "second payment, known as failed": (holding(OTHER, FAILED), PAID, ["surplus"]),
    "surplus, refunded in part": (holding(OTHER, PAID), PARTLY, ["refundedThere"]),
    "refunded in part": (holding(PAID), PARTLY, ["refundedThere"]),
    "refunded more": (holding(PARTLY), replace(PARTLY, cancelled=won(400)), ["refundedThere"]),
    "refunded whole": (holding(PAID), CANCELLED, ["refundedThere"]),
    "paid and given back since": (holding(FAILED), CANCELLED, ["refundedThere"]),
    "paid here, failed there": (holding(PAID), FAILED, ["paidHereNotThere"]),
    "paid here, open there": (
        holding(PAID),
        a_payment(status=PaymentStatus.OPENED),
        ["paidHereNotThere"],
    ),
    "given back here, paid there": (holding(CANCELLED), PAID, ["contradiction"]),
    "less given back there": (
        holding(PARTLY),
        replace(PARTLY, cancelled=won(200)),
        ["contradiction"],
    ),
    "another account": (
        holding(AWAITING),
        replace(AWAITING, virtual_account=an_account(number="999")),
        ["otherNews"],
    ),
    "opened here, failed there": (
        holding(a_payment(status=PaymentStatus.OPENED)),
        FAILED,
        ["otherNews"],
    ),
    "too much": (holding(), replace(PAID, total=won(1001)), ["over"]),
    "too little": (holding(), replace(PAID, total=won(999)), ["under"]),
    "a part of a coin too much": (
        holding(),
        replace(PAID, total=UnreadableAmount(number="1000.5", currency_code="KRW")),
        ["over"],
    ),
    "no number": (
        holding(),
        replace(PAID, total=UnreadableAmount(number="a lot", currency_code="KRW")),
        ["unreadableThere"],
    ),
    "another currency": (holding(), replace(PAID, total=DOLLARS), ["currency"]),
    "play money": (holding(), replace(PAID, mode=Mode.TEST), ["testMode"]),
    "play money, and too little": (
        holding(),
        replace(PAID, mode=Mode.TEST, total=won(1)),
        ["under", "testMode"],
    ),
    "bound to this order, names another": (
        holding(PAID),
        replace(PAID, order_id="order-0002"),
        ["otherOrder"],
    ),
}


@pytest.mark.parametrize(("order", "payment", "names"), NAMED.values(), ids=NAMED)
def test_each_difference_by_its_name(order: Order, payment: Payment, names: list[str]) -> None:
    assert [str(kind) for kind in name_differences(order, payment, NOON, LIVE)] == names


def test_an_account_whose_time_is_over() -> None:
    over_at = DUE_AT + DEPOSIT_GRACE if DUE_AT else NOON

    for order in (holding(AWAITING), holding()):
        kinds = name_differences(order, AWAITING, over_at, LIVE)
        assert kinds == (DifferenceKind.ACCOUNT_EXPIRED,)


def test_money_for_another_merchant() -> None:
    policy = Policy(mode=Mode.LIVE, merchant_accounts={GATEWAY: "ours"})
    payment = replace(PAID, merchant_account="theirs")

    assert name_differences(holding(), payment, NOON, policy) == (DifferenceKind.OTHER_ACCOUNT,)


@pytest.mark.parametrize("status", PaymentStatus)
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("allowed", [Mode.LIVE, Mode.TEST])
def test_what_no_order_wants_may_be_money_that_counts(
    status: PaymentStatus, mode: Mode, allowed: Mode
) -> None:
    is_money = status in (
        PaymentStatus.PAID,
        PaymentStatus.PARTIALLY_CANCELLED,
        PaymentStatus.UNKNOWN,
    )
    is_play = mode is Mode.TEST and allowed is Mode.LIVE
    payment, policy = a_payment(status=status, mode=mode), Policy(mode=allowed)

    assert is_play_money(payment, policy) is is_play
    assert may_be_money(payment, policy) is (is_money and not is_play)
