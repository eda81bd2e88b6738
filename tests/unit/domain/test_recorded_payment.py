"""Our record and the gateway's word agree, or the settle rule has something to do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.money import UnreadableAmount
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import DEPOSIT_GRACE, Policy
from domain.recorded_payment import RecordedPayment, is_news
from tests.support.factories import NOON, a_payment, an_account, won

LIVE = Policy(mode=Mode.LIVE)
PAID = a_payment()
AWAITING = a_payment(status=PaymentStatus.AWAITING_DEPOSIT)
DUE_AT = an_account().due_at
assert DUE_AT is not None
OVER_AT = DUE_AT + DEPOSIT_GRACE


def recorded(payment: Payment, *, settles: bool = True) -> RecordedPayment:
    return RecordedPayment(payment=payment, settles=settles)


def test_the_same_word_in_other_bytes_agrees() -> None:
    listed = replace(PAID, evidence="0" * 64, receipt_url="https://r.example/1", method="x")

    assert recorded(PAID).agrees_with(listed, NOON, LIVE)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": PaymentStatus.FAILED},
        {"total": won(999)},
        {"total": UnreadableAmount(number="1000.5", currency_code="KRW")},
        {"status": PaymentStatus.PARTIALLY_CANCELLED, "cancelled": won(1)},
        {"mode": Mode.TEST},
        {"order_id": "another"},
    ],
)
def test_each_difference_is_seen(changes: dict[str, Any]) -> None:
    assert not recorded(PAID).agrees_with(replace(PAID, **changes), NOON, LIVE)


def test_more_given_back_is_seen() -> None:
    partly = a_payment(status=PaymentStatus.PARTIALLY_CANCELLED, cancelled=won(300))

    assert recorded(partly).agrees_with(partly, NOON, LIVE)
    assert not recorded(partly).agrees_with(replace(partly, cancelled=won(400)), NOON, LIVE)


@pytest.mark.parametrize("account", [an_account(number="999"), an_account(due_at=None)])
def test_another_account_or_deadline_is_seen(account: Any) -> None:
    listed = replace(AWAITING, virtual_account=account)

    assert not recorded(AWAITING).agrees_with(listed, NOON, LIVE)


def test_a_deadline_that_passed_is_seen_once() -> None:
    just_in_time = OVER_AT - timedelta(microseconds=1)

    assert recorded(AWAITING).agrees_with(AWAITING, just_in_time, LIVE)
    assert not recorded(AWAITING).agrees_with(AWAITING, OVER_AT, LIVE)
    assert recorded(replace(AWAITING, lapsed=True)).agrees_with(AWAITING, OVER_AT, LIVE)


@pytest.mark.parametrize(
    ("payment", "settles", "is_surplus"),
    [
        (PAID, True, False),
        (PAID, False, True),
        (a_payment(status=PaymentStatus.PARTIALLY_CANCELLED), False, True),
        (a_payment(status=PaymentStatus.CANCELLED), False, False),
        (AWAITING, False, False),
    ],
)
def test_money_that_settles_nothing_is_surplus(
    payment: Payment, settles: bool, is_surplus: bool
) -> None:
    assert recorded(payment, settles=settles).is_surplus is is_surplus


@pytest.mark.parametrize("status", PaymentStatus)
def test_an_attempt_that_came_to_nothing_is_no_news(status: PaymentStatus) -> None:
    nothing_yet = status in (PaymentStatus.OPENED, PaymentStatus.FAILED)

    assert is_news(a_payment(status=status)) is not nothing_yet
