"""The OpenAPI document, built from the tables and shapes that the answers are built from."""

from collections.abc import Iterable
from importlib.metadata import version

import msgspec

from entrypoints.api import messages, schemas
from entrypoints.api.openapi.parts import (
    REF_TEMPLATE,
    Part,
    content,
    operation,
    pages,
    parameter,
    replies,
    request_body,
    response,
)
from entrypoints.api.refunds import IDEMPOTENCY_KEY

_SHAPES = (
    schemas.CompleteBody,
    schemas.CompletedView,
    schemas.ConfirmBody,
    schemas.Declined,
    schemas.Message,
    schemas.OrderBody,
    schemas.OrderView,
    schemas.ReadinessView,
    schemas.RefundAnswerView,
    schemas.RefundBody,
    schemas.RegisteredView,
    schemas.WaitingAccountsView,
    schemas.WebhookBody,
)
_BAD_BODY = (messages.INVALID_REQUEST, messages.TOO_LARGE, messages.UNSUPPORTED_MEDIA_TYPE)
_BY_SHOP = (messages.UNAUTHORIZED, messages.INVALID_REQUEST, messages.DATABASE_UNAVAILABLE)
_VERDICTS = (
    messages.SUCCESS,
    messages.ACCOUNT_ISSUED,
    messages.PENDING,
    messages.FORGERY,
    messages.FAILED,
    messages.CANCELLED,
    messages.DUPLICATE_PAYMENT,
    messages.ORDER_NOT_FOUND,
    messages.PAYMENT_NOT_FOUND,
    messages.TOO_MANY_REQUESTS,
    messages.GATEWAY_UNAVAILABLE,
    messages.GATEWAY_REFUSED,
    messages.DATABASE_UNAVAILABLE,
    messages.INVALID_REQUEST,
)
_NO_REFUNDS = (
    messages.ORDER_NOT_FOUND,
    messages.PAYMENT_NOT_FOUND,
    messages.NOT_FOUND,
    messages.REFUND_CONFLICT,
    messages.NOT_REFUNDABLE,
    messages.ABOVE_REMAINING,
    messages.TOO_MANY_REFUNDS,
    messages.GATEWAY_CANNOT_REFUND,
    messages.GATEWAY_UNAVAILABLE,
    messages.GATEWAY_REFUSED,
)
_VETOES = (
    messages.ORDER_NOT_FOUND,
    messages.AMOUNT_DIFFERS,
    messages.ALREADY_PAID,
    messages.ORDER_EXPIRED,
    messages.DATABASE_UNAVAILABLE,
)


def openapi_document(gateways: Iterable[str]) -> bytes:
    """The document as JSON; `gateways` are those that send webhooks."""
    _, shapes = msgspec.json.schema_components(_SHAPES, ref_template=REF_TEMPLATE)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "payproof",
            "version": version("payproof"),
            "description": "Proves whether an order was really paid: by this payment, for exactly "
            "this amount. Sentences are Korean, or English for `Accept-Language: en`.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {
            **_order_paths(),
            **_payment_paths(),
            **{f"/webhooks/{gateway}": {"post": _webhook(gateway)} for gateway in gateways},
            "/confirm/portone-v1": {"post": _confirm()},
            **_operation_paths(),
        },
        "components": {
            "schemas": shapes,
            "securitySchemes": {"shopKey": {"type": "http", "scheme": "bearer"}},
        },
    }
    return msgspec.json.encode(document)


def _order_paths() -> Part:
    by_key: Part = {"security": [{"shopKey": []}]}
    register = operation(
        "shop",
        "registerOrder",
        "Register an order; the same order again gives the same answer",
        {
            "201": response("Registered", schemas.RegisteredView),
            "200": response("Was registered before", schemas.RegisteredView),
            **replies(*_BY_SHOP, *_BAD_BODY, messages.ORDER_CONFLICT),
        },
        requestBody=request_body(schemas.OrderBody),
        **by_key,
    )
    show = operation(
        "shop",
        "showOrder",
        "Show an order with its payments and history",
        {
            "200": response("The order", schemas.OrderView),
            **replies(*_BY_SHOP, messages.ORDER_NOT_FOUND, messages.NOT_FOUND),
        },
        parameters=[
            parameter("path", "order_id", "order-0001", minLength=1, maxLength=40),
            parameter("query", "evidence", "true") | {"required": False},
        ],
        **by_key,
    )
    refund = operation(
        "shop",
        "requestRefund",
        "Give money back; the same request under the same key gives the same refund",
        {
            "200": response("Given back", schemas.RefundAnswerView),
            "202": response("Recorded; carried out next", schemas.RefundAnswerView),
            **replies(*_BY_SHOP, *_BAD_BODY, *_NO_REFUNDS),
        },
        requestBody=request_body(schemas.RefundBody),
        parameters=[
            parameter("path", "order_id", "order-0001", minLength=1, maxLength=40),
            parameter("header", IDEMPOTENCY_KEY, "return-4711", pattern="^[!-~]{1,255}$"),
        ],
        **by_key,
    )
    list_accounts = operation(
        "shop",
        "listWaitingAccounts",
        "List the customer's virtual accounts that wait for a deposit",
        {
            "200": response("The accounts", schemas.WaitingAccountsView),
            **replies(*_BY_SHOP, messages.NOT_FOUND),
        },
        parameters=[parameter("path", "customer_id", "customer-1", minLength=1, maxLength=100)],
        **by_key,
    )
    return {
        "/orders": {"post": register},
        "/orders/{order_id}": {"get": show},
        "/orders/{order_id}/refunds": {"post": refund},
        "/customers/{customer_id}/virtual-accounts": {"get": list_accounts},
    }


def _payment_paths() -> Part:
    complete = operation(
        "browser",
        "completePayment",
        "Verify a payment for the buyer's page",
        replies(*_VERDICTS, *_BAD_BODY, shape=schemas.CompletedView),
        requestBody=request_body(schemas.CompleteBody),
    )
    arrive = operation(
        "browser",
        "returnFromPayment",
        "Verify a payment and show a page, or go to the shop's own",
        {
            "303": {"description": "To the shop's page, with `order_id` and `status`"},
            **pages(*_VERDICTS, messages.INTERNAL_ERROR),
        },
        parameters=[
            parameter("query", "imp_uid", "imp_448280090638"),
            parameter("query", "merchant_uid", "order-0001"),
        ],
    )
    return {"/payments/complete": {"post": complete}, "/payments/redirect": {"get": arrive}}


def _webhook(gateway: str) -> Part:
    return operation(
        "gateway",
        f"receiveWebhook-{gateway}",
        "Take a hint to look at a payment; nothing in it is believed",
        replies(
            messages.ACCEPTED,
            messages.INVALID_REQUEST,
            messages.TOO_LARGE,
            messages.DATABASE_UNAVAILABLE,
        ),
        requestBody=request_body(schemas.WebhookBody, form=True),
    )


def _confirm() -> Part:
    return operation(
        "gateway",
        "confirmPayment",
        "Say whether a payment may go on, just before it is approved",
        {
            **replies(messages.CONFIRMED),
            **replies(*_VETOES, *_BAD_BODY, messages.INTERNAL_ERROR, shape=schemas.Declined),
        },
        requestBody=request_body(schemas.ConfirmBody, form=True),
    )


def _operation_paths() -> Part:
    readiness = replies(messages.READY, messages.NOT_READY, shape=schemas.ReadinessView)
    metrics = content("text/plain", {"type": "string"}, 'payproof_tasks{state="waiting"} 0.0')
    itself = content("application/json", {"type": "object"}, {"openapi": "3.1.0"})
    looks = {
        "/health/live": ("isLive", "Does the process answer?", replies(messages.LIVE)),
        "/health/ready": ("isReady", "Can requests be served now?", readiness),
        "/metrics": (
            "showMetrics",
            "Show what is counted",
            {"200": {"description": "In Prometheus' text format", "content": metrics}},
        ),
        "/schema": (
            "showSchema",
            "Show this document",
            {"200": {"description": "This document", "content": itself}},
        ),
    }
    return {path: {"get": operation("operations", *look)} for path, look in looks.items()}
