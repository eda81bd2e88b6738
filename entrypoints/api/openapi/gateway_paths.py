"""What the OpenAPI document says of one gateway: its addresses, and the shapes of its bodies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from entrypoints.api import messages, schemas
from entrypoints.api.gateway_face import GatewayFace, completion_body, declined_body
from entrypoints.api.openapi.examples import Shape, completion_example
from entrypoints.api.openapi.parts import (
    Part,
    operation,
    pages,
    parameter,
    replies,
    request_body,
    sent_by_gateway,
)

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
_VETOES = (
    messages.ORDER_NOT_FOUND,
    messages.AMOUNT_DIFFERS,
    messages.ALREADY_PAID,
    messages.ORDER_EXPIRED,
    messages.DATABASE_UNAVAILABLE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Paths, and the shapes that they refer to."""

    paths: Mapping[str, Part]
    shapes: Sequence[Shape]


def describe(face: GatewayFace, *, is_default: bool) -> Described:
    """All that concerns the gateway; the default one has two addresses without its name too."""
    body = completion_body(face)
    shapes: list[Shape] = [body]
    paths: dict[str, Part] = {}
    for name in (face.name, "") if is_default else (face.name,):
        path, suffix = (f"/payments/{name}", f"-{name}") if name else ("/payments", "")
        paths[f"{path}/complete"] = {"post": _complete(face, body, suffix)}
        paths[f"{path}/redirect"] = {"get": _arrive(face, suffix)}
    paths[f"/webhooks/{face.name}"] = {"post": _webhook(face)}
    if face.confirm is not None:
        declined = declined_body(face, face.confirm)
        shapes.append(declined)
        paths[f"/confirm/{face.name}"] = {"post": _confirm(face, declined)}
    return Described(paths=paths, shapes=shapes)


def _complete(face: GatewayFace, body: Shape, suffix: str) -> Part:
    return operation(
        "browser",
        f"completePayment{suffix}",
        "Verify a payment for the buyer's page",
        replies(
            *_VERDICTS,
            messages.INVALID_REQUEST,
            messages.TOO_LARGE,
            messages.UNSUPPORTED_MEDIA_TYPE,
            shape=schemas.CompletedView,
        ),
        requestBody=request_body(body, completion_example(face)),
    )


def _arrive(face: GatewayFace, suffix: str) -> Part:
    fields = face.adapter.completion
    brought = [
        parameter("query", fields.payment_id, face.adapter.nobodys_payment_id),
        parameter("query", fields.order_id, "order-0001") | {"required": fields.needs_order_id},
    ]
    if fields.approval_token is not None:
        token = parameter("query", fields.approval_token, "token-for-the-approval")
        brought.append(token | {"required": False})
    return operation(
        "browser",
        f"returnFromPayment{suffix}",
        "Verify a payment and show a page, or go to the shop's own",
        {
            "303": {"description": "To the shop's page, with `order_id` and `status`"},
            **pages(*_VERDICTS, messages.INTERNAL_ERROR),
        },
        parameters=brought,
    )


def _webhook(face: GatewayFace) -> Part:
    return operation(
        "gateway",
        f"receiveWebhook-{face.name}",
        "Take a hint to look at a payment; nothing in it is believed",
        replies(
            messages.ACCEPTED,
            messages.INVALID_REQUEST,
            messages.NOT_AUTHENTIC,
            messages.TOO_LARGE,
            messages.GATEWAY_UNAVAILABLE,
            messages.GATEWAY_REFUSED,
            messages.DATABASE_UNAVAILABLE,
        ),
        requestBody=sent_by_gateway(face.adapter.webhook_sample),
    )


def _confirm(face: GatewayFace, declined: Shape) -> Part:
    return operation(
        "gateway",
        f"confirmPayment-{face.name}",
        "Say whether a payment may go on, just before its money is taken",
        {
            **replies(messages.CONFIRMED),
            **replies(
                *_VETOES,
                messages.INVALID_REQUEST,
                messages.NOT_AUTHENTIC,
                messages.TOO_LARGE,
                messages.UNSUPPORTED_MEDIA_TYPE,
                messages.INTERNAL_ERROR,
                shape=declined,
            ),
        },
        requestBody=sent_by_gateway(face.adapter.confirm_sample),
    )
