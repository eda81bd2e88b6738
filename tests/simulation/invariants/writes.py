"""What each version of an order must be, going by the one before it and what the gateway told.

One function a promise; each yields what is wrong. They share no rule with the code under test.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from domain.order import HistoryEntry, Order, OrderStatus
from domain.outcome import OutcomeKind
from domain.payment import Mode, Payment, PaymentStatus
from tests.simulation.gateway_model import GatewayModel
from tests.simulation.invariants.notes import is_note
from tests.simulation.ledger import Ledger, Write

# A buyer who knocks on must not fill an order.
NOTE_IS_GOOD_FOR = timedelta(seconds=30)
_HOLDS = (PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED)
_AFTER_PAID = (OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED, OrderStatus.REFUNDED)
# Entries that need not change a payment: what was refused, or set aside with an alert.
_STANDS_STILL = (OutcomeKind.FORGED, OutcomeKind.PENDING, OutcomeKind.CANCELLED)


def check_write(ledger: Ledger, gateway: GatewayModel, write: Write) -> None:
    """Reports every promise that this write breaks."""
    for invariant, promise in ON_WRITE.items():
        for complaint in promise(write, gateway):
            ledger.report(invariant, f"{write.after.order_id} v{write.after.version}: {complaint}")


def history_is_append_only(write: Write, _gateway: GatewayModel) -> Iterator[str]:
    before, after = write.before, write.after
    if before is None:
        if (after.version, after.history) != (0, ()):
            yield "begins with a history"
        return
    if after.version != before.version + 1:
        yield f"follows v{before.version}"
    if after.history[:-1] != before.history:
        yield "the history before it was changed"
    if not after.history or after.history[-1].version != after.version:
        yield "has no entry of its own"


def sale_never_changes(write: Write, _gateway: GatewayModel) -> Iterator[str]:
    if write.before is not None and _sale(write.before) != _sale(write.after):
        yield "what was sold has changed"


def paid_exactly(write: Write, _gateway: GatewayModel) -> Iterator[str]:
    """Whatever counts for an order is of exactly its amount, currency, order id and mode."""
    order = write.after
    for payment in order.payments:
        bound = (payment.order_id, payment.total, payment.mode)
        if bound != (order.order_id, order.amount, Mode.LIVE):
            yield f"{payment.key.payment_id} counts, and is {' '.join(map(str, bound))}"


def paid_once(write: Write, _gateway: GatewayModel) -> Iterator[str]:
    """One payment settles an order, and stays the one while any of its money is there."""
    holding = {each.key for each in write.after.payments if each.status in _HOLDS}
    settler, former = write.after.settled_by, write.before and write.before.settled_by
    if (settler is None) != (not holding) or (settler is not None and settler not in holding):
        yield f"is settled by {settler}, and money is held by {len(holding)} payments"
    if former is not None and settler != former and former in holding:
        yield f"{settler} took the place of {former}"


def paid_is_left_only_by_refunds(write: Write, _gateway: GatewayModel) -> Iterator[str]:
    before, after = write.before, write.after
    if before is not None and before.status in _AFTER_PAID and after.status not in _AFTER_PAID:
        yield f"goes from {before.status} to {after.status}"


def only_the_gateway_is_believed(write: Write, gateway: GatewayModel) -> Iterator[str]:
    """A version rests on an answer to a question asked after the version before it was written."""
    before, after = write.before, write.after
    if before is None or not after.history:
        return
    entry = after.history[-1]
    if entry.refund_id is not None:
        if after.payments is not before.payments or after.status is not before.status:
            yield f"a step of {entry.refund_id} changes more than the refund"
        return
    told = gateway.told.get(entry.evidence)
    if told is None or told.payment.key != entry.key:
        yield f"rests on {entry.evidence}, which the gateway never told"
        return
    if told.asked_at < write.before_at and not _vanished(entry, gateway):
        yield f"rests on {entry.evidence}, which was asked for before v{before.version} was written"
    for payment in _changed(before, after):
        if payment.key != entry.key or _core(payment) != _core(told.payment):
            if _is_declined(payment, told.payment, gateway):
                continue
            yield f"{payment.key.payment_id} is {payment.status}, told was {told.payment.status}"


def says_something_new(write: Write, gateway: GatewayModel) -> Iterator[str]:
    """The same snapshot twice makes no second version."""
    before, after = write.before, write.after
    if before is None or not after.history:
        return
    entry = after.history[-1]
    if entry.refund_id is not None:
        if after.refunds == before.refunds:
            yield f"says {entry.outcome} of {entry.refund_id}, and nothing is new"
        return
    if not _changed(before, after) and entry.outcome not in _STANDS_STILL:
        yield f"says {entry.outcome}, and nothing is new"
    for payment in _changed(before, after):
        known = before.payment(payment.key)
        if known is not None and replace(payment, evidence=known.evidence) == known:
            if _is_noted_anew(before, after, gateway):
                continue
            yield f"repeats {payment.key.payment_id} {payment.status}"
    if entry.outcome is OutcomeKind.FORGED and any(
        (old.key, old.discrepancies) == (entry.key, entry.discrepancies)
        # Once real money is in a forgery, it is refused anew, and more urgently.
        and (old.payment_status in _HOLDS or entry.payment_status not in _HOLDS)
        for old in before.history
    ):
        yield f"refuses {entry.key.payment_id} again for the same reasons"


def _is_declined(payment: Payment, told: Payment, gateway: GatewayModel) -> bool:
    """Whether it failed because we were told, of what still waits, that nothing will be taken."""
    is_so = payment.status is PaymentStatus.FAILED and told.awaits_approval
    return is_so and payment.key.payment_id in gateway.approvals.declined


def _vanished(entry: HistoryEntry, gateway: GatewayModel) -> bool:
    """Whether we were told no, and then that there is no such payment: the answer before counts."""
    payment_id = entry.key.payment_id
    is_lie = payment_id in gateway.lied_about and payment_id in gateway.approvals.declined
    return is_lie and entry.outcome is OutcomeKind.FAILED


def _is_noted_anew(before: Order, after: Order, gateway: GatewayModel) -> bool:
    """Whether it says again that its money is about to be taken: one such note is good for long."""
    entry = after.history[-1]
    return (
        gateway.character.approval is not None
        and is_note(entry)
        and all(
            entry.at - old.at >= NOTE_IS_GOOD_FOR
            for old in before.history
            if old.key == entry.key and is_note(old)
        )
    )


def _changed(before: Order, after: Order) -> list[Payment]:
    old = {id(payment) for payment in before.payments}
    return [payment for payment in after.payments if id(payment) not in old]


def _core(payment: Payment) -> tuple[object, ...]:
    return (payment.status, payment.total, payment.cancelled, payment.order_id, payment.mode)


def _sale(order: Order) -> tuple[object, ...]:
    return (order.amount, order.client_token, order.created_at, order.customer, order.expires_at)


Promise = Callable[[Write, GatewayModel], Iterator[str]]
ON_WRITE: dict[str, Promise] = {
    "I2 paid exactly": paid_exactly,
    "I2 paid once": paid_once,
    "I3 paid is left only by refunds": paid_is_left_only_by_refunds,
    "I5 only the gateway is believed": only_the_gateway_is_believed,
    "I6 history is append-only": history_is_append_only,
    "I6 the sale never changes": sale_never_changes,
    "I6 no version without news": says_something_new,
}
