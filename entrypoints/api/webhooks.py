"""The gateways' webhooks: each is a reason to look, and acknowledged once the look is safe."""

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from application.verify_payment import Knock
from domain.order import Trigger
from domain.payment import PaymentKey
from entrypoints.api import messages
from entrypoints.api.bodies import AnyRequest, read_body
from entrypoints.api.errors import answering_errors
from entrypoints.api.metrics import Metrics
from entrypoints.api.replies import Reply, answer_message
from entrypoints.api.schemas import WIRE_NAMES
from entrypoints.api.use_cases import UseCases
from ports.errors import WebhookRejected
from ports.webhook_authenticator import WebhookAuthenticator


def webhook_routes(use_cases: UseCases, metrics: Metrics) -> list[HTTPRouteHandler]:
    """One route a gateway that has webhooks."""
    return [
        _webhook_route(use_cases, metrics, gateway, authenticator)
        for gateway, authenticator in use_cases.webhooks.items()
    ]


def _webhook_route(
    use_cases: UseCases, metrics: Metrics, gateway: str, authenticator: WebhookAuthenticator
) -> HTTPRouteHandler:
    @post(
        f"/webhooks/{gateway}",
        name=f"webhook {gateway}",
        exception_handlers=answering_errors(wire_names=WIRE_NAMES),
    )
    async def receive(request: AnyRequest) -> ASGIApp:
        body = await read_body(request)
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in request.scope["headers"]
        }
        claim = authenticator.read(headers, body)
        if claim is None:
            return answer_message(request.scope, Reply(word=messages.ACCEPTED))
        if claim.payment_id is None or claim.order_id is None:
            raise WebhookRejected("names-too-little")
        knock = Knock(
            order_id=claim.order_id,
            key=PaymentKey(gateway=gateway, payment_id=claim.payment_id),
            trigger=Trigger.WEBHOOK,
            claimed=claim.claimed,
        )
        await use_cases.receive_webhook(knock)
        metrics.count_verdict(Trigger.WEBHOOK, messages.ACCEPTED)
        return answer_message(request.scope, Reply(word=messages.ACCEPTED))

    return receive
