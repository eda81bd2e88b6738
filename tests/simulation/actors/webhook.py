"""The gateway's webhooks: never, once or twice, soon or late, overtaking each other, unsigned."""

from domain.payment import PaymentStatus
from tests.simulation.actors.knocks import deliver_webhook
from tests.simulation.scene import Scene

ACTION = "webhook comes"
NEVER = "webhook is never sent"
TWICE = "webhook comes twice"
EARLY = "webhook comes before it is true"
LATE = "webhook comes late"
REFUSED = "webhook is not accepted"
ACTIONS = (ACTION, NEVER, TWICE, EARLY, LATE, REFUSED)


def announce(scene: Scene, order_id: str, payment_id: str, status: PaymentStatus) -> None:
    """Sends word of a new state; the gateway sends once, and asks for no acknowledgement."""
    dice, counts = scene.dice, scene.world.counts
    draw = dice.random()
    if draw < 0.25:
        counts[NEVER] += 1
        return
    scene.act(ACTION, _come(scene, order_id, payment_id, status, late=draw > 0.8))
    if 0.6 < draw < 0.7:
        scene.act(TWICE, _come(scene, order_id, payment_id, status, late=False))


async def _come(
    scene: Scene, order_id: str, payment_id: str, status: PaymentStatus, *, late: bool
) -> None:
    if late:
        scene.world.counts[LATE] += 1
        await scene.passes(5, 120)
    else:
        await scene.passes(0, 3)
    if not await deliver_webhook(scene, order_id, payment_id, status):
        scene.world.counts[REFUSED] += 1
