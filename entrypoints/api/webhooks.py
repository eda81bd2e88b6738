"""The gateways' webhooks: each is a reason to look, and acknowledged once the look is safe."""

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from domain.order import Trigger
from entrypoints.api import messages
from entrypoints.api.bodies import AnyRequest, read_body, read_headers
from entrypoints.api.errors import answering_errors
from entrypoints.api.gateway_face import GatewayFace
from entrypoints.api.metrics import Metrics
from entrypoints.api.replies import Reply, answer_message
from entrypoints.api.use_cases import UseCases


def webhook_routes(use_cases: UseCases, metrics: Metrics) -> list[HTTPRouteHandler]:
    """`POST /webhooks/{gateway}` for each."""
    return [_webhook_route(use_cases, metrics, face) for face in use_cases.faces.values()]


def _webhook_route(use_cases: UseCases, metrics: Metrics, face: GatewayFace) -> HTTPRouteHandler:
    @post(
        f"/webhooks/{face.name}",
        name=f"webhook {face.name}",
        exception_handlers=answering_errors(wire_names=face.wire_names),
    )
    async def receive(request: AnyRequest) -> ASGIApp:
        body = await read_body(request)
        claim = face.webhooks.read(read_headers(request), body)
        if claim is not None:
            await use_cases.take_webhook(face.name, claim)
        metrics.count_verdict(Trigger.WEBHOOK, messages.ACCEPTED)
        return answer_message(request.scope, Reply(word=messages.ACCEPTED))

    return receive
