"""What a verdict changes: the new order, the outcome to answer, and the tasks born with it.

Theory of operation. The caller reads the order, *then* asks the gateway, then calls `settle`,
and writes the result only if the order's version is still the one it read. So every accepted
snapshot is newer than the state it replaces, whatever order browsers, webhooks and sweeps come
in. What already stands gives the same object back: no write, no new version, no task twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from domain.money import Money
from domain.order import HistoryEntry, Order, OrderStatus, Trigger, check_move, status_of
from domain.outcome import (
    Cancelled,
    Discrepancy,
    Forged,
    OutcomeKind,
    Paid,
    Pending,
    VerificationOutcome,
)
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.policy import Policy
from domain.tasks import AlertReason, Task, TaskKind, alert
from domain.verification import verify

# A stranger who knows an order id can start payments for it. So one order keeps only so many
# attempts and verdicts; what moves money is always recorded, beyond any bound.
MAX_PAYMENTS = 100
MAX_HISTORY = 400
MAX_HISTORY_FOR_FORGERIES = 200
_ABOUT_MONEY = frozenset({OutcomeKind.PAID, OutcomeKind.SURPLUS, OutcomeKind.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to write (`order` is the one read, unchanged, if nothing), to answer, and to do."""

    order: Order
    outcome: VerificationOutcome
    tasks: tuple[Task, ...] = ()


def answer_from_record(
    order: Order, key: PaymentKey, claimed: PaymentStatus | None
) -> VerificationOutcome | None:
    """The outcome, if the record answers for good; None if the gateway must be asked.

    `claimed` is what an unauthenticated trigger says the payment's status is. It can only make
    us look: a claim of anything but `paid` is a claim of something newer.
    """
    payment = order.payment(key)
    if payment is None:
        return None
    if payment.status is PaymentStatus.CANCELLED and isinstance(payment.cancelled, Money):
        return Cancelled(refunded=payment.cancelled)
    settles = payment.status is PaymentStatus.PAID and order.settled_by == key
    return Paid() if settles and claimed in (None, PaymentStatus.PAID) else None


def settle(
    order: Order, payment: Payment, now: datetime, policy: Policy, *, trigger: Trigger
) -> Decision:
    """Decides what one snapshot, read from the gateway after the order, means for the order."""
    outcome = verify(order, payment, policy)
    if isinstance(outcome, Forged):
        return refuse(order, payment, outcome, now, trigger=trigger)
    known = order.payment(payment.key)
    if not policy.allows(payment.mode):
        return _withhold(order, known, payment, now, trigger)
    if known is not None and known.says_the_same_as(payment):
        return Decision(order=order, outcome=outcome)
    if known is not None and not known.may_become(payment):
        return _contradict(order, known, payment, now, trigger)
    if not _moves_money(known, payment, outcome) and _is_full(order, is_new=known is None):
        return Decision(order=order, outcome=outcome)

    payments = _put(order.payments, payment)
    settled = replace(
        _record(order, payment, outcome, now, trigger),
        payments=payments,
        status=_status_after(order, payments),
        settled_by=_settler(order.settled_by, payments),
    )
    return Decision(
        order=settled, outcome=outcome, tasks=tuple(_tasks(settled, known, payment, now))
    )


def refuse(
    order: Order, payment: Payment, forgery: Forged, now: datetime, *, trigger: Trigger
) -> Decision:
    """Records a forged attempt and alerts, once; status and payments stay as they are."""
    recorded = any(
        entry.key == payment.key and entry.discrepancies == forgery.discrepancies
        for entry in order.history
    )
    # Wrong money for this very order is real money, unless it was play money.
    is_ours = payment.order_id == order.order_id and payment.mode is not Mode.TEST
    is_bounded = not (payment.holds_money and is_ours)
    if recorded or (is_bounded and len(order.history) >= MAX_HISTORY_FOR_FORGERIES):
        return Decision(order=order, outcome=forgery)
    return Decision(
        order=_record(order, payment, forgery, now, trigger, forgery.discrepancies),
        outcome=forgery,
        tasks=(alert(order.order_id, payment.key, AlertReason.FORGED, now),),
    )


def _withhold(
    order: Order, known: Payment | None, payment: Payment, now: datetime, trigger: Trigger
) -> Decision:
    """The gateway does not tell the mode: nothing moves, and if money is in it we alert, once."""
    is_about_money = payment.holds_money or (known is not None and known.holds_money)
    recorded = any(
        entry.key == payment.key and entry.evidence == payment.evidence for entry in order.history
    )
    if recorded or not is_about_money or _is_full(order, is_new=False):
        return Decision(order=order, outcome=Pending())
    return Decision(
        order=_record(order, payment, Pending(), now, trigger),
        outcome=Pending(),
        tasks=(alert(order.order_id, payment.key, AlertReason.UNKNOWN_MODE, now),),
    )


def _contradict(
    order: Order, known: Payment, payment: Payment, now: datetime, trigger: Trigger
) -> Decision:
    """The gateway takes back what it said: nothing moves, the answer is never `Paid`, we alert."""
    outcome: VerificationOutcome = Pending()
    if isinstance(known.cancelled, Money) and known.cancelled.amount_minor > 0:
        outcome = Cancelled(refunded=known.cancelled)
    # An old answer that comes back byte for byte is one too, so only the latest entry counts.
    known_or_this = (known.evidence, payment.evidence)
    said = [
        entry.evidence
        for entry in order.history
        if entry.key == payment.key and entry.evidence in known_or_this
    ]
    recorded = said[-1:] == [payment.evidence]
    if recorded or _is_full(order, is_new=False):
        return Decision(order=order, outcome=outcome)
    return Decision(
        order=_record(order, payment, outcome, now, trigger),
        outcome=outcome,
        tasks=(alert(order.order_id, payment.key, AlertReason.CONTRADICTION, now),),
    )


def _record(
    order: Order,
    payment: Payment,
    outcome: VerificationOutcome,
    now: datetime,
    trigger: Trigger,
    discrepancies: tuple[Discrepancy, ...] = (),
) -> Order:
    """The order with one version and one history entry more."""
    version = order.version + 1
    entry = HistoryEntry(
        version=version,
        at=now,
        trigger=trigger,
        outcome=outcome.kind,
        key=payment.key,
        evidence=payment.evidence,
        discrepancies=discrepancies,
    )
    return replace(order, version=version, history=(*order.history, entry))


def _put(payments: tuple[Payment, ...], payment: Payment) -> tuple[Payment, ...]:
    if any(known.key == payment.key for known in payments):
        return tuple(payment if known.key == payment.key else known for known in payments)
    return (*payments, payment)


def _status_after(order: Order, payments: tuple[Payment, ...]) -> OrderStatus:
    status = status_of(payments)
    if status is OrderStatus.PENDING and order.status is OrderStatus.EXPIRED:
        return OrderStatus.EXPIRED
    check_move(order.status, status)
    return status


def _settler(current: PaymentKey | None, payments: tuple[Payment, ...]) -> PaymentKey | None:
    """The payment the order counts as its own: kept while it holds money, else the next one."""
    holding = [payment.key for payment in payments if payment.holds_money]
    return current if current in holding else next(iter(holding), None)


def _tasks(order: Order, known: Payment | None, payment: Payment, now: datetime) -> list[Task]:
    tasks = []
    is_news = known is None or known.status is not payment.status
    if payment.holds_money and order.settled_by != payment.key and is_news:
        tasks.append(alert(order.order_id, payment.key, AlertReason.SURPLUS, now))
    number = _awaited_number(payment)
    if number is not None and number != _awaited_number(known) and order.settled_by is None:
        tasks.append(
            Task(
                kind=TaskKind.TELL_BUYER_ACCOUNT,
                order_id=order.order_id,
                key=payment.key,
                due_at=now,
                detail=sha256(number.encode()).hexdigest()[:12],
            )
        )
    return tasks


def _awaited_number(payment: Payment | None) -> str | None:
    """The account the buyer must transfer to, if the payment waits for that."""
    if payment is None or payment.status is not PaymentStatus.AWAITING_DEPOSIT:
        return None
    return payment.virtual_account.number if payment.virtual_account else None


def _moves_money(known: Payment | None, payment: Payment, outcome: VerificationOutcome) -> bool:
    """Whether money came or went since the snapshot that stands."""
    if outcome.kind not in _ABOUT_MONEY:
        return False
    return known is None or (known.status, known.cancelled) != (payment.status, payment.cancelled)


def _is_full(order: Order, *, is_new: bool) -> bool:
    """Whether the order keeps no more of what moves no money."""
    is_crowded = is_new and len(order.payments) >= MAX_PAYMENTS
    return is_crowded or len(order.history) >= MAX_HISTORY
