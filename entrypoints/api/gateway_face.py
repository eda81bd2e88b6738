"""What a gateway is at the HTTP interface: whose words are read there, and who reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from entrypoints.api.schemas import (
    ApprovalToken,
    ClientToken,
    Declined,
    FieldError,
    OrderId,
    PaymentId,
    Private,
)
from ports.confirm_hook import ConfirmHook
from ports.gateway_adapter import GatewayAdapter
from ports.webhook_authenticator import WebhookAuthenticator


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayFace:
    """One gateway. `confirm` is None where it asks nothing before it takes the money."""

    adapter: GatewayAdapter
    webhooks: WebhookAuthenticator
    confirm: ConfirmHook | None

    @property
    def name(self) -> str:
        """The gateway's name, as it stands in paths."""
        return self.adapter.name

    @property
    def wire_names(self) -> Mapping[str, str]:
        """What the gateway calls what we call otherwise."""
        fields = self.adapter.completion
        names = {"payment_id": fields.payment_id, "order_id": fields.order_id}
        if fields.approval_token is not None:
            names["approval_token"] = fields.approval_token
        return names


class Completion(Protocol):
    """What the buyer's page brings back, under our names."""

    @property
    def payment_id(self) -> str: ...
    @property
    def order_id(self) -> str | None: ...
    @property
    def client_token(self) -> str | None: ...
    @property
    def approval_token(self) -> str | None: ...


def completion_body(face: GatewayFace) -> type[msgspec.Struct]:
    """The shape of that gateway's `Completion` in a body: its names outside, ours inside."""
    fields = face.adapter.completion
    members: list[tuple[str, object] | tuple[str, object, object]] = [
        ("payment_id", PaymentId),
        ("order_id", OrderId) if fields.needs_order_id else ("order_id", OrderId | None, None),
        ("client_token", ClientToken | None, None),
    ]
    without: dict[str, object] = {}
    if fields.approval_token is None:
        without["approval_token"] = None
    else:
        members.append(("approval_token", ApprovalToken | None, None))
    doc = f"What the page has from {face.name}. Other fields of the gateway's are ignored."
    return msgspec.defstruct(
        f"Complete{_in_a_title(face)}",
        members,
        bases=(Private,),
        rename=dict(face.wire_names),
        namespace={"__doc__": doc, **without},
        module=__name__,
    )


def declined_body(face: GatewayFace, hook: ConfirmHook) -> type[msgspec.Struct]:
    """The shape of any answer that stops a payment, with the reason where the gateway looks."""
    return msgspec.defstruct(
        f"Declined{_in_a_title(face)}",
        [
            ("status", str),
            ("message", str),
            ("reason", str),
            ("errors", list[FieldError] | msgspec.UnsetType, msgspec.UNSET),
        ],
        bases=(Declined,),
        rename={"reason": hook.reason_field},
        namespace={"__doc__": "Stops a payment; the gateway shows the reason to the buyer."},
        module=__name__,
    )


def _in_a_title(face: GatewayFace) -> str:
    return "".join(word.capitalize() for word in face.name.split("-"))
