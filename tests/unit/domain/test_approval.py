"""Money is taken only if nothing speaks against it, and everything is told."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.approval import APPROVAL_TAKES, forgotten_rivals, has_rival, may_approve, noted
from domain.history import MAX_HISTORY
from domain.order import Order, OrderStatus, Trigger
from domain.outcome import OutcomeKind, Paid
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.settlement import settle
from tests.support.factories import GATEWAY, NOON, a_key, a_payment, an_order, won
from tests.support.strategies import orders, payments

LIVE = Policy(mode=Mode.LIVE)
POLICY = replace(LIVE, merchant_accounts={GATEWAY: "ours"})
WAITING = a_payment(status=PaymentStatus.OPENED, awaits_approval=True, paid_at=None)
OTHER = a_key("imp_other")


def may(order: Order, payment: Payment, policy: Policy = LIVE) -> bool:
    return may_approve(order, payment, NOON, policy)


def test_what_agrees_in_every_field_may_be_taken() -> None:
    assert may(an_order(), WAITING)


def test_an_account_issued_before_does_not_keep_a_buyer_from_paying_otherwise() -> None:
    account = a_payment(status=PaymentStatus.AWAITING_DEPOSIT, key=OTHER, paid_at=None)
    order = an_order(status=OrderStatus.AWAITING_DEPOSIT, payments=(account,))

    assert may(order, WAITING)


@pytest.mark.parametrize(
    "changes",
    [
        {"order_id": "order-0002"},
        {"total": won(999)},
        {"total": won(1001)},
        {"mode": Mode.TEST},
        {"mode": Mode.UNKNOWN},
        {"merchant_account": "theirs"},
    ],
)
def test_a_field_that_differs_or_is_not_told_says_no(changes: dict[str, Any]) -> None:
    policy = replace(LIVE, merchant_accounts={GATEWAY: "ours"})

    assert may(an_order(), replace(WAITING, merchant_account="ours"), policy)
    assert not may(an_order(), replace(WAITING, **changes), policy)


@pytest.mark.parametrize("status", PaymentStatus)
def test_a_payment_that_waits_for_nobody_is_not_approved(status: PaymentStatus) -> None:
    assert not may(an_order(), a_payment(status=status))


@pytest.mark.parametrize("status", [PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED])
def test_no_second_payment_is_taken(status: PaymentStatus) -> None:
    # As after a surplus: the order may stand in any way.
    holds = a_payment(status=status, key=OTHER)

    assert not may(an_order(payments=(holds,)), WAITING)


@pytest.mark.parametrize(
    "status",
    [
        OrderStatus.PAID,
        OrderStatus.PARTIALLY_REFUNDED,
        OrderStatus.REFUNDED,
        OrderStatus.EXPIRED,
    ],
)
def test_an_order_that_is_over_takes_no_payment(status: OrderStatus) -> None:
    assert not may(an_order(status=status), WAITING)


def test_nor_does_one_whose_time_is_over() -> None:
    assert may(an_order(expires_at=NOON + timedelta(seconds=1)), WAITING)
    assert not may(an_order(expires_at=NOON), WAITING)


def test_a_test_payment_is_taken_where_tests_count() -> None:
    assert may(an_order(), replace(WAITING, mode=Mode.TEST), Policy(mode=Mode.TEST))


def noted_order(at: datetime = NOON, **changes: Any) -> Order:
    order = noted(an_order(), replace(WAITING, key=OTHER, **changes), at, Trigger.BROWSER)
    assert order is not None
    return order


def test_a_note_is_a_verdict_of_the_record() -> None:
    order = noted_order()

    (entry,) = order.history
    assert (entry.outcome, entry.trigger, entry.key) == (
        OutcomeKind.PENDING,
        Trigger.BROWSER,
        OTHER,
    )
    assert order.version == 1
    assert [each.awaits_approval for each in order.payments] == [False]


def test_who_is_noted_first_is_the_others_rival_while_it_may_be_taken() -> None:
    order = noted_order()

    assert has_rival(order, WAITING, NOON + APPROVAL_TAKES - timedelta(seconds=1))
    assert not has_rival(order, WAITING, NOON + APPROVAL_TAKES)
    assert not has_rival(order, replace(WAITING, key=OTHER), NOON)


def test_a_rival_is_forgotten_only_when_the_record_knows_what_came_of_it() -> None:
    order = noted_order(NOON - timedelta(days=1))
    paid = a_payment(key=OTHER)

    assert list(forgotten_rivals(order, WAITING)) == [OTHER]
    assert list(forgotten_rivals(order, replace(WAITING, key=OTHER))) == []
    assert list(forgotten_rivals(replace(order, payments=(paid,)), WAITING)) == []
    assert list(forgotten_rivals(replace(order, history=()), WAITING)) == []


def test_a_rival_that_has_failed_is_none() -> None:
    order = noted_order()
    failed = a_payment(status=PaymentStatus.FAILED, key=OTHER, paid_at=None)

    assert not has_rival(replace(order, payments=(failed,)), WAITING, NOON)


@pytest.mark.parametrize(
    "changes",
    [
        {"trigger": Trigger.WEBHOOK},
        {"outcome": OutcomeKind.FAILED},
        {"key": a_key("imp_third")},
        {"payment_status": PaymentStatus.UNKNOWN},
    ],
)
def test_what_others_saw_is_no_note(changes: dict[str, Any]) -> None:
    order = noted_order()
    entry = replace(order.history[0], **changes)

    assert not has_rival(replace(order, history=(entry,)), WAITING, NOON)


def test_a_buyer_who_knocks_on_is_noted_anew_only_when_the_note_grows_old() -> None:
    order, waiting = noted_order(), replace(WAITING, key=OTHER)
    late = NOON + APPROVAL_TAKES / 2

    assert noted(order, waiting, late - timedelta(seconds=1), Trigger.REDIRECT) is order
    again = noted(order, waiting, late, Trigger.REDIRECT)
    assert again is not None
    assert [each.at for each in again.history] == [NOON, late]


def test_what_has_failed_since_is_noted_anew() -> None:
    order = noted_order()
    failed = a_payment(status=PaymentStatus.FAILED, key=OTHER, paid_at=None)

    again = noted(
        replace(order, payments=(failed,)), replace(WAITING, key=OTHER), NOON, Trigger.BROWSER
    )

    assert again is not None
    assert again.version == order.version + 1


def test_a_full_order_takes_no_note_and_so_no_money() -> None:
    entry = noted_order().history[0]
    full = an_order(history=(replace(entry, at=NOON - timedelta(days=1)),) * MAX_HISTORY)

    assert noted(full, WAITING, NOON, Trigger.BROWSER) is None


OPEN = (OrderStatus.PENDING, OrderStatus.AWAITING_DEPOSIT)
MUDDLES: list[dict[str, Any]] = [
    {},
    {"order_id": "order-other"},
    {"mode": Mode.TEST},
    {"mode": Mode.UNKNOWN},
    {"total": won(7)},
    {"merchant_account": "theirs"},
]


@st.composite
def stories(draw: st.DrawFn) -> tuple[Order, Payment]:
    """An order as its payments have left it, and another that waits, perhaps for something else."""
    order = draw(orders())
    for known in draw(st.lists(payments(order), max_size=2)):
        order = settle(order, known, NOON, POLICY, trigger=Trigger.BROWSER).order
    waiting = draw(payments(order, statuses=[PaymentStatus.OPENED]))
    muddle = draw(st.sampled_from(MUDDLES))
    return order, replace(waiting, awaits_approval=True, **muddle)


@given(stories())
def test_whatever_may_be_taken_settles_the_order_and_nothing_else_may(
    story: tuple[Order, Payment],
) -> None:
    order, waiting = story
    taken = replace(waiting, status=PaymentStatus.PAID, awaits_approval=False)

    decision = settle(order, taken, NOON, POLICY, trigger=Trigger.BROWSER)

    # Whoever was given everything back buys anew: see `test_an_order_that_is_over_…`.
    is_over = order.status not in OPEN or order.is_overdue(NOON)
    is_rightly_paid = decision.outcome == Paid() and decision.order.settled_by == waiting.key
    assert may(order, waiting, POLICY) is (
        is_rightly_paid and order.settled_by is None and not is_over
    )
