"""The vendor's words for what happened: which events we read, and which payment each is about."""

import re
from dataclasses import dataclass
from typing import Final

from adapters.outbound.json_fields import JsonFields, is_told
from adapters.stripe import wire
from domain.identifiers import is_order_id
from domain.payment import PaymentStatus

EVENTS_PATH: Final = "/v1/events"
_EVENT_ID: Final = re.compile(r"evt_[A-Za-z0-9_]{1,120}", re.ASCII)

_OF_PAYMENTS: Final = {
    "payment_intent.amount_capturable_updated": PaymentStatus.OPENED,
    "payment_intent.canceled": PaymentStatus.FAILED,
    "payment_intent.created": PaymentStatus.OPENED,
    "payment_intent.partially_funded": PaymentStatus.OPENED,
    "payment_intent.payment_failed": PaymentStatus.FAILED,
    "payment_intent.processing": PaymentStatus.OPENED,
    "payment_intent.requires_action": PaymentStatus.OPENED,
    "payment_intent.succeeded": PaymentStatus.PAID,
}
# A refund may fail after it had succeeded: then it is not what it says that counts.
_OF_REFUNDS: Final = {
    "charge.refunded": PaymentStatus.CANCELLED,
    "charge.refund.updated": PaymentStatus.UNKNOWN,
    "refund.created": PaymentStatus.CANCELLED,
    "refund.failed": PaymentStatus.UNKNOWN,
    "refund.updated": PaymentStatus.UNKNOWN,
}
# A dispute is the shop's to answer. It changes no payment, and is a reason to look.
_OF_DISPUTES: Final = {
    "charge.dispute.closed": PaymentStatus.UNKNOWN,
    "charge.dispute.created": PaymentStatus.UNKNOWN,
    "charge.dispute.funds_reinstated": PaymentStatus.UNKNOWN,
    "charge.dispute.funds_withdrawn": PaymentStatus.UNKNOWN,
}
# What these say, those above say too; a shop may have asked for either.
_OF_THE_SAME: Final = {
    "charge.captured": PaymentStatus.PAID,
    "charge.expired": PaymentStatus.FAILED,
    "charge.failed": PaymentStatus.FAILED,
    "charge.pending": PaymentStatus.OPENED,
    "charge.succeeded": PaymentStatus.PAID,
    "checkout.session.async_payment_failed": PaymentStatus.FAILED,
    "checkout.session.async_payment_succeeded": PaymentStatus.PAID,
    "checkout.session.completed": PaymentStatus.OPENED,
    "checkout.session.expired": PaymentStatus.OPENED,
}
_CLAIMS: Final = _OF_PAYMENTS | _OF_REFUNDS | _OF_DISPUTES | _OF_THE_SAME
READ_KINDS: Final = frozenset(_CLAIMS)
# Enough to see every payment that has news; one question may name twenty kinds.
LISTED_KINDS: Final = tuple(sorted(_OF_PAYMENTS | _OF_REFUNDS | _OF_DISPUTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What an event says: to be looked up, never believed."""

    event_id: str
    payment_id: str
    order_id: str | None
    claimed: PaymentStatus


class UnreadableEvent(Exception):
    """An event of a kind we know that has another form; `code` is the field that is odd."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_event(fields: JsonFields, account: str | None) -> Event | None:
    """The event; None if it is of a kind that we do not read, or about nothing of ours.

    `account` is the connected account that we ask for: an event of another is not ours.
    """
    event_id, kind = fields.text("id"), fields.text("type")
    if event_id is None or not _EVENT_ID.fullmatch(event_id):
        raise UnreadableEvent("id")
    if kind is None:
        raise UnreadableEvent("type")
    claimed = _CLAIMS.get(kind)
    if claimed is None or _account_of(fields) not in (None, account):
        return None
    data = JsonFields.decode(fields.raw("data"))
    about = None if data is None else JsonFields.decode(data.raw("object"))
    if about is None:
        raise UnreadableEvent("data")
    payment_id = about.text("id") if kind in _OF_PAYMENTS else _payment_of(about)
    if payment_id is None and kind not in _OF_PAYMENTS:
        # Paid without a PaymentIntent, or a session that has none yet.
        return None
    if payment_id is None or not wire.is_payment_id(payment_id):
        raise UnreadableEvent("payment_intent")
    if kind == "checkout.session.completed" and about.text("payment_status") == "paid":
        claimed = PaymentStatus.PAID
    return Event(
        event_id=event_id,
        payment_id=payment_id,
        order_id=_order_of(about),
        claimed=claimed,
    )


def _account_of(fields: JsonFields) -> str | None:
    raw = fields.raw("account")
    if not is_told(raw):
        return None
    account = fields.text("account")
    if account is None:
        raise UnreadableEvent("account")
    return account


def _payment_of(about: JsonFields) -> str | None:
    """The payment that a charge, a refund, a dispute or a session belongs to, expanded or not."""
    raw = about.raw("payment_intent")
    if not is_told(raw):
        return None
    expanded = JsonFields.decode(raw)
    payment_id = about.text("payment_intent") if expanded is None else expanded.text("id")
    if payment_id is None:
        raise UnreadableEvent("payment_intent")
    return payment_id


def _order_of(about: JsonFields) -> str | None:
    """The order that the shop named, if it named one; the payment's own word decides."""
    named = (wire.order_id_of(about), about.text("client_reference_id") or "")
    return next(filter(is_order_id, named), None)
