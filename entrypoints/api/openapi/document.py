"""The OpenAPI document, built from the tables and shapes that the answers are built from."""

from collections.abc import Iterable
from importlib.metadata import version

import msgspec

from entrypoints.api import messages, schemas
from entrypoints.api.gateway_face import GatewayFace
from entrypoints.api.openapi.gateway_paths import describe
from entrypoints.api.openapi.parts import (
    REF_TEMPLATE,
    Part,
    content,
    operation,
    parameter,
    replies,
    request_body,
    response,
)
from entrypoints.api.refunds import IDEMPOTENCY_KEY

_SHAPES = (
    schemas.CompletedView,
    schemas.Message,
    schemas.OrderBody,
    schemas.OrderView,
    schemas.ReadinessView,
    schemas.RefundAnswerView,
    schemas.RefundBody,
    schemas.RegisteredView,
    schemas.WaitingAccountsView,
)
_BAD_BODY = (messages.INVALID_REQUEST, messages.TOO_LARGE, messages.UNSUPPORTED_MEDIA_TYPE)
_BY_SHOP = (messages.UNAUTHORIZED, messages.INVALID_REQUEST, messages.DATABASE_UNAVAILABLE)
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


def openapi_document(faces: Iterable[GatewayFace], default_gateway: str) -> bytes:
    """The document as JSON; the default gateway is behind the addresses that name none."""
    described = [describe(face, is_default=face.name == default_gateway) for face in faces]
    all_shapes = [*_SHAPES, *(shape for each in described for shape in each.shapes)]
    _, shapes = msgspec.json.schema_components(all_shapes, ref_template=REF_TEMPLATE)
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
            **{path: part for each in described for path, part in each.paths.items()},
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
