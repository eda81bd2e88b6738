"""Forgeries and contradictions: written down and alerted, and nothing moves by them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import UnreadableAmount
from domain.order import Order, OrderStatus, Trigger
from domain.outcome import Cancelled, Discrepancy, Forged, OutcomeKind, Paid, Pending
from domain.payment import PAYMENT_MOVES, Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.settlement import Decision, refuse, settle
from domain.tasks import TaskKind
from tests.support.factories import GATEWAY, NOON, a_key, a_payment, an_account, an_order, won
from tests.support.strategies import orders, payments, with_true_evidence

LIVE = Policy(mode=Mode.LIVE, merchant_accounts={GATEWAY: "acct-shop"})
AMOUNT_DIFFERS = (Discrepancy(field="amount", expected="1000", actual="1"),)


def settle_live(order: Order, payment: Payment) -> Decision:
    return settle(order, payment, NOON, LIVE, trigger=Trigger.WEBHOOK)


def said(status: PaymentStatus, **changes: object) -> Payment:
    return with_true_evidence(a_payment(status=status, **changes))


def after(*snapshots: Payment) -> Order:
    order = an_order()
    for snapshot in snapshots:
        order = settle_live(order, snapshot).order
    return order


def stands_as(order: Order) -> tuple[object, ...]:
    return (order.status, order.payments, order.settled_by)


PAID = said(PaymentStatus.PAID)
PARTLY = said(PaymentStatus.PARTIALLY_CANCELLED, cancelled=won(300))
CANCELLED = said(PaymentStatus.CANCELLED)
FORGERIES = {
    "amount": replace(PAID, total=won(1)),
    "unreadable": replace(PAID, total=UnreadableAmount(number="1", currency_code="KRW")),
    "order": replace(PAID, order_id="order-0002"),
    "mode": replace(PAID, mode=Mode.TEST),
    "account": replace(PAID, merchant_account="acct-other"),
}
NOT_OURS = (FORGERIES["order"], FORGERIES["mode"])


# --- forgeries ----------------------------------------------------------------------------------


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES.keys())
@pytest.mark.parametrize("before", [(), (PAID,), (PAID, PARTLY), (CANCELLED,)])
def test_a_forgery_is_written_down_and_nothing_moves(
    before: tuple[Payment, ...], forged: Payment
) -> None:
    order = after(*before)

    decision = settle_live(order, forged)

    assert isinstance(decision.outcome, Forged)
    assert stands_as(decision.order) == stands_as(order)
    assert decision.order.version == order.version + 1
    assert decision.order.history[:-1] == order.history
    entry = decision.order.history[-1]
    assert (entry.version, entry.at, entry.trigger) == (order.version + 1, NOON, Trigger.WEBHOOK)
    assert (entry.outcome, entry.key, entry.evidence) == (
        OutcomeKind.FORGED,
        forged.key,
        forged.evidence,
    )
    assert entry.discrepancies == decision.outcome.discrepancies
    assert [(task.kind, task.detail) for task in decision.tasks] == [
        # Play money, and money that came for another order, is not ours to give back.
        (TaskKind.ALERT_OPERATOR, "forged" if forged in NOT_OURS else "forgedPaid")
    ]


def test_a_forgery_is_written_down_once_whatever_its_bytes() -> None:
    first = settle_live(an_order(), FORGERIES["amount"])

    again = settle_live(first.order, replace(FORGERIES["amount"], evidence="f" * 64))

    assert again == Decision(order=first.order, outcome=first.outcome)
    assert again.order is first.order


@pytest.mark.parametrize("before", [PaymentStatus.OPENED, PaymentStatus.FAILED])
def test_a_forgery_that_is_paid_later_is_written_down_and_alerted_again_once(
    before: PaymentStatus,
) -> None:
    paid = FORGERIES["amount"]
    tried = with_true_evidence(replace(paid, status=before))
    first = settle_live(an_order(), tried)

    second = settle_live(first.order, paid)
    third = settle_live(second.order, with_true_evidence(replace(paid, method="other")))

    assert [entry.payment_status for entry in second.order.history] == [before, PaymentStatus.PAID]
    assert [task.detail for task in (*first.tasks, *second.tasks)] == ["forged", "forgedPaid"]
    assert third == Decision(order=second.order, outcome=second.outcome)


def test_a_forgery_from_before_statuses_were_kept_is_alerted_again_if_it_holds_money() -> None:
    paid = FORGERIES["amount"]
    (entry,) = settle_live(an_order(), paid).order.history
    old = replace(entry, payment_status=None, record_hash=None, previous_hash=None)

    decision = settle_live(an_order(version=1, history=(old,)), paid)

    assert [task.detail for task in decision.tasks] == ["forgedPaid"]
    assert decision.order.version == 2


@pytest.mark.parametrize("name", ["order", "mode"])
def test_a_forgery_that_is_paid_with_money_not_ours_stays_one_entry(name: str) -> None:
    paid = FORGERIES[name]
    first = settle_live(an_order(), with_true_evidence(replace(paid, status=PaymentStatus.OPENED)))

    second = settle_live(first.order, paid)

    assert second.order is first.order


def test_a_payment_forged_in_another_way_is_another_entry() -> None:
    first = settle_live(an_order(), FORGERIES["amount"])

    second = settle_live(first.order, FORGERIES["order"])

    assert second.order.version == 2


def test_another_payment_forged_in_the_same_way_is_another_entry() -> None:
    first = settle_live(an_order(), FORGERIES["amount"])

    second = settle_live(first.order, replace(FORGERIES["amount"], key=a_key("imp_2")))

    assert second.order.version == 2
    assert second.tasks[0].task_id != first.tasks[0].task_id


@given(orders(), st.sampled_from(PaymentStatus), st.data())
def test_an_honest_payment_settles_after_a_forgery_of_any_status(
    order: Order, status: PaymentStatus, data: st.DataObject
) -> None:
    honest = data.draw(payments(order, statuses=[PaymentStatus.PAID]))
    forged = data.draw(payments(order, statuses=[status]))
    forged = with_true_evidence(replace(forged, order_id=order.order_id + "x"))

    refused = settle_live(order, replace(forged, key=honest.key)).order
    decision = settle_live(settle_live(refused, forged).order, honest)

    assert decision.outcome == Paid()
    assert decision.order.status is OrderStatus.PAID
    assert decision.order.settled_by == honest.key


def test_a_payment_bound_to_another_order_is_refused_like_any_forgery() -> None:
    forgery = Forged(
        discrepancies=(Discrepancy(field="order_id", expected="order-0001", actual="order-0002"),)
    )

    first = refuse(an_order(), PAID, forgery, NOON, LIVE, trigger=Trigger.BROWSER)
    again = refuse(first.order, PAID, forgery, NOON, LIVE, trigger=Trigger.BROWSER)

    assert stands_as(first.order) == stands_as(an_order())
    assert first.order.history[-1].discrepancies == forgery.discrepancies
    assert [task.detail for task in first.tasks] == ["forgedPaid"]
    assert again == Decision(order=first.order, outcome=forgery)


# --- contradictions -------------------------------------------------------------------------------

SNAPSHOTS = {
    status: replace(said(status), virtual_account=an_account()) for status in PaymentStatus
}
LEGAL = [(e, late) for e in PaymentStatus for late in PaymentStatus if late in PAYMENT_MOVES[e]]
ILLEGAL = [(e, late) for e in PaymentStatus for late in PaymentStatus if (e, late) not in LEGAL]


def test_money_that_came_in_leaves_only_by_a_refund() -> None:
    came_in = {PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.CANCELLED}

    assert set(ILLEGAL) == {
        (early, late)
        for early in came_in
        for late in PaymentStatus
        if late not in came_in
        or (early, late)
        in {
            (PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.PAID),
            (PaymentStatus.CANCELLED, PaymentStatus.PAID),
            (PaymentStatus.CANCELLED, PaymentStatus.PARTIALLY_CANCELLED),
        }
    }


@pytest.mark.parametrize(("early", "late"), LEGAL)
def test_a_legal_move_is_taken(early: PaymentStatus, late: PaymentStatus) -> None:
    order = after(SNAPSHOTS[early])

    decision = settle_live(order, with_true_evidence(replace(SNAPSHOTS[late], method="other")))

    assert decision.order.version == 2
    assert decision.order.payments[0].status is late


@pytest.mark.parametrize(("early", "late"), ILLEGAL)
def test_an_illegal_move_changes_nothing_but_the_history(
    early: PaymentStatus, late: PaymentStatus
) -> None:
    order = after(SNAPSHOTS[early])

    decision = settle_live(order, SNAPSHOTS[late])

    assert stands_as(decision.order) == stands_as(order)
    assert decision.order.version == 2
    assert decision.outcome.kind in {OutcomeKind.PENDING, OutcomeKind.CANCELLED}
    assert decision.order.history[-1].outcome is decision.outcome.kind
    assert decision.order.history[-1].evidence == SNAPSHOTS[late].evidence
    assert [(task.kind, task.detail) for task in decision.tasks] == [
        (TaskKind.ALERT_OPERATOR, "contradiction")
    ]


@pytest.mark.parametrize(("early", "late"), ILLEGAL)
def test_a_contradiction_is_written_down_once(early: PaymentStatus, late: PaymentStatus) -> None:
    first = settle_live(after(SNAPSHOTS[early]), SNAPSHOTS[late])

    again = settle_live(first.order, SNAPSHOTS[late])

    assert again == Decision(order=first.order, outcome=first.outcome)
    assert again.order is first.order


def test_less_cancelled_than_before_is_a_contradiction() -> None:
    order = after(PARTLY)

    decision = settle_live(order, replace(PARTLY, cancelled=won(299), evidence="e" * 64))

    assert decision.outcome == Cancelled(refunded=won(300))
    assert stands_as(decision.order) == stands_as(order)
    assert [task.detail for task in decision.tasks] == ["contradiction"]


def test_the_smallest_refund_that_is_taken_back_stays_a_refund() -> None:
    order = after(replace(PARTLY, cancelled=won(1)))

    decision = settle_live(order, PAID)

    assert decision.outcome == Cancelled(refunded=won(1))


def test_more_cancelled_than_before_is_another_refund() -> None:
    decision = settle_live(after(PARTLY), replace(PARTLY, cancelled=won(301), evidence="e" * 64))

    assert decision.outcome == Cancelled(refunded=won(301))
    assert decision.tasks == ()


def test_a_cancelled_amount_that_was_unreadable_contradicts_nothing() -> None:
    unreadable = UnreadableAmount(number="?", currency_code="KRW")
    order = after(replace(SNAPSHOTS[PaymentStatus.UNKNOWN], cancelled=unreadable))

    decision = settle_live(order, PAID)

    assert decision.outcome == Paid()


def test_a_payment_that_is_taken_back_is_pending_and_its_order_stays_paid() -> None:
    decision = settle_live(after(PAID), SNAPSHOTS[PaymentStatus.FAILED])

    assert decision.outcome == Pending()
    assert decision.order.status is OrderStatus.PAID


def test_an_old_answer_that_comes_back_byte_for_byte_is_a_contradiction() -> None:
    opened = SNAPSHOTS[PaymentStatus.OPENED]
    order = after(opened, PAID)

    stale = settle_live(order, opened)
    again = settle_live(stale.order, opened)

    assert stale.order.version == 3
    assert [task.detail for task in stale.tasks] == ["contradiction"]
    assert again == Decision(order=stale.order, outcome=Pending())


def test_a_contradiction_after_another_one_is_written_down_too() -> None:
    order = after(PAID, SNAPSHOTS[PaymentStatus.FAILED])

    decision = settle_live(order, SNAPSHOTS[PaymentStatus.OPENED])

    assert decision.order.version == 3


def test_an_answer_of_another_payment_does_not_hide_a_contradiction() -> None:
    failed = SNAPSHOTS[PaymentStatus.FAILED]
    other = replace(failed, key=a_key("imp_2"))

    decision = settle_live(after(PAID, other), failed)

    assert other.evidence == failed.evidence
    assert decision.order.version == 3
    assert [task.detail for task in decision.tasks] == ["contradiction"]
