"""The shop's backend asks for money to be given back."""

import re
from collections.abc import Mapping
from typing import assert_never

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp, Scope

from application.request_refund import (
    NotRefundable,
    RefundAnswer,
    RefundConflict,
    RefundRecorded,
)
from application.verify_payment import OrderNotFound, PaymentNotFound
from domain.errors import InvalidValue
from domain.payment import PaymentKey
from domain.refund import RefundAccount, Requester
from domain.refund_request import MAX_IDEMPOTENCY_KEY_LENGTH, RefundRequest
from domain.refund_rules import Unrefundable
from entrypoints.api import messages
from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.authentication import bearer_guard
from entrypoints.api.bodies import AnyRequest, amount_number, read_json
from entrypoints.api.errors import answering_errors
from entrypoints.api.language import language_of
from entrypoints.api.messages import StatusWord
from entrypoints.api.replies import Answer, Reply, answer_json, answer_message
from entrypoints.api.schemas import RefundAccountBody, RefundBody
from entrypoints.api.use_cases import UseCases
from entrypoints.api.views import refund_view

IDEMPOTENCY_KEY = "Idempotency-Key"
_KEY = re.compile(rb"[!-~]{1,%d}" % MAX_IDEMPOTENCY_KEY_LENGTH)
_WIRE_NAMES = {"idempotency_key": IDEMPOTENCY_KEY}

UNREFUNDABLE_WORDS: Mapping[Unrefundable, StatusWord] = {
    Unrefundable.HOLDS_NO_MONEY: messages.NOT_REFUNDABLE,
    Unrefundable.ABOVE_REMAINING: messages.ABOVE_REMAINING,
    Unrefundable.TOO_MANY_REFUNDS: messages.TOO_MANY_REFUNDS,
    Unrefundable.GATEWAY_CANNOT_REFUND: messages.GATEWAY_CANNOT_REFUND,
}


def refund_route(use_cases: UseCases, settings: ApiSettings) -> HTTPRouteHandler:
    """`POST /orders/{order_id}/refunds`: recorded before it is answered, carried out after."""

    @post(
        "/orders/{order_id:str}/refunds",
        guards=[bearer_guard(settings.api_key)],
        exception_handlers=answering_errors(wire_names=_WIRE_NAMES),
    )
    async def request_refund(request: AnyRequest, order_id: FromPath[str]) -> ASGIApp:
        idempotency_key = _idempotency_key(request.scope)
        body = await read_json(request, RefundBody)
        gateway = settings.default_gateway if body.gateway is None else body.gateway
        answer = await use_cases.request_refund(
            RefundRequest(
                order_id=order_id,
                key=PaymentKey(gateway=gateway, payment_id=body.payment_id),
                number=amount_number(body.amount),
                currency_code=body.currency,
                reason=body.reason,
                requested_by=Requester.SHOP,
                idempotency_key=idempotency_key,
                account=None if body.refund_account is None else _account(body.refund_account),
            )
        )
        return _answer(request.scope, answer)

    return request_refund


def _answer(scope: Scope, answer: RefundAnswer) -> Answer:
    match answer:
        case RefundRecorded(order=order, refund=refund):
            word = messages.REFUND_WORDS[refund.status]
            view = refund_view(order, refund, word.message(language_of(scope)))
            return answer_json(word.http_status, view)
        case RefundConflict():
            word = messages.REFUND_CONFLICT
        case OrderNotFound():
            word = messages.ORDER_NOT_FOUND
        case PaymentNotFound():
            word = messages.PAYMENT_NOT_FOUND
        case NotRefundable(why=Unrefundable.ACCOUNT_MISSING):
            raise InvalidValue("refund_account", "is required: a deposit has no other way back")
        case NotRefundable(why=why):
            word = UNREFUNDABLE_WORDS[why]
        case other:
            assert_never(other)
    return answer_message(scope, Reply(word=word))


def _idempotency_key(scope: Scope) -> str:
    name = IDEMPOTENCY_KEY.lower().encode()
    keys = [value for key, value in scope["headers"] if key == name]
    if not keys:
        raise InvalidValue("idempotency_key", "is required")
    if len(keys) > 1 or not _KEY.fullmatch(keys[0]):
        raise InvalidValue(
            "idempotency_key",
            f"must be 1 to {MAX_IDEMPOTENCY_KEY_LENGTH} visible ASCII characters, given once",
        )
    return keys[0].decode("ascii")


def _account(body: RefundAccountBody) -> RefundAccount:
    return RefundAccount(
        bank_code=body.bank_code, number=body.number, holder=body.holder, phone=body.phone
    )
