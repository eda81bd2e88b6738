"""The gateways' webhooks: each is a reason to look, and acknowledged once the look is safe."""

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from domain.order import Trigger
from entrypoints.api import messages
from entrypoints.api.bodies import AnyRequest, read_body
from entrypoints.api.errors import answering_errors
from entrypoints.api.metrics import Metrics
from entrypoints.api.replies import Reply, answer_message
from entrypoints.api.schemas import WIRE_NAMES
from entrypoints.api.use_cases import UseCases
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
        if claim is not None:
            await use_cases.take_webhook(gateway, claim)
        metrics.count_verdict(Trigger.WEBHOOK, messages.ACCEPTED)
        return answer_message(request.scope, Reply(word=messages.ACCEPTED))

    return receive
