"""How much one order keeps: strangers fill it up to a bound, and money is written beyond it."""

from dataclasses import replace

import pytest

from domain.history import MAX_HISTORY, MAX_HISTORY_FOR_FORGERIES, MAX_PAYMENTS
from domain.order import Order, OrderStatus, Trigger
from domain.outcome import Cancelled, Failed, Forged, Paid, Pending, Surplus
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.settlement import Decision, settle
from tests.support.factories import NOON, a_key, a_payment, an_entry, an_order, won
from tests.support.strategies import NOT_PAID_YET, with_true_evidence

LIVE = Policy(mode=Mode.LIVE)
PAID = with_true_evidence(a_payment())
CANCELLED = with_true_evidence(a_payment(status=PaymentStatus.CANCELLED))
FORGED = replace(PAID, total=won(1), evidence="f" * 64)


def settle_live(order: Order, payment: Payment) -> Decision:
    return settle(order, payment, NOON, LIVE, trigger=Trigger.WEBHOOK)


def with_history(length: int, order: Order | None = None) -> Order:
    """An order with so many entries about payments that do not matter."""
    entries = [an_entry(version=version, key=a_key("imp_old")) for version in range(1, length + 1)]
    return replace(order or an_order(), version=length, history=tuple(entries))


def with_attempts(count: int) -> Order:
    attempts = [
        a_payment(status=PaymentStatus.OPENED, key=a_key(f"imp_{each}")) for each in range(count)
    ]
    return an_order(payments=tuple(attempts))


def test_forgeries_leave_room_for_honest_attempts() -> None:
    assert 0 < MAX_HISTORY_FOR_FORGERIES < MAX_HISTORY
    assert 0 < MAX_PAYMENTS < MAX_HISTORY


@pytest.mark.parametrize("status", NOT_PAID_YET)
def test_the_last_attempt_that_fits_is_kept(status: PaymentStatus) -> None:
    decision = settle_live(with_attempts(MAX_PAYMENTS - 1), a_payment(status=status))

    assert len(decision.order.payments) == MAX_PAYMENTS


@pytest.mark.parametrize("status", NOT_PAID_YET)
def test_an_attempt_too_many_is_answered_but_not_kept(status: PaymentStatus) -> None:
    order = with_attempts(MAX_PAYMENTS)

    decision = settle_live(order, a_payment(status=status))

    assert decision.order is order
    assert decision.tasks == ()
    assert decision.outcome.kind.value in {"pending", "failed", "awaitingDeposit"}


def test_an_attempt_that_is_known_still_moves_when_no_new_one_fits() -> None:
    order = with_attempts(MAX_PAYMENTS)

    decision = settle_live(order, a_payment(status=PaymentStatus.FAILED, key=a_key("imp_7")))

    assert decision.outcome == Failed()
    assert decision.order.version == 1


@pytest.mark.parametrize(
    "status", [PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.CANCELLED]
)
@pytest.mark.parametrize(
    "order", [with_attempts(MAX_PAYMENTS), with_history(MAX_HISTORY)], ids=["payments", "history"]
)
def test_money_is_kept_beyond_every_bound(order: Order, status: PaymentStatus) -> None:
    decision = settle_live(order, a_payment(status=status))

    assert decision.order.payments[-1].status is status
    assert decision.order.version == order.version + 1
    assert decision.order.status is not OrderStatus.PENDING


def test_surplus_money_is_kept_beyond_every_bound() -> None:
    order = with_history(MAX_HISTORY, settle_live(an_order(), PAID).order)

    decision = settle_live(order, replace(PAID, key=a_key("imp_2")))

    assert decision.outcome == Surplus(key=a_key("imp_2"), settled_by=PAID.key, refund=won(1000))
    assert decision.order.version == MAX_HISTORY + 1
    assert [task.detail for task in decision.tasks] == ["surplus"]


def test_each_refund_is_kept_beyond_every_bound() -> None:
    order = with_history(MAX_HISTORY, settle_live(an_order(), PAID).order)
    for refunded in (100, 200):
        partly = a_payment(
            status=PaymentStatus.PARTIALLY_CANCELLED, cancelled=won(refunded), evidence="e"
        )
        order = settle_live(order, partly).order

    decision = settle_live(order, CANCELLED)

    assert decision.outcome == Cancelled(refunded=won(1000))
    assert decision.order.version == MAX_HISTORY + 3
    assert decision.order.status is OrderStatus.REFUNDED


@pytest.mark.parametrize("payment", [PAID, CANCELLED])
def test_news_that_moves_no_money_is_not_kept_beyond_the_bound(payment: Payment) -> None:
    settled = settle_live(an_order(), payment).order
    order = with_history(MAX_HISTORY, settled)

    decision = settle_live(order, replace(payment, receipt_url="https://receipts.example/2"))

    assert decision.order is order
    assert decision.outcome == settle_live(settled, payment).outcome


@pytest.mark.parametrize(("length", "is_kept"), [(MAX_HISTORY - 1, True), (MAX_HISTORY, False)])
def test_history_without_money_ends_at_its_bound(length: int, is_kept: bool) -> None:
    order = with_history(length)

    decision = settle_live(order, a_payment(status=PaymentStatus.OPENED))

    assert (decision.order is not order) is is_kept
    assert decision.outcome == Pending()


@pytest.mark.parametrize(
    ("length", "is_kept"),
    [(MAX_HISTORY_FOR_FORGERIES - 1, True), (MAX_HISTORY_FOR_FORGERIES, False)],
)
@pytest.mark.parametrize(
    "forged",
    [
        replace(FORGED, status=PaymentStatus.OPENED),
        replace(FORGED, status=PaymentStatus.FAILED),
        replace(FORGED, mode=Mode.TEST),
        replace(FORGED, order_id="order-0002"),
    ],
    ids=["opened", "failed", "test mode", "another order's"],
)
def test_forgeries_end_at_their_own_bound(length: int, is_kept: bool, forged: Payment) -> None:
    order = with_history(length)

    decision = settle_live(order, forged)

    assert isinstance(decision.outcome, Forged)
    assert (decision.order is not order) is is_kept
    assert len(decision.tasks) == is_kept


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.UNKNOWN])
@pytest.mark.parametrize("status", [PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED])
def test_forged_money_for_this_order_is_kept_beyond_every_bound(
    mode: Mode, status: PaymentStatus
) -> None:
    order = with_history(MAX_HISTORY)
    forged = a_payment(status=status, mode=mode, total=won(999))

    decision = settle_live(order, forged)

    assert isinstance(decision.outcome, Forged)
    assert decision.order.version == MAX_HISTORY + 1
    assert [task.detail for task in decision.tasks] == ["forgedPaid"]


@pytest.mark.parametrize(("length", "is_kept"), [(MAX_HISTORY - 1, True), (MAX_HISTORY, False)])
@pytest.mark.parametrize(
    "strange",
    [
        replace(a_payment(status=PaymentStatus.OPENED), evidence="0" * 64),
        replace(PAID, mode=Mode.UNKNOWN, evidence="0" * 64),
    ],
    ids=["contradiction", "unknown mode"],
)
def test_what_moves_nothing_ends_at_the_bound(length: int, is_kept: bool, strange: Payment) -> None:
    order = with_history(length, settle_live(an_order(), PAID).order)

    decision = settle_live(order, strange)

    assert decision.outcome == Pending()
    assert (decision.order is not order) is is_kept
    assert len(decision.tasks) == is_kept


def test_a_contradiction_is_kept_when_no_new_attempt_fits() -> None:
    order = settle_live(with_attempts(MAX_PAYMENTS), PAID).order

    decision = settle_live(order, a_payment(status=PaymentStatus.OPENED, evidence="0" * 64))

    assert decision.order.version == 2
    assert [task.detail for task in decision.tasks] == ["contradiction"]


def test_an_honest_payment_settles_an_order_that_strangers_have_filled() -> None:
    order = replace(with_attempts(MAX_PAYMENTS), version=0)
    order = with_history(MAX_HISTORY, order)

    decision = settle_live(order, PAID)

    assert decision.outcome == Paid()
    assert decision.order.status is OrderStatus.PAID
    assert decision.order.settled_by == PAID.key
