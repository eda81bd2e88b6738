"""How everybody outside knocks at payproof, and what is then expected of its answer."""

from application.verify_payment import NOT_SETTLED_NOW, Knock, Settled, Verdict
from domain.outcome import Paid
from domain.payment import PaymentStatus
from ports.errors import RepositoryUnavailable, WebhookNotAuthentic
from tests.simulation.gateway_model import Envelope
from tests.simulation.knocking import ASKING, NOT_TO_BE_LOOKED_AT, Asking
from tests.simulation.ledger import Acknowledged
from tests.simulation.process import Machine, Unreachable
from tests.simulation.scene import Scene
from tests.simulation.world import World

NOT_AUTHENTIC = "webhook is not signed by the gateway"
REPEATED = "webhook that was dealt with comes once more"


async def ask_for_verdict(world: World, machine: Machine, knock: Knock) -> Verdict | None:
    """The answer to a browser, redirect, sweep or shell; None if there is none now."""
    asking = Asking()
    ASKING.set(asking)
    try:
        verdict = await machine.ask(lambda process: process.verify_payment(knock))
    except (RepositoryUnavailable, Unreachable):
        return None
    except NOT_SETTLED_NOW:
        verdict = None
    # Whatever the answer was: what it has begun at the gateway is no longer ours to find out.
    asking.was_answered = True
    if isinstance(verdict, Settled):
        _check_answer(world, verdict)
    return verdict


async def deliver_webhook(scene: Scene, order_id: str, payment_id: str, envelope: Envelope) -> bool:
    """Whether the webhook was accepted; what it was about is then a promise.

    It was written about that payment of that order, whatever it says.
    """
    world, claim = scene.world, envelope.claim
    must_see, was_seen = _must_see(world, payment_id, claim.claimed), False
    if claim.delivery_id is not None:
        # A message that comes again says no more than it did at first.
        must_see = world.ledger.first_came_at.setdefault(claim.delivery_id, must_see)
        was_seen = (world.gateway.name, claim.delivery_id) in world.store.seen_webhooks
    if was_seen:
        world.counts[REPEATED] += 1
        NOT_TO_BE_LOOKED_AT.set(True)
    try:
        await scene.machine().ask(lambda process: process.take(envelope))
    except WebhookNotAuthentic:
        world.counts[NOT_AUTHENTIC] += 1
        return True
    except (*NOT_SETTLED_NOW, RepositoryUnavailable, Unreachable):
        return False
    finally:
        if was_seen:
            NOT_TO_BE_LOOKED_AT.set(False)
    key = world.gateway.key_of(payment_id)
    knew_order = order_id in world.ledger.chains
    world.ledger.acknowledged.append(Acknowledged(order_id, key, must_see, knew_order))
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
