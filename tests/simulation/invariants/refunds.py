"""I9: money is given back once, never more than was paid, and the record says what happened."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from adapters.memory.store import PARKED
from application.request_refund import RefundAnswer, RefundRecorded
from domain.money import Money
from domain.order import Order
from domain.payment import Mode, PaymentStatus
from domain.refund import Refund, RefundStatus, Requester
from domain.refund_request import RefundRequest
from domain.tasks import AlertReason, Task, TaskKind
from ports.notifier import OperatorAlert
from ports.refund_desk import RefundOrder
from tests.simulation.gateway_model import Given
from tests.simulation.ledger import Write
from tests.simulation.world import World

NAME = "I9 given back once"
_ENDED = (RefundStatus.DONE, RefundStatus.REFUSED)
# How a refund may go on, written anew; what begins is requested, or waits for a person.
_NEXT = {
    RefundStatus.AWAITING_APPROVAL: (RefundStatus.REQUESTED, RefundStatus.REFUSED),
    RefundStatus.REQUESTED: (RefundStatus.ASKED, RefundStatus.REFUSED),
    RefundStatus.ASKED: _ENDED,
    RefundStatus.DONE: (),
    RefundStatus.REFUSED: (),
}


def check_answer(world: World, request: RefundRequest, answer: RefundAnswer) -> None:
    """What the shop is told stands in the record, and is what it asked for."""
    if not isinstance(answer, RefundRecorded):
        return
    refund, order_id = answer.refund, request.order_id
    chain = world.ledger.chains.get(order_id, [])
    if not any(order.refund(refund.refund_id) == refund for order in chain):
        world.ledger.report(NAME, f"{refund.refund_id} was answered, and is not in the record")
    said = (order_id, request.requested_by, request.idempotency_key)
    if world.ledger.refund_of.setdefault(said, refund.refund_id) != refund.refund_id:
        world.ledger.report(NAME, f"{request.idempotency_key} of {order_id} names two refunds")
    asked_for = (request.key, request.reason)
    is_amount = request.number in (None, refund.amount.amount_minor)
    if asked_for != (refund.key, refund.reason) or not is_amount:
        world.ledger.report(NAME, f"{refund.refund_id} is another refund than was asked for")


def check_step(world: World, write: Write) -> None:
    """Refunds change one at a time, as they may, and never to more than was paid."""
    before, after = write.before, write.after
    if before is None or before.refunds is after.refunds:
        return
    for complaint in _step_is_legal(world, before, after):
        world.ledger.report(NAME, f"{after.order_id} v{after.version}: {complaint}")


def check_asked(world: World, order: RefundOrder) -> None:
    """The gateway is asked only for what the record says is asked for, of that amount."""
    refund = _recorded(world).get(order.refund_id)
    if refund is None or refund.asked_at is None:
        world.ledger.report(NAME, f"{order.refund_id} is asked for before it is written down")
    elif (refund.key.payment_id, refund.amount) != (order.payment_id, order.amount):
        world.ledger.report(NAME, f"{order.refund_id} is asked for otherwise than written down")


def check(world: World) -> None:
    """When all has come to rest."""
    if world.giving is None:
        return
    for promise in (_once, _as_recorded, _within_ceilings, _for_its_order, _people_know, _forgets):
        for complaint in promise(world):
            world.ledger.report(NAME, complaint)


def _step_is_legal(world: World, before: Order, after: Order) -> Iterator[str]:
    old = {refund.refund_id: refund for refund in before.refunds}
    changed = [each for each in after.refunds if old.get(each.refund_id) != each]
    entry = after.history[-1]
    if [each.refund_id for each in changed] != [entry.refund_id] or len(after.refunds) < len(old):
        yield f"{len(changed)} refunds change with the entry of {entry.refund_id}"
        return
    (refund,) = changed
    known = old.get(refund.refund_id)
    if known is None:
        world.ledger.wanted_back_at[refund.refund_id] = world.tick()
        yield from _fits(world, after, refund)
    elif refund.status not in _NEXT[known.status] or refund.amount != known.amount:
        yield f"{refund.refund_id} goes from {known.status} to {refund.status}"


def _fits(world: World, order: Order, refund: Refund) -> Iterator[str]:
    """All that is or may be given back of the payment by us is no more than was paid."""
    payment_id = refund.key.payment_id
    total = world.gateway.truth(payment_id).total
    of_payment = [each for each in order.refunds if each.key == refund.key]
    meant = sum(each.amount.amount_minor for each in of_payment if _may_count(each))
    assert isinstance(total, Money)
    if meant > total.amount_minor and payment_id not in world.gateway.lied_about:
        yield f"{meant} are to be given back of {total} of {payment_id}"


def _may_count(refund: Refund) -> bool:
    return refund.status is not RefundStatus.REFUSED


def _once(world: World) -> Iterator[str]:
    times = Counter(given.refund_id for given in _ours(world))
    for refund_id, count in times.items():
        if count > 1:
            yield f"{refund_id} was given back {count} times"
    sums: Counter[str] = Counter()
    for given in world.gateway.given:
        sums[given.payment_id] += given.amount.amount_minor
    for payment_id, minor in sums.items():
        total = world.gateway.truth(payment_id).total
        assert isinstance(total, Money)
        if minor > total.amount_minor:
            yield f"{minor} were given back of {total} of {payment_id}"


def _as_recorded(world: World) -> Iterator[str]:
    """Done is what was given, and nothing else; but a lie of the gateway's may hide either."""
    recorded = _recorded(world)
    given = {each.refund_id: each for each in _ours(world)}
    for refund_id in given.keys() - recorded.keys():
        yield f"{refund_id} was given back, and is not in the record"
    for refund_id, refund in recorded.items():
        payment_id = refund.key.payment_id
        is_untold = world.gateway.truth(payment_id).mode is Mode.UNKNOWN
        if payment_id in world.gateway.lied_about or is_untold or _is_denied(world, payment_id):
            continue
        really = given.get(refund_id)
        if really is not None and refund.status is not RefundStatus.DONE:
            yield f"{refund_id} was given back, and is {refund.status}"
        if really is not None and really.amount != refund.amount:
            yield f"{refund_id} is {refund.amount}, and {really.amount} were given back"
        if really is None and refund.status is RefundStatus.DONE and not _by_console(world, refund):
            yield f"{refund_id} is done, and was not given back"
        if refund.status not in (*_ENDED, RefundStatus.AWAITING_APPROVAL):
            yield f"{refund_id} is {refund.status} for ever"


def _within_ceilings(world: World) -> Iterator[str]:
    """What goes on by itself keeps below the ceilings of one payment and of one day."""
    assert world.giving is not None
    days: Counter[tuple[date, str]] = Counter()
    for refund_id, refund in _recorded(world).items():
        if refund.requested_by is not Requester.POLICY or _is_a_person_s(refund):
            continue
        ceiling = world.giving.ceilings.of_payment(refund.amount)
        if refund.amount.amount_minor > ceiling.amount_minor:
            yield f"{refund_id} of {refund.amount} is above {ceiling}, and nobody approved it"
        day = (refund.requested_at.date(), refund.amount.currency_code)
        days[day] += refund.amount.amount_minor
        limit = world.giving.ceilings.of_day(refund.amount)
        if days[day] > limit.amount_minor and not world.ledger.were_clocks_wrong:
            yield f"with {refund_id} more than {limit} go back in a day, and nobody approved it"


def _for_its_order(world: World) -> Iterator[str]:
    """Nobody's honest money goes back unasked: only what came for that very order.

    Once more is looked at it after the refund was recorded: a lie must have come since.
    """
    recorded = _recorded(world)
    for given in _ours(world):
        refund, truth = recorded.get(given.refund_id or ""), world.gateway.truth(given.payment_id)
        if refund is None or refund.requested_by is not Requester.POLICY:
            continue
        if world.gateway.lied_about.get(given.payment_id, 0) > _wanted_at(world, refund):
            continue
        if not refund.refund_id.endswith(f"-{truth.order_id}") or truth.mode is not Mode.LIVE:
            yield f"{refund.refund_id} gave back what is {truth.order_id}'s, unasked"


def _people_know(world: World) -> Iterator[str]:
    """Of each refund that was refused, or waits, somebody was told."""
    told = {
        (notice.refund_id, notice.reason)
        for notice in world.ledger.notices
        if isinstance(notice, OperatorAlert)
    }
    for refund_id, refund in _recorded(world).items():
        waits = RefundStatus.AWAITING_APPROVAL
        if refund.status is waits and (refund_id, AlertReason.REFUND_AWAITS_APPROVAL) not in told:
            yield f"nobody was told that {refund_id} waits"
        is_refused = refund.status is RefundStatus.REFUSED and refund.asked_at is not None
        if is_refused and (refund_id, AlertReason.REFUND_REFUSED) not in told:
            yield f"nobody was told that {refund_id} was refused"


def _forgets(world: World) -> Iterator[str]:
    for refund_id, refund in _recorded(world).items():
        if refund.status in _ENDED and refund.account is not None:
            yield f"{refund_id} is over, and its account is still kept"


def _recorded(world: World) -> dict[str, Refund]:
    orders = world.store.orders.values()
    return {refund.refund_id: refund for order in orders for refund in order.refunds}


def _wanted_at(world: World, refund: Refund) -> int:
    return world.ledger.wanted_back_at[refund.refund_id]


def _ours(world: World) -> list[Given]:
    return [given for given in world.gateway.given if given.refund_id is not None]


def _by_console(world: World, refund: Refund) -> bool:
    """Whether as much was given back in the console: nobody can tell whose refund that was."""
    minor = sum(
        given.amount.amount_minor
        for given in world.gateway.given
        if given.payment_id == refund.key.payment_id and given.refund_id is None
    )
    return minor >= refund.amount.amount_minor


def is_stuck(world: World, task: Task) -> bool:
    """Whether a refund is of a payment that is by now not what it was said to be.

    The gateway says that it never came, or tells no mode, or tells another currency than before;
    whatever else is to go back of it waits its turn. It is tried for days, and a person is told.
    Or another of its refunds was parked, and waits for a person.
    """
    if task.kind not in (TaskKind.REFUND, TaskKind.AUTO_REFUND):
        return False
    truth = world.gateway.truth(task.key.payment_id)
    assert isinstance(truth.total, Money)
    if truth.mode is Mode.UNKNOWN:
        return True
    return task.kind is TaskKind.REFUND and (
        world.store.bindings.get(task.key, task.order_id) != task.order_id
        or _is_denied(world, task.key.payment_id)
        or any(
            refund.key == task.key and refund.amount.currency != truth.total.currency
            for refund in _recorded(world).values()
            if refund.status not in _ENDED
        )
        or any(
            (record.state, record.task.kind, record.task.key) == (PARKED, task.kind, task.key)
            for record in world.store.tasks.values()
        )
    )


def _is_denied(world: World, payment_id: str) -> bool:
    """Whether the gateway now says that no money ever came."""
    truth = world.gateway.truth(payment_id)
    return not truth.holds_money and truth.status is not PaymentStatus.CANCELLED


def _is_a_person_s(refund: Refund) -> bool:
    """Whether a person let it go on, or declined it, or is still to decide."""
    return refund.status is RefundStatus.AWAITING_APPROVAL or refund.operator is not None
