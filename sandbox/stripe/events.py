"""What the vendor tells of each change: events, with the object as it was at that moment."""

from dataclasses import dataclass
from typing import Final

from sandbox.machinery.exact_json import JsonObject
from sandbox.stripe.intent import Intent, Refund

API_VERSION: Final = "2025-04-30.basil"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change, told."""

    event_id: str
    kind: str
    created: int
    about: JsonObject
    livemode: bool
    account: str | None = None

    def shown(self) -> JsonObject:
        """Give the whole vendor object."""
        return {
            "id": self.event_id,
            "object": "event",
            "api_version": API_VERSION,
            "created": self.created,
            "data": {"object": self.about},
            "livemode": self.livemode,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": self.kind,
        } | ({} if self.account is None else {"account": self.account})


def about(kind: str, intent: Intent, refund: Refund | None = None) -> JsonObject:
    """Make the object that an event of a kind is about."""
    if kind.startswith(("refund.", "charge.refund.")) and refund is not None:
        return refund.shown()
    if kind.startswith("charge.dispute."):
        return {
            "id": f"du_{intent.intent_id.removeprefix('pi_')}",
            "object": "dispute",
            "amount": intent.amount_received,
            "charge": intent.charge_id,
            "currency": intent.currency,
            "payment_intent": intent.intent_id,
            "reason": "fraudulent",
            "status": "needs_response",
        }
    if kind.startswith("checkout.session."):
        return _session(kind, intent)
    if kind.startswith("charge."):
        return intent.charge() or {"object": "charge", "payment_intent": intent.intent_id}
    return intent.shown()


def _session(kind: str, intent: Intent) -> JsonObject:
    is_expired = kind.endswith("expired")
    return {
        "id": f"cs_{intent.intent_id.removeprefix('pi_')}",
        "object": "checkout.session",
        "amount_total": intent.amount,
        "client_reference_id": intent.metadata.get("order_id"),
        "currency": intent.currency,
        "livemode": intent.livemode,
        "metadata": {},
        "mode": "payment",
        "payment_intent": None if is_expired else intent.intent_id,
        "payment_status": "paid" if intent.status == "succeeded" else "unpaid",
        "status": "expired" if is_expired else "complete",
    }
