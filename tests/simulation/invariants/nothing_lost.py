"""I1 at rest: every payment has its place in the record, or was refused aloud; all has ended."""

from collections.abc import Iterator, Sequence

from adapters.memory.store import DONE
from domain.order import Order, OrderStatus
from domain.outcome import OutcomeKind
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.tasks import AlertReason
from tests.simulation.character import Lists
from tests.simulation.invariants.acknowledged import CAME_IN, core, is_contradicted, is_over
from tests.simulation.invariants.refunds import is_stuck
from tests.simulation.purchase import Purchase
from tests.simulation.world import World

# Written anew from the promise, so that a mistake in the domain's own table is seen.
_RANKS = (
    (PaymentStatus.PARTIALLY_CANCELLED, OrderStatus.PARTIALLY_REFUNDED),
    (PaymentStatus.PAID, OrderStatus.PAID),
    (PaymentStatus.CANCELLED, OrderStatus.REFUNDED),
    (PaymentStatus.AWAITING_DEPOSIT, OrderStatus.AWAITING_DEPOSIT),
)
_URGENT = AlertReason.FORGED_PAID
# An attempt that never came to money is no difference to a sweep.
_NOTHING_YET = (PaymentStatus.OPENED, PaymentStatus.FAILED)
_HOLDS = (PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED)


def check(world: World, purchases: Sequence[Purchase]) -> None:
    report = world.ledger.report
    for complaint in payments_have_their_place(world, purchases):
        report("I1 no payment is lost", complaint)
    for order_id, chain in world.ledger.chains.items():
        expected = _status_of(chain[-1].payments)
        if chain[-1].status is not expected:
            report("I1 the status follows", f"{order_id} is {chain[-1].status}, not {expected}")
    for complaint in one_payment_one_order(world):
        report("I2 a payment counts once", complaint)
    for complaint in tasks_have_ended(world):
        report("I7 tasks end", complaint)


def payments_have_their_place(world: World, purchases: Sequence[Purchase]) -> Iterator[str]:
    for purchase in purchases:
        for complaint in payment_has_its_place(world, purchase):
            yield f"{purchase.payment_id}: {complaint}"


def payment_has_its_place(world: World, purchase: Purchase) -> Iterator[str]:
    life = world.gateway.lives.get(purchase.payment_id)
    chain = world.ledger.chains.get(purchase.order_id)
    if life is None or chain is None:
        return
    order, truth = chain[-1], life[-1]
    if world.gateway.character.lists is None and not _was_told(world, purchase, len(life) - 1):
        return
    payment = order.payment(truth.key)
    if purchase.mode is Mode.UNKNOWN:
        if truth.status in _HOLDS and not _is_alerted(world, truth.key, AlertReason.UNKNOWN_MODE):
            yield "holds money in an unknown mode, and nobody was told"
    elif not purchase.is_honest:
        is_nothing_yet = truth.status in _NOTHING_YET
        if payment is not None or not (is_nothing_yet or _is_refused(world, order, truth.key)):
            yield "is a forgery, and was not refused aloud"
        is_real_money = truth.order_id == order.order_id and truth.mode is Mode.LIVE
        if is_real_money and truth.status in _HOLDS and not _is_alerted(world, truth.key, _URGENT):
            yield "is a forgery that holds real money, and nobody was told so"
    elif world.store.bindings.get(truth.key, order.order_id) != order.order_id:
        # The gateway itself once said so; either order may be the one that refuses it since.
        either = (order, world.ledger.chains[world.store.bindings[truth.key]][-1])
        is_refused = any(_is_refused(world, each, truth.key) for each in either)
        if truth.status not in _NOTHING_YET and not is_refused:
            yield "belongs to another order, and was not refused aloud"
    else:
        yield from _is_as_it_stands(world, payment, life)


def _is_as_it_stands(
    world: World, payment: Payment | None, life: Sequence[Payment]
) -> Iterator[str]:
    truth = life[-1]
    if payment is None:
        if truth.status not in _NOTHING_YET:
            yield f"is {truth.status}, and not recorded"
    elif core(payment) != core(truth):
        if truth.status in _NOTHING_YET and payment.status not in CAME_IN and _is_unlisted(world):
            return
        was_so = any(core(payment) == core(told) for told in life)
        if not was_so or not is_contradicted(world, payment, truth):
            yield f"is {truth.status}, recorded as {payment.status}"
    elif payment.lapsed != is_over(truth, world.now()):
        yield f"has lapsed: {not payment.lapsed}, recorded: {payment.lapsed}"


def _was_told(world: World, purchase: Purchase, place: int) -> bool:
    """Whether a webhook brought the latest news in: nobody else can, where nothing is listed."""
    payment_id = purchase.payment_id
    is_lasting = payment_id not in world.gateway.lied_about and not any(
        key.payment_id == payment_id for _, key in world.ledger.dropped
    )
    return is_lasting and any(
        one.key.payment_id == payment_id and one.must_see == place
        for one in world.ledger.acknowledged
    )


def _is_unlisted(world: World) -> bool:
    """Whether the gateway's list leaves out what never came to money."""
    return world.gateway.character.lists not in (Lists.LATEST, Lists.JOURNAL)


def one_payment_one_order(world: World) -> Iterator[str]:
    seen: dict[PaymentKey, str] = {}
    for order_id, chain in world.ledger.chains.items():
        for payment in chain[-1].payments:
            other = seen.setdefault(payment.key, order_id)
            if other != order_id:
                yield f"{payment.key.payment_id} counts for {other} and {order_id}"


def tasks_have_ended(world: World) -> Iterator[str]:
    """Nothing is parked for good: what nobody registered an order for is kept as a stray."""
    for record in world.store.tasks.values():
        if record.state != DONE and not is_stuck(world, record.task):
            yield f"{record.task.task_id} is {record.state} ({record.reason})"


def _is_refused(world: World, order: Order, key: PaymentKey) -> bool:
    is_recorded = any(
        entry.key == key and entry.outcome is OutcomeKind.FORGED for entry in order.history
    )
    reasons = (AlertReason.FORGED, AlertReason.FORGED_PAID)
    return is_recorded and any(_is_alerted(world, key, reason) for reason in reasons)


def _is_alerted(world: World, key: PaymentKey, reason: AlertReason) -> bool:
    return any(
        (getattr(notice, "key", None), getattr(notice, "reason", None)) == (key, reason)
        for notice in world.ledger.notices
    )


def _status_of(payments: tuple[Payment, ...]) -> OrderStatus:
    statuses = {payment.status for payment in payments if not payment.lapsed}
    for payment_status, order_status in _RANKS:
        if payment_status in statuses:
            return order_status
    has_lapsed = any(payment.lapsed for payment in payments)
    return OrderStatus.EXPIRED if has_lapsed else OrderStatus.PENDING
