"""The gateway's webhooks: never, once or twice, soon or late, overtaking each other."""

from functools import lru_cache

from domain.payment import PaymentStatus
from ports.webhook_authenticator import WebhookClaim
from tests.simulation import lives
from tests.simulation.actors.knocks import deliver_webhook
from tests.simulation.character import Names
from tests.simulation.gateway_model import Envelope
from tests.simulation.scene import Scene

ACTION = "webhook comes"
NEVER = "webhook is never sent"
TWICE = "webhook comes twice"
EARLY = "webhook comes before it is true"
LATE = "webhook comes late"
REFUSED = "webhook is not accepted"
AGAIN = "webhook is sent again until it is accepted"
ACTIONS = (ACTION, NEVER, TWICE, EARLY, LATE, REFUSED, AGAIN)
# Hours and days in earnest; here each is soon, and there are as many.
MAX_TRIES = 8


def announce(
    scene: Scene,
    order_id: str,
    payment_id: str,
    status: PaymentStatus,
    action: str | None = None,
) -> None:
    """Sends word of a new state; what `action` brought about may be told otherwise."""
    dice, counts = scene.dice, scene.world.counts
    character = scene.world.gateway.character
    draw = dice.random()
    # What nobody lists has to be told, or nobody could ever know.
    if draw < 0.25 and character.lists is not None:
        counts[NEVER] += 1
        return
    envelope = write(scene, order_id, payment_id, status, action)
    scene.act(ACTION, _come(scene, order_id, payment_id, envelope, late=draw > 0.8))
    if 0.6 < draw < 0.7:
        scene.act(TWICE, _come(scene, order_id, payment_id, envelope, late=False))


def write(
    scene: Scene,
    order_id: str,
    payment_id: str,
    status: PaymentStatus,
    action: str | None = None,
) -> Envelope:
    """What the gateway writes of a new state, with the ids that it names."""
    gateway = scene.world.gateway
    webhooks = gateway.character.webhooks
    names, has_id = webhooks.names, webhooks.have_ids
    if action in (lives.BUYER_DEPOSITS, lives.BUYER_DEPOSITS_LATE):
        names = webhooks.of_deposits
        # Whether that process knows the payment's secret is another matter.
        has_id = has_id or (webhooks.deposits_have_ids and scene.dice.chance(0.7))
    elif status in lives.GIVES_BACK:
        names = webhooks.of_refunds
    envelope = _envelope(
        None if names is Names.ORDER else payment_id,
        None if names is Names.PAYMENT else order_id,
        status,
        f"message-{len(gateway.sent)}" if has_id else None,
    )
    gateway.sent.append(envelope)
    return envelope


@lru_cache(maxsize=1000)
def _envelope(
    payment_id: str | None, order_id: str | None, claimed: PaymentStatus, delivery_id: str | None
) -> Envelope:
    return Envelope(
        WebhookClaim(
            payment_id=payment_id, order_id=order_id, claimed=claimed, delivery_id=delivery_id
        )
    )


async def _come(
    scene: Scene, order_id: str, payment_id: str, envelope: Envelope, *, late: bool
) -> None:
    if late:
        scene.world.counts[LATE] += 1
        await scene.passes(5, 120)
    else:
        await scene.passes(0, 3)
    for _ in range(MAX_TRIES):
        if await deliver_webhook(scene, order_id, payment_id, envelope):
            return
        scene.world.counts[REFUSED] += 1
        if not scene.world.gateway.character.webhooks.come_again:
            return
        scene.world.counts[AGAIN] += 1
        await scene.passes(5, 200)
