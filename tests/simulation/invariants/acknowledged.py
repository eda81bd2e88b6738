"""I1 for webhooks: what was accepted is settled by the workers alone, without any sweep."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.order import Order
from domain.outcome import OutcomeKind
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.tasks import AlertReason
from ports.notifier import OperatorAlert
from tests.simulation.ledger import Acknowledged
from tests.simulation.world import World

CAME_IN = (PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.CANCELLED)
GRACE = timedelta(minutes=10)
NAME = "I1 what was accepted is not lost"


def check(world: World) -> None:
    for one in world.ledger.acknowledged:
        for complaint in complaints(world, one):
            about = f"webhook on {one.key.payment_id} of {one.order_id}"
            world.ledger.report(NAME, f"{about}: {complaint}")


def complaints(world: World, one: Acknowledged) -> Iterator[str]:
    """What is wrong with what was promised."""
    payment_id = one.key.payment_id
    # An untrue answer may have settled it for the time being: then the sweep mends it.
    if one.must_see < 0 or payment_id in world.gateway.lied_about:
        return
    if (one.order_id, one.key) in world.ledger.dropped:
        return
    complaint = _complaint(world, one, world.gateway.lives[payment_id])
    if complaint is not None:
        yield complaint


def check_deadlines(world: World) -> None:
    """An account whose time is over has lapsed by now, without any sweep."""
    for order_id, chain in world.ledger.chains.items():
        for payment in chain[-1].payments:
            # One that the gateway once took for a forgery is a person's business since.
            if (
                not _is_refused(chain[-1], payment.key)
                and is_over(payment, world.now())
                and not payment.lapsed
            ):
                what = f"{payment.key.payment_id} of {order_id} still awaits its deposit"
                world.ledger.report("I7 deadlines are kept", what)


def is_over(payment: Payment, now: datetime) -> bool:
    """Whether the account's time is over, with its grace."""
    account = payment.virtual_account
    if payment.status is not PaymentStatus.AWAITING_DEPOSIT or account is None:
        return False
    return account.due_at is not None and account.due_at + GRACE <= now


def _complaint(world: World, one: Acknowledged, life: list[Payment]) -> str | None:
    chain = world.ledger.chains.get(one.order_id)
    if chain is None:
        return None
    order, told = chain[-1], life[one.must_see]
    if told.mode is Mode.UNKNOWN:
        return None
    if told.order_id != order.order_id and not one.knew_order:
        return None  # of another order than one that was yet to come: there was nothing to compare
    if (told.order_id, told.total, told.mode) != (order.order_id, order.amount, Mode.LIVE):
        return None if _is_refused(order, one.key) else "a forgery is not recorded"
    payment = order.payment(one.key)
    if payment is None:
        return "the payment is not recorded"
    # A life may come back to what it was: then the record need not say it twice.
    is_up_to_date = any(core(payment) == core(later) for later in life[one.must_see :])
    if is_up_to_date or is_contradicted(world, payment, life[-1]):
        return None
    if _comes_back(payment, life[: one.must_see + 1]):
        return None
    is_declined = one.key.payment_id in world.gateway.approvals.declined
    if is_declined and payment.status is PaymentStatus.FAILED and told.status not in CAME_IN:
        return None  # as we were told of what still waited: the next buyer may pay by it
    return f"stands at {payment.status}, was {told.status} as it came"


def _comes_back(payment: Payment, life: list[Payment]) -> bool:
    """Whether the latest is what was before what the record has: the look saw nothing new.

    An answer that was slower may have come after it. What was taken back is then the sweep's.
    """
    *before, told = map(core, life)
    return told in before and core(payment) in before[before.index(told) :]


def _is_refused(order: Order, key: PaymentKey) -> bool:
    return any(entry.key == key and entry.outcome is OutcomeKind.FORGED for entry in order.history)


def core(payment: Payment) -> tuple[object, ...]:
    """What two snapshots must agree in to say the same of the money."""
    account = payment.virtual_account
    number = None if account is None else account.number
    return (payment.status, payment.total, payment.cancelled, number)


def is_contradicted(world: World, payment: Payment, truth: Payment) -> bool:
    """Whether the gateway took back that money came in, and the operator was told so."""
    took_back = payment.status in CAME_IN and truth.status not in CAME_IN
    return took_back and any(
        isinstance(notice, OperatorAlert)
        and (notice.key, notice.reason) == (payment.key, AlertReason.CONTRADICTION)
        for notice in world.ledger.notices
    )
