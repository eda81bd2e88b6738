"""The gateway's last question before it approves a payment: may it go on?"""

import asyncio

import msgspec
from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Scope

from application.confirm_payment import ConfirmPayment, ConfirmQuestion
from domain.identifiers import check_payment_id
from entrypoints.api import messages
from entrypoints.api.bodies import AnyRequest, amount_number, read_json_or_form
from entrypoints.api.errors import VETO_WORDS, answering_errors
from entrypoints.api.language import language_of
from entrypoints.api.replies import Answer, Reply, answer_json, answer_message
from entrypoints.api.schemas import WIRE_NAMES, ConfirmBody, Declined
from entrypoints.api.use_cases import UseCases
from ports.errors import RepositoryUnavailable

# The interface promises 1 s: the buyer stands before the gateway's window, waiting.
DEADLINE_S = 0.9


def confirm_route(use_cases: UseCases) -> HTTPRouteHandler:
    """`POST /confirm/portone-v1`. Whatever goes wrong stops the payment, with a reason."""

    @post(
        "/confirm/portone-v1",
        exception_handlers=answering_errors(_decline, WIRE_NAMES),
    )
    async def confirm(request: AnyRequest) -> ASGIApp:
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await _confirm(request, use_cases.confirm_payment)
        except TimeoutError:
            raise RepositoryUnavailable("too-slow") from None

    return confirm


async def _confirm(request: AnyRequest, confirm_payment: ConfirmPayment) -> Answer:
    body = await read_json_or_form(request, ConfirmBody)
    check_payment_id(body.imp_uid)
    question = ConfirmQuestion(order_id=body.merchant_uid, number=amount_number(body.amount))
    veto = await confirm_payment(question)
    if veto is None:
        return answer_message(request.scope, Reply(word=messages.CONFIRMED))
    return _decline(request.scope, Reply(word=VETO_WORDS[veto]))


def _decline(scope: Scope, reply: Reply) -> Answer:
    sentence = reply.word.message(language_of(scope))
    body = Declined(
        status=reply.word.word,
        message=sentence,
        reason=sentence,
        errors=list(reply.errors) or msgspec.UNSET,
    )
    return answer_json(reply.word.http_status, body, reply.headers)
