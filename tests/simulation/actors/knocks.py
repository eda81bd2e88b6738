"""How everybody outside knocks at payproof, and what is then expected of its answer."""

from application.verify_payment import NOT_SETTLED_NOW, Knock, Settled, Verdict
from domain.order import Trigger
from domain.outcome import Paid
from domain.payment import PaymentStatus
from ports.errors import RepositoryUnavailable
from tests.simulation.gateway_model import key_of
from tests.simulation.ledger import Acknowledged
from tests.simulation.process import Machine, Unreachable
from tests.simulation.scene import Scene
from tests.simulation.world import World


async def ask_for_verdict(world: World, machine: Machine, knock: Knock) -> Verdict | None:
    """The answer to a browser, redirect, sweep or shell; None if there is none now."""
    try:
        verdict = await machine.ask(lambda process: process.verify_payment(knock))
    except (*NOT_SETTLED_NOW, RepositoryUnavailable, Unreachable):
        return None
    if isinstance(verdict, Settled):
        _check_answer(world, verdict)
    return verdict


async def deliver_webhook(
    scene: Scene, order_id: str, payment_id: str, claimed: PaymentStatus
) -> bool:
    """Whether the webhook was accepted; what it was about is then a promise."""
    world = scene.world
    must_see = _must_see(world, payment_id, claimed)
    knock = Knock(
        order_id=order_id, key=key_of(payment_id), trigger=Trigger.WEBHOOK, claimed=claimed
    )
    try:
        await scene.machine().ask(lambda process: process.receive_webhook(knock))
    except (RepositoryUnavailable, Unreachable):
        return False
    knew_order = order_id in world.ledger.chains
    world.ledger.acknowledged.append(Acknowledged(order_id, knock.key, must_see, knew_order))
    return True


def _check_answer(world: World, verdict: Settled) -> None:
    """Nobody is told what does not stand in the record, nor that an unpaid order is paid."""
    order = verdict.order
    chain = world.ledger.chains.get(order.order_id, [])
    if not any(stored is order for stored in chain):
        world.ledger.report("I1 answers stand in the record", f"{order.order_id} v{order.version}")
    if isinstance(verdict.outcome, Paid):
        payment = order.payment(verdict.key)
        is_paid = payment is not None and payment.status is PaymentStatus.PAID
        if not is_paid or order.settled_by != verdict.key:
            world.ledger.report("I2 a yes is true", f"{order.order_id} by {verdict.key.payment_id}")


def _must_see(world: World, payment_id: str, claimed: PaymentStatus) -> int:
    """Which snapshot an accepted webhook brings in: the one that is true as it comes.

    A claim of nothing newer than `paid` may be answered from the record of a paid order.
    """
    life = [payment.status for payment in world.gateway.lives.get(payment_id, [])]
    if claimed is PaymentStatus.PAID and claimed in life:
        return life.index(PaymentStatus.PAID)
    return len(life) - 1
