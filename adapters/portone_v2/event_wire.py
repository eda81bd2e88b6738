"""The vendor's words in what it sends: two versions of webhooks, and of the last question."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adapters.portone_v2 import wire
from domain.payment import PaymentStatus
from ports.errors import WebhookRejected

_ABOUT_PAYMENTS: Final = "Transaction."
QUESTION: Final = "Transaction.Confirm"
# What a webhook claims: its type's last part, which is the status in the old version.
_CLAIMS: Final = {
    "Ready": PaymentStatus.OPENED,
    "PayPending": PaymentStatus.OPENED,
    "VirtualAccountIssued": PaymentStatus.AWAITING_DEPOSIT,
    "Paid": PaymentStatus.PAID,
    "Failed": PaymentStatus.FAILED,
    "PartialCancelled": PaymentStatus.PARTIALLY_CANCELLED,
    "Cancelled": PaymentStatus.CANCELLED,
    "CancelPending": PaymentStatus.UNKNOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a webhook says of a payment."""

    payment_id: str
    claimed: PaymentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the vendor is about to charge, in minor units."""

    payment_id: str
    total_minor: int


def read_event(fields: Mapping[str, object], store_id: str) -> Event | None:
    """The event; None for one of a type that we know nothing of, or of another store."""
    if "type" not in fields:
        claimed = _CLAIMS.get(_text(fields, "status"))
        payment_id = _payment_id(fields, "payment_id")
        return None if claimed is None else Event(payment_id=payment_id, claimed=claimed)
    type_ = _text(fields, "type")
    claimed = _CLAIMS.get(type_.removeprefix(_ABOUT_PAYMENTS))
    if claimed is None or not type_.startswith(_ABOUT_PAYMENTS):
        return None
    data = _data(fields)
    if _text(data, "storeId") != store_id:
        return None
    return Event(payment_id=_payment_id(data, "paymentId"), claimed=claimed)


def read_question(fields: Mapping[str, object], store_id: str) -> Question:
    """The question, of either version; it must be about our store, where it says which."""
    if "type" not in fields:
        return Question(
            payment_id=_payment_id(fields, "payment_id"),
            total_minor=_whole(fields, "total_amount"),
        )
    if _text(fields, "type") != QUESTION:
        raise WebhookRejected("type")
    data = _data(fields)
    # The vendor's page shows the question without its store, its kit with it.
    if data.get("storeId", store_id) != store_id:
        raise WebhookRejected("storeId")
    return Question(
        payment_id=_payment_id(data, "paymentId"), total_minor=_whole(data, "totalAmount")
    )


def _data(fields: Mapping[str, object]) -> Mapping[str, object]:
    data = fields.get("data")
    if not isinstance(data, dict):
        raise WebhookRejected("data")
    return data


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise WebhookRejected(name)
    return value


def _payment_id(fields: Mapping[str, object], name: str) -> str:
    text = _text(fields, name)
    if not wire.is_payment_id(text):
        raise WebhookRejected(name)
    return text


def _whole(fields: Mapping[str, object], name: str) -> int:
    value = fields.get(name)
    # A truth value is a number to Python alone.
    if not isinstance(value, int) or isinstance(value, bool):
        raise WebhookRejected(name)
    return value
