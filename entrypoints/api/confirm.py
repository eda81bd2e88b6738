"""The gateways' last question before they take the money: may it go on?"""

import asyncio
from collections.abc import Callable, Iterable, Mapping

import msgspec
from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Scope

from application.confirm_payment import ConfirmPayment, ConfirmQuestion
from domain.payment import PaymentKey
from entrypoints.api import messages
from entrypoints.api.bodies import AnyRequest, UnsupportedMediaType, read_body, read_headers
from entrypoints.api.errors import VETO_WORDS, answering_errors
from entrypoints.api.gateway_face import GatewayFace, declined_body
from entrypoints.api.language import language_of
from entrypoints.api.replies import Answer, Reply, answer_json, answer_message
from entrypoints.api.use_cases import UseCases
from ports.confirm_hook import ConfirmClaim, ConfirmHook
from ports.errors import RepositoryUnavailable, WebhookRejected

# The interface promises 1 s: the buyer stands before the gateway's window, waiting.
DEADLINE_S = 0.9


def confirm_routes(use_cases: UseCases) -> Iterable[HTTPRouteHandler]:
    """`POST /confirm/{gateway}` for each that asks. Whatever goes wrong stops the payment."""
    for face in use_cases.faces.values():
        if face.confirm is not None:
            yield _confirm_route(use_cases.confirm_payment, face, face.confirm)


def _confirm_route(
    confirm_payment: ConfirmPayment, face: GatewayFace, hook: ConfirmHook
) -> HTTPRouteHandler:
    decline = _declining(declined_body(face, hook))

    @post(
        f"/confirm/{face.name}",
        name=f"confirm {face.name}",
        exception_handlers=answering_errors(decline, face.wire_names),
    )
    async def confirm(request: AnyRequest) -> ASGIApp:
        try:
            async with asyncio.timeout(DEADLINE_S):
                claim = _read(hook, read_headers(request), await read_body(request))
                veto = await confirm_payment(_question(face.name, claim))
        except TimeoutError:
            raise RepositoryUnavailable("too-slow") from None
        if veto is None:
            return answer_message(request.scope, Reply(word=messages.CONFIRMED))
        return decline(request.scope, Reply(word=VETO_WORDS[veto]))

    return confirm


def _read(hook: ConfirmHook, headers: Mapping[str, str], body: bytes) -> ConfirmClaim:
    try:
        return hook.read(headers, body)
    except WebhookRejected as error:
        if error.code == "content-type":
            raise UnsupportedMediaType from None
        raise


def _question(gateway: str, claim: ConfirmClaim) -> ConfirmQuestion:
    return ConfirmQuestion(
        order_id=claim.order_id,
        number=claim.number,
        unit=claim.unit,
        key=PaymentKey(gateway=gateway, payment_id=claim.payment_id),
    )


def _declining(body_type: type[msgspec.Struct]) -> Callable[[Scope, Reply], Answer]:
    def decline(scope: Scope, reply: Reply) -> Answer:
        sentence = reply.word.message(language_of(scope))
        body = body_type(
            status=reply.word.word,
            message=sentence,
            reason=sentence,
            errors=list(reply.errors) or msgspec.UNSET,
        )
        return answer_json(reply.word.http_status, body, reply.headers)

    return decline
