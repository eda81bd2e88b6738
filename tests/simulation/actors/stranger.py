"""A stranger: forged webhooks and pages, about payments that are not, or are somebody else's."""

from application.register_order import Sale
from application.verify_payment import Knock, OrderNotFound, WrongToken
from domain.order import Trigger
from domain.payment import PaymentStatus
from ports.webhook_authenticator import WebhookClaim
from tests.simulation.actors.knocks import ask_for_verdict, deliver_webhook
from tests.simulation.gateway_model import Envelope
from tests.simulation.scene import Scene

FORGED_WEBHOOK = "stranger forges a webhook"
UNKNOWN_PAYMENT = "stranger names an unknown payment"
REPLAY = "stranger shows a payment of another order"
WRONG_TOKEN = "stranger guesses a token"
FLOOD = "stranger floods"
REPLAYED_WEBHOOK = "stranger replays a webhook of the gateway"
ACTIONS = (FORGED_WEBHOOK, UNKNOWN_PAYMENT, REPLAY, WRONG_TOKEN, FLOOD, REPLAYED_WEBHOOK)
_CLAIMS = (PaymentStatus.PAID, PaymentStatus.CANCELLED, PaymentStatus.FAILED, PaymentStatus.OPENED)


async def forge_webhook(scene: Scene, order_id: str, payment_id: str) -> None:
    await scene.passes(0, 90)
    envelope = _forged(order_id, payment_id, scene.dice.pick(_CLAIMS))
    await deliver_webhook(scene, order_id, payment_id, envelope)


async def replay_webhook(scene: Scene, payment_id: str) -> None:
    """Some webhook about that payment, as it was seen on the wire, with its true signature."""
    await scene.passes(0, 120)
    gateway = scene.world.gateway
    about = [each for each in gateway.sent if each.claim.payment_id == payment_id]
    if about and payment_id in gateway.lives:
        order_id = gateway.truth(payment_id).order_id
        await deliver_webhook(scene, order_id, payment_id, scene.dice.pick(about))


async def flood(scene: Scene, order_id: str, payment_id: str) -> None:
    await scene.passes(0, 60)
    envelope = _forged(order_id, payment_id, PaymentStatus.FAILED)
    for _ in range(35):
        await deliver_webhook(scene, order_id, payment_id, envelope)


async def show_payment(scene: Scene, sale: Sale, payment_id: str) -> None:
    """Asks for an order with a payment that is another's, or nobody's."""
    await scene.passes(0, 60)
    key = scene.world.gateway.key_of(payment_id)
    knock = Knock(order_id=sale.order_id, key=key, trigger=Trigger.BROWSER)
    await ask_for_verdict(scene.world, scene.machine(), knock)


async def guess_token(scene: Scene, sale: Sale, payment_id: str) -> None:
    await scene.passes(0, 60)
    knock = Knock(
        order_id=sale.order_id,
        key=scene.world.gateway.key_of(payment_id),
        trigger=Trigger.BROWSER,
        client_token="token-guessed",
    )
    verdict = await ask_for_verdict(scene.world, scene.machine(), knock)
    if verdict is not None and not isinstance(verdict, WrongToken | OrderNotFound):
        scene.world.ledger.report("I5 a wrong token opens nothing", sale.order_id)


def _forged(order_id: str, payment_id: str, claimed: PaymentStatus) -> Envelope:
    claim = WebhookClaim(
        payment_id=payment_id, order_id=order_id, claimed=claimed, delivery_id=None
    )
    return Envelope(claim, is_signed=False)
