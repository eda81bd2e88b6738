"""What a verdict changes: the new order, the outcome to answer, and the tasks born with it.

Theory of operation. The caller reads the order, *then* asks the gateway, then calls `settle`,
and writes the result only if the order's version is still the one it read. So every accepted
snapshot is newer than the state it replaces, whatever order browsers, webhooks and sweeps come
in. What already stands gives the same object back: no write, no new version, no task twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.auto_refund import auto_refund_tasks
from domain.consequences import events_for, tasks_for
from domain.forgery import alert_reason, has_forgery, is_full_of_forgeries
from domain.history import has_answer, is_full, written_down
from domain.money import Money
from domain.order import Order, Trigger
from domain.order_moves import with_payment
from domain.outcome import Cancelled, Forged, OutcomeKind, Pending, VerificationOutcome
from domain.payment import Payment
from domain.policy import Policy
from domain.snapshot import as_recorded
from domain.tasks import AlertReason, Task, alert
from domain.verification import verify

_ABOUT_MONEY = frozenset({OutcomeKind.PAID, OutcomeKind.SURPLUS, OutcomeKind.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to write (`order` is the one read, unchanged, if nothing), to answer, and to do."""

    order: Order
    outcome: VerificationOutcome
    tasks: tuple[Task, ...] = ()


def settle(
    order: Order, payment: Payment, now: datetime, policy: Policy, *, trigger: Trigger
) -> Decision:
    """Decides what one snapshot, read from the gateway after the order, means for the order."""
    payment = as_recorded(payment, now, policy)
    decision = _decide(order, payment, now, policy, trigger)
    if decision.order is not order:
        # Not in `refuse`: what another order holds is its honest money.
        cures = auto_refund_tasks(decision.order, payment, now, policy)
        decision = replace(decision, tasks=(*decision.tasks, *cures)) if cures else decision
    return _telling_shop(order, payment, decision, now, policy)


def refuse(
    order: Order,
    payment: Payment,
    forgery: Forged,
    now: datetime,
    policy: Policy,
    *,
    trigger: Trigger,
) -> Decision:
    """Records a forged attempt and alerts, once; status and payments stay as they are."""
    decision = _refuse(order, payment, forgery, now, trigger)
    return _telling_shop(order, payment, decision, now, policy)


def _telling_shop(
    before: Order, payment: Payment, decision: Decision, now: datetime, policy: Policy
) -> Decision:
    if not policy.tells_shop or decision.order is before:
        return decision
    events = events_for(before, decision.order, payment, decision.outcome, now)
    return replace(decision, tasks=(*decision.tasks, *events))


def _decide(
    order: Order, payment: Payment, now: datetime, policy: Policy, trigger: Trigger
) -> Decision:
    outcome = verify(order, payment, policy)
    if isinstance(outcome, Forged):
        return _refuse(order, payment, outcome, now, trigger)
    known = order.payment(payment.key)
    if not policy.allows(payment.mode):
        return _withhold(order, known, payment, now, trigger)
    if known is not None and known.says_the_same_as(payment):
        return Decision(order=order, outcome=outcome)
    if known is not None and not known.may_become(payment):
        return _contradict(order, known, payment, now, trigger)
    if not _moves_money(known, payment, outcome) and is_full(order, with_new_payment=known is None):
        return Decision(order=order, outcome=outcome)

    settled = written_down(with_payment(order, payment), payment, outcome, now, trigger)
    tasks = tasks_for(settled, known, payment, now, policy)
    return Decision(order=settled, outcome=outcome, tasks=tasks)


def _refuse(
    order: Order, payment: Payment, forgery: Forged, now: datetime, trigger: Trigger
) -> Decision:
    if has_forgery(order, payment, forgery) or is_full_of_forgeries(order, payment):
        return Decision(order=order, outcome=forgery)
    return _stand_still(order, payment, forgery, alert_reason(order, payment), now, trigger)


def _withhold(
    order: Order, known: Payment | None, payment: Payment, now: datetime, trigger: Trigger
) -> Decision:
    """The gateway does not tell the mode: nothing moves, and if money is in it we alert, once."""
    is_about_money = payment.holds_money or (known is not None and known.holds_money)
    if not is_about_money or has_answer(order, payment, since=known) or is_full(order):
        return Decision(order=order, outcome=Pending())
    return _stand_still(order, payment, Pending(), AlertReason.UNKNOWN_MODE, now, trigger)


def _contradict(
    order: Order, known: Payment, payment: Payment, now: datetime, trigger: Trigger
) -> Decision:
    """The gateway takes back what it said: nothing moves, the answer is never `Paid`, we alert."""
    outcome: VerificationOutcome = Pending()
    if isinstance(known.cancelled, Money) and known.cancelled.amount_minor > 0:
        outcome = Cancelled(refunded=known.cancelled)
    # An old answer that comes back byte for byte is one too, so only what was said since counts.
    if has_answer(order, payment, since=known) or is_full(order):
        return Decision(order=order, outcome=outcome)
    return _stand_still(order, payment, outcome, AlertReason.CONTRADICTION, now, trigger)


def _stand_still(
    order: Order,
    payment: Payment,
    outcome: VerificationOutcome,
    reason: AlertReason,
    now: datetime,
    trigger: Trigger,
) -> Decision:
    """Only the history grows, and the operator is told why."""
    return Decision(
        order=written_down(order, payment, outcome, now, trigger),
        outcome=outcome,
        tasks=(alert(order.order_id, payment.key, reason, now),),
    )


def _moves_money(known: Payment | None, payment: Payment, outcome: VerificationOutcome) -> bool:
    """Whether money came or went since the snapshot that stands."""
    if outcome.kind not in _ABOUT_MONEY:
        return False
    return known is None or (known.status, known.cancelled) != (payment.status, payment.cancelled)
