"""What one snapshot changes: the outcome table, repeats, moves, tasks."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import IllegalTransition
from domain.order import Order, OrderStatus, Trigger
from domain.outcome import (
    AwaitingDeposit,
    Cancelled,
    Discrepancy,
    Failed,
    Forged,
    OutcomeKind,
    Paid,
    Pending,
    Surplus,
    VerificationOutcome,
)
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.rule_version import RULE_VERSION
from domain.settlement import Decision, settle
from domain.tasks import TaskKind
from tests.support.factories import NOON, a_key, a_payment, an_account, an_order, won
from tests.support.strategies import NOT_PAID_YET, orders, payments, with_true_evidence

LIVE, TESTING = Policy(mode=Mode.LIVE), Policy(mode=Mode.TEST)
OTHER = a_key("imp_other")
TELL_AND_WATCH = [TaskKind.TELL_BUYER_ACCOUNT, TaskKind.DEPOSIT_DEADLINE]


def settle_live(order: Order, payment: Payment, trigger: Trigger = Trigger.BROWSER) -> Decision:
    return settle(order, payment, NOON, LIVE, trigger=trigger)


def after(*snapshots: Payment) -> Order:
    """An order of 1,000 won after these snapshots."""
    order = an_order()
    for snapshot in snapshots:
        order = settle_live(order, snapshot).order
    return order


def said(status: PaymentStatus, payment_id: str = "imp_1", **changes: object) -> Payment:
    return with_true_evidence(a_payment(status=status, key=a_key(payment_id), **changes))


ACCOUNT = an_account()
PAID = said(PaymentStatus.PAID)
PARTLY = said(PaymentStatus.PARTIALLY_CANCELLED, cancelled=won(300))
CANCELLED = said(PaymentStatus.CANCELLED)
OPENED = said(PaymentStatus.OPENED)
AWAITING = said(PaymentStatus.AWAITING_DEPOSIT)
FAILED = said(PaymentStatus.FAILED, failure_reason="no funds")
UNKNOWN = said(PaymentStatus.UNKNOWN)
SECOND_PAID = said(PaymentStatus.PAID, "imp_2")

# The outcome table of the design, a row each, with what becomes of a fresh order.
OUTCOMES: dict[str, tuple[Order, Payment, VerificationOutcome, OrderStatus]] = {
    "a bound field differs": (
        an_order(),
        replace(PAID, order_id="order-0002"),
        Forged(
            discrepancies=(
                Discrepancy(field="order_id", expected="order-0001", actual="order-0002"),
            )
        ),
        OrderStatus.PENDING,
    ),
    "paid": (an_order(), PAID, Paid(), OrderStatus.PAID),
    "paid by another already": (
        after(PAID),
        SECOND_PAID,
        Surplus(key=SECOND_PAID.key, settled_by=PAID.key, refund=won(1000)),
        OrderStatus.PAID,
    ),
    "account issued": (
        an_order(),
        AWAITING,
        AwaitingDeposit(account=ACCOUNT),
        OrderStatus.AWAITING_DEPOSIT,
    ),
    "open": (an_order(), OPENED, Pending(), OrderStatus.PENDING),
    "open with an account": (
        an_order(),
        replace(OPENED, virtual_account=ACCOUNT),
        Pending(),
        OrderStatus.PENDING,
    ),
    "unknown": (an_order(), UNKNOWN, Pending(), OrderStatus.PENDING),
    "failed": (an_order(), FAILED, Failed(reason="no funds"), OrderStatus.PENDING),
    "cancelled in part": (
        an_order(),
        PARTLY,
        Cancelled(refunded=won(300)),
        OrderStatus.PARTIALLY_REFUNDED,
    ),
    "cancelled whole": (
        an_order(),
        CANCELLED,
        Cancelled(refunded=won(1000)),
        OrderStatus.REFUNDED,
    ),
}


@pytest.mark.parametrize(
    ("order", "payment", "outcome", "status"), OUTCOMES.values(), ids=OUTCOMES.keys()
)
def test_the_table_of_outcomes(
    order: Order, payment: Payment, outcome: VerificationOutcome, status: OrderStatus
) -> None:
    decision = settle_live(order, payment)

    assert decision.outcome == outcome
    assert decision.order.status is status


@pytest.mark.parametrize("trigger", Trigger)
def test_an_accepted_snapshot_is_written_down_whole(trigger: Trigger) -> None:
    order = after(OPENED)

    settled = settle_live(order, PAID, trigger).order

    entry = settled.history[-1]
    assert (entry.version, entry.at, entry.trigger) == (2, NOON, trigger)
    assert (entry.outcome, entry.key, entry.evidence) == (
        OutcomeKind.PAID,
        PAID.key,
        PAID.evidence,
    )
    assert entry.discrepancies == ()
    assert (entry.payment_status, entry.rule_version) == (PaymentStatus.PAID, RULE_VERSION)
    assert settled.version == 2
    assert settled.history[:-1] == order.history
    assert settled.payments == (PAID,)
    assert settled.settled_by == PAID.key


def test_a_snapshot_replaces_the_older_one_of_its_payment_in_place() -> None:
    order = after(OPENED, said(PaymentStatus.OPENED, "imp_2"))

    settled = settle_live(order, FAILED).order

    assert [payment.key for payment in settled.payments] == [a_key("imp_1"), a_key("imp_2")]
    assert settled.payment(FAILED.key) == FAILED


@given(orders(), st.data())
def test_the_same_snapshot_again_changes_nothing(order: Order, data: st.DataObject) -> None:
    payment = data.draw(payments(order))
    first = settle_live(order, payment)

    second = settle_live(first.order, payment)

    assert second.order is first.order
    assert second.outcome == first.outcome
    assert second.tasks == ()


@given(orders(), st.data())
def test_other_bytes_that_say_the_same_change_nothing(order: Order, data: st.DataObject) -> None:
    payment = data.draw(payments(order))
    first = settle_live(order, payment)

    second = settle_live(first.order, replace(payment, evidence="f" * 64))

    assert second == Decision(order=first.order, outcome=first.outcome)


# --- payments whose mode the gateway does not tell ------------------------------------------


@pytest.mark.parametrize("status", PaymentStatus)
@pytest.mark.parametrize("before", [(), (OPENED,), (AWAITING,), (PAID,), (PARTLY,), (CANCELLED,)])
def test_a_payment_of_unknown_mode_moves_nothing_in_live_mode(
    before: tuple[Payment, ...], status: PaymentStatus
) -> None:
    order = after(*before)

    decision = settle_live(order, said(status, mode=Mode.UNKNOWN))

    assert decision.outcome == Pending()
    assert decision.order.status is order.status
    assert decision.order.payments == order.payments
    assert decision.order.settled_by == order.settled_by
    assert all(task.kind is TaskKind.ALERT_OPERATOR for task in decision.tasks)


@pytest.mark.parametrize("status", [PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED])
def test_money_of_unknown_mode_is_recorded_and_alerted_once(status: PaymentStatus) -> None:
    payment = said(status, mode=Mode.UNKNOWN)

    first = settle_live(an_order(), payment)
    second = settle_live(first.order, payment)

    assert [entry.outcome for entry in first.order.history] == [OutcomeKind.PENDING]
    assert [task.detail for task in first.tasks] == ["unknownMode"]
    assert second == Decision(order=first.order, outcome=Pending())


def test_a_refund_of_unknown_mode_is_alerted_for_the_money_it_is_about() -> None:
    decision = settle_live(after(PAID), said(PaymentStatus.CANCELLED, mode=Mode.UNKNOWN))

    assert decision.order.status is OrderStatus.PAID
    assert decision.order.version == 2
    assert [task.detail for task in decision.tasks] == ["unknownMode"]


def test_money_whose_mode_is_told_later_settles_the_order() -> None:
    order = settle_live(an_order(), said(PaymentStatus.PAID, mode=Mode.UNKNOWN)).order

    decision = settle_live(order, PAID)

    assert decision.outcome == Paid()
    assert decision.order.status is OrderStatus.PAID


def test_a_mode_that_is_told_and_then_taken_back_is_recorded_anew() -> None:
    unknown = said(PaymentStatus.PAID, mode=Mode.UNKNOWN)
    order = after(unknown, PAID)

    decision = settle_live(order, unknown)

    assert decision.outcome == Pending()
    assert decision.order.version == 3
    assert decision.order.status is OrderStatus.PAID


@pytest.mark.parametrize("before", [(), (OPENED,), (AWAITING,)])
def test_an_open_payment_of_unknown_mode_is_not_worth_a_line(before: tuple[Payment, ...]) -> None:
    order = after(*before)

    decision = settle_live(order, said(PaymentStatus.OPENED, mode=Mode.UNKNOWN))

    assert decision.order is order
    assert decision.tasks == ()


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.TEST, Mode.UNKNOWN])
def test_a_shop_that_tests_settles_by_any_mode(mode: Mode) -> None:
    decision = settle(
        an_order(), said(PaymentStatus.PAID, mode=mode), NOON, TESTING, trigger=Trigger.CLI
    )

    assert decision.outcome == Paid()
    assert decision.order.status is OrderStatus.PAID


# --- tasks ------------------------------------------------------------------------------------


def test_the_buyer_is_told_each_account_once() -> None:
    told = settle_live(an_order(), AWAITING)
    same = replace(AWAITING, virtual_account=an_account(due_at=NOON + timedelta(days=9)))
    again = settle_live(told.order, with_true_evidence(same))
    another = replace(AWAITING, virtual_account=an_account(number="999"))
    anew = settle_live(again.order, with_true_evidence(another))

    assert [task.kind for task in told.tasks] == TELL_AND_WATCH
    assert told.tasks[0].due_at == NOON
    assert again.order.version == 2
    assert [task.kind for task in again.tasks] == [TaskKind.DEPOSIT_DEADLINE]
    assert [task.kind for task in anew.tasks] == TELL_AND_WATCH
    assert anew.tasks[0].task_id != told.tasks[0].task_id


@pytest.mark.parametrize("status", [OPENED, UNKNOWN, FAILED])
def test_the_buyer_is_told_of_an_account_that_was_shown_before_it_waited(status: Payment) -> None:
    order = after(with_true_evidence(replace(status, virtual_account=ACCOUNT)))

    decision = settle_live(order, AWAITING)

    assert [task.kind for task in decision.tasks] == TELL_AND_WATCH


def test_the_account_number_stands_in_no_task_id() -> None:
    tasks = settle_live(an_order(), AWAITING).tasks

    assert len(tasks) == 2
    assert not any(ACCOUNT.number in task.task_id for task in tasks)


def test_the_buyer_of_a_paid_order_is_not_asked_for_money() -> None:
    decision = settle_live(after(SECOND_PAID), AWAITING)

    assert isinstance(decision.outcome, AwaitingDeposit)
    assert [task.kind for task in decision.tasks] == [TaskKind.DEPOSIT_DEADLINE]


def test_the_buyer_of_a_refunded_order_may_pay_anew() -> None:
    refunded = after(said(PaymentStatus.CANCELLED, "imp_2"))

    decision = settle_live(refunded, AWAITING)

    assert [task.kind for task in decision.tasks] == TELL_AND_WATCH


@pytest.mark.parametrize("payment", [PAID, CANCELLED, PARTLY, OPENED, FAILED, UNKNOWN])
def test_nothing_is_to_be_done_for_the_orders_own_payment(payment: Payment) -> None:
    assert settle_live(an_order(), payment).tasks == ()


@pytest.mark.parametrize("status", [PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED])
def test_surplus_money_is_alerted(status: PaymentStatus) -> None:
    decision = settle_live(after(PAID), said(status, "imp_2"))

    (task,) = decision.tasks
    assert task.kind is TaskKind.ALERT_OPERATOR
    assert (task.order_id, task.key, task.due_at) == ("order-0001", a_key("imp_2"), NOON)
    assert task.detail == "surplus"
    assert decision.order.settled_by == PAID.key


def test_a_surplus_payment_is_not_alerted_again_for_another_receipt() -> None:
    order = after(PAID, SECOND_PAID)

    decision = settle_live(
        order, with_true_evidence(replace(SECOND_PAID, receipt_url="https://r.example/2"))
    )

    assert isinstance(decision.outcome, Surplus)
    assert decision.order.version == 3
    assert decision.tasks == ()


@pytest.mark.parametrize("status", [*NOT_PAID_YET, PaymentStatus.CANCELLED])
def test_a_second_attempt_without_money_is_no_surplus(status: PaymentStatus) -> None:
    decision = settle_live(after(PAID), said(status, "imp_2"))

    waits = [TaskKind.DEPOSIT_DEADLINE] if status is PaymentStatus.AWAITING_DEPOSIT else []
    assert [task.kind for task in decision.tasks] == waits
    assert decision.order.status is OrderStatus.PAID
    assert decision.order.settled_by == PAID.key


# --- more than one payment --------------------------------------------------------------------


def test_a_second_payment_after_a_full_refund_settles_the_order_anew() -> None:
    decision = settle_live(after(PAID, CANCELLED), SECOND_PAID)

    assert decision.outcome == Paid()
    assert decision.order.status is OrderStatus.PAID
    assert decision.order.settled_by == SECOND_PAID.key
    assert decision.tasks == ()


def test_a_second_payment_after_a_partial_refund_is_surplus() -> None:
    decision = settle_live(after(PAID, PARTLY), SECOND_PAID)

    assert decision.outcome == Surplus(key=SECOND_PAID.key, settled_by=PAID.key, refund=won(1000))
    assert decision.order.status is OrderStatus.PARTIALLY_REFUNDED


def test_the_payment_that_was_paid_first_settles_not_the_one_seen_first() -> None:
    order = after(OPENED, SECOND_PAID)

    decision = settle_live(order, PAID)

    assert decision.outcome == Surplus(key=PAID.key, settled_by=SECOND_PAID.key, refund=won(1000))
    assert decision.order.settled_by == SECOND_PAID.key
    assert [task.key for task in decision.tasks] == [PAID.key]


def test_the_surplus_payment_settles_when_the_first_is_refunded() -> None:
    decision = settle_live(after(PAID, SECOND_PAID), CANCELLED)

    assert decision.outcome == Cancelled(refunded=won(1000))
    assert decision.order.status is OrderStatus.PAID
    assert decision.order.settled_by == SECOND_PAID.key
    assert settle_live(decision.order, SECOND_PAID).outcome == Paid()


def test_refunding_the_surplus_leaves_the_order_to_the_first() -> None:
    decision = settle_live(after(PAID, SECOND_PAID), said(PaymentStatus.CANCELLED, "imp_2"))

    assert decision.order.status is OrderStatus.PAID
    assert decision.order.settled_by == PAID.key


def test_with_all_refunded_nothing_settles_the_order() -> None:
    order = after(PAID, SECOND_PAID, CANCELLED, said(PaymentStatus.CANCELLED, "imp_2"))

    assert order.status is OrderStatus.REFUNDED
    assert order.settled_by is None


# --- expired orders -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payment", "status"),
    [
        (OPENED, OrderStatus.PENDING),
        (FAILED, OrderStatus.PENDING),
        (UNKNOWN, OrderStatus.PENDING),
        (AWAITING, OrderStatus.AWAITING_DEPOSIT),
        (PAID, OrderStatus.PAID),
        (PARTLY, OrderStatus.PARTIALLY_REFUNDED),
        (CANCELLED, OrderStatus.REFUNDED),
    ],
)
def test_an_expired_order_follows_its_payments_like_any_other(
    payment: Payment, status: OrderStatus
) -> None:
    expired = an_order(status=OrderStatus.EXPIRED)

    decision = settle_live(expired, payment)

    assert decision.order.status is status
    assert decision.order.version == 1


def test_a_record_at_odds_with_itself_is_not_moved_along_an_illegal_edge() -> None:
    """It cannot come about by settling; somebody has edited the store."""
    tampered = an_order(status=OrderStatus.PAID)

    with pytest.raises(IllegalTransition, match=r"^paid -> pending "):
        settle_live(tampered, OPENED)


def test_what_awaits_our_approval_is_an_open_payment_to_the_record() -> None:
    waiting = replace(OPENED, awaits_approval=True)

    first = settle_live(an_order(), waiting)
    again = settle_live(first.order, waiting)

    assert first.outcome == Pending()
    assert first.order.payments == (OPENED,)
    assert again.order is first.order
