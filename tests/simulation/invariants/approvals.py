"""I10: money that waits for our word is taken once for an order, for its amount, and found."""

from datetime import timedelta

from domain.money import Money
from tests.simulation.invariants import acknowledged
from tests.simulation.invariants.notes import is_note
from tests.simulation.ledger import Acknowledged
from tests.simulation.world import World

NAME = "I10 taken once, and only at our word"
# From the note to the question: no longer than one is good for.
_NOTED_WITHIN = timedelta(minutes=1)


def check_asked(world: World, payment_id: str, order_id: str, amount: Money) -> None:
    """Whatever befalls the question: it is noted before, at a buyer's knock, of that amount."""
    order = world.store.orders.get(order_id)
    if order is None:
        world.ledger.report(NAME, f"{payment_id} is approved for {order_id}, which nobody sold")
        return
    if amount != order.amount:
        world.ledger.report(NAME, f"{amount} are approved for {order_id} of {order.amount}")
    notes = [
        entry for entry in order.history if entry.key.payment_id == payment_id and is_note(entry)
    ]
    if not notes:
        world.ledger.report(NAME, f"{payment_id} is approved before that is written down")
    elif not world.ledger.were_clocks_wrong and notes[-1].at + _NOTED_WITHIN < world.now():
        world.ledger.report(NAME, f"{payment_id} is approved by a note that is old")


def check_found(world: World) -> None:
    """What was taken at a knock that was answered is in the record, without any sweep.

    Whatever that answer was, and however long the gateway took.
    """
    for taken in world.gateway.approvals.taken:
        if taken.asking is not None and taken.asking.was_answered:
            key = world.gateway.key_of(taken.payment_id)
            promise = Acknowledged(taken.order_id, key, taken.place)
            for complaint in acknowledged.complaints(world, promise):
                world.ledger.report(NAME, f"{taken.payment_id} was taken: {complaint}")


def check(world: World) -> None:
    """When all has come to rest: nobody has paid an order twice because we said so twice."""
    for taken in world.gateway.approvals.taken:
        order_id, amount = taken.order_id, world.store.orders[taken.order_id].amount
        if taken.amount != amount:
            world.ledger.report(NAME, f"{taken.amount} were taken for {amount}")
        if not (taken.is_money and taken.beside):
            continue
        payment_ids = taken.beside | {taken.payment_id}
        # Who is told that nothing was taken may only believe it, and so may whose clock is wrong.
        if not (world.ledger.were_clocks_wrong or world.gateway.lied_about.keys() & payment_ids):
            world.ledger.report(NAME, f"{order_id} was paid by {', '.join(sorted(payment_ids))}")
