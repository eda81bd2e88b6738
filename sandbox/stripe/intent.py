"""One PaymentIntent with its charge and refunds, and every change that it can go through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.machinery.control_fields import IllegalChange
from sandbox.machinery.exact_json import JsonObject
from sandbox.stripe.answers import VendorError

# Where the buyer can still do something.
OPEN: Final = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})
_CANCELABLE: Final = OPEN | {"requires_capture", "processing"}
# Refunds that count, and those that came to nothing.
IN_VAIN: Final = frozenset({"failed", "canceled"})


@dataclass(slots=True, kw_only=True)
class Refund:
    """Money that goes back; the vendor counts it from the first moment, unless it fails."""

    refund_id: str
    intent: "Intent"
    amount: int
    created: int
    status: str
    metadata: dict[str, str]
    failure_reason: str | None = None

    def shown(self) -> JsonObject:
        """Give the whole vendor object."""
        return {
            "id": self.refund_id,
            "object": "refund",
            "amount": self.amount,
            "charge": self.intent.charge_id,
            "created": self.created,
            "currency": self.intent.currency,
            "failure_reason": self.failure_reason,
            "metadata": self.metadata,
            "payment_intent": self.intent.intent_id,
            "reason": None,
            "receipt_number": None,
            "status": self.status,
        }


@dataclass(slots=True, kw_only=True)
class Intent:
    """A payment as the vendor records it."""

    intent_id: str
    amount: int
    currency: str
    created: int
    metadata: dict[str, str]
    method: str = "card"
    capture_method: str = "automatic"
    livemode: bool = True
    on_behalf_of: str | None = None
    description: str | None = None
    status: str = "requires_payment_method"
    amount_received: int = 0
    amount_capturable: int = 0
    charged_at: int | None = None
    captured: bool = False
    disputed: bool = False
    error: JsonObject | None = None
    cancellation_reason: str | None = None
    # A capture that the card's bank will not bear.
    refuses_capture: bool = False
    refunds: list[Refund] = field(default_factory=list)
    overrides: Mapping[str, Any] = field(default_factory=dict)
    charge_overrides: Mapping[str, Any] = field(default_factory=dict)

    @property
    def client_secret(self) -> str:
        """What lets a buyer's page pay it."""
        return f"{self.intent_id}_secret_sandbox"

    @property
    def charge_id(self) -> str | None:
        """The charge's id, once there is a charge."""
        return None if self.charged_at is None else f"ch_{self.intent_id.removeprefix('pi_')}"

    @property
    def amount_refunded(self) -> int:
        """What was given back; what was authorised and not taken counts as well."""
        given = sum(each.amount for each in self.refunds if each.status not in IN_VAIN)
        released = self.amount - self.amount_received if self.captured else 0
        return given + max(released, 0)

    @property
    def remaining(self) -> int:
        """What can still be given back."""
        return self.amount_received - sum(
            each.amount for each in self.refunds if each.status not in IN_VAIN
        )

    def shown(self, *, with_charge: bool = False) -> JsonObject:
        """Give the whole vendor object."""
        return {
            "id": self.intent_id,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_capturable": self.amount_capturable,
            "amount_received": self.amount_received,
            "canceled_at": None,
            "cancellation_reason": self.cancellation_reason,
            "capture_method": self.capture_method,
            "client_secret": self.client_secret,
            "confirmation_method": "automatic",
            "created": self.created,
            "currency": self.currency,
            "customer": None,
            "description": self.description,
            "last_payment_error": self.error,
            "latest_charge": self.charge() if with_charge else self.charge_id,
            "livemode": self.livemode,
            "metadata": self.metadata,
            "next_action": None,
            "on_behalf_of": self.on_behalf_of,
            "payment_method": None if self.charged_at is None else "pm_sandbox",
            "payment_method_types": [self.method],
            "receipt_email": None,
            "status": self.status,
            "transfer_data": None,
            **self.overrides,
        }

    def charge(self) -> JsonObject | None:
        """Give the charge, or None while there is none."""
        if self.charged_at is None:
            return None
        is_paid = self.status in ("succeeded", "requires_capture")
        return {
            "id": self.charge_id,
            "object": "charge",
            "amount": self.amount,
            "amount_captured": self.amount_received,
            "amount_refunded": self.amount_refunded,
            "captured": self.captured,
            "created": self.charged_at,
            "currency": self.currency,
            "disputed": self.disputed,
            "failure_code": None,
            "livemode": self.livemode,
            "metadata": self.metadata,
            "paid": is_paid,
            "payment_intent": self.intent_id,
            "payment_method_details": {"type": self.method, self.method: {}},
            "receipt_url": f"https://pay.stripe.com/receipts/{self.intent_id}",
            "refunded": self.captured and self.amount_refunded == self.amount,
            "status": "succeeded" if is_paid else "pending",
            **self.charge_overrides,
        }

    def pay(self, now: int) -> None:
        """Let the buyer's money arrive, at once or after a while; or hold it until a capture."""
        if self.status not in OPEN | {"processing"}:
            raise IllegalChange(f"a payment that is {self.status} cannot be paid")
        self.error = None
        self.charged_at = now if self.charged_at is None else self.charged_at
        if self.capture_method == "manual":
            self.status, self.amount_capturable = "requires_capture", self.amount
        else:
            self._take(self.amount)

    def authorise(self, now: int) -> None:
        """Let the buyer's bank hold the money until the shop takes it by hand."""
        self.capture_method = "manual"
        self.pay(now)

    def process(self, now: int) -> None:
        """Begin a payment whose end the bank tells days later."""
        if self.status not in OPEN:
            raise IllegalChange(f"a payment that is {self.status} cannot be processed")
        self.status, self.error, self.charged_at = "processing", None, now

    def fail(self, code: str, message: str) -> None:
        """Let an attempt fail; the buyer may try again."""
        if self.status not in OPEN | {"processing"}:
            raise IllegalChange(f"a payment that is {self.status} cannot fail")
        self.status, self.charged_at = "requires_payment_method", None
        self.error = {"type": "card_error", "code": code, "message": message}

    def capture(self, amount: int | None) -> None:
        """Take what was authorised, or a part and let the rest go."""
        if self.status != "requires_capture":
            raise VendorError(
                400,
                "This PaymentIntent could not be captured because it has a status of "
                f"{self.status}.",
                code="payment_intent_unexpected_state",
            )
        taken = self.amount_capturable if amount is None else amount
        if taken > self.amount_capturable:
            raise VendorError(400, "amount_to_capture is too large.", code="amount_too_large")
        if self.refuses_capture:
            raise VendorError(
                402, "Your card was declined.", kind="card_error", code="card_declined"
            )
        self._take(taken)

    def cancel(self, reason: str | None) -> None:
        """End it; what was authorised is let go."""
        if self.status not in _CANCELABLE:
            raise VendorError(
                400,
                f"You cannot cancel this PaymentIntent because it has a status of {self.status}.",
                code="payment_intent_unexpected_state",
            )
        self.status, self.amount_capturable, self.cancellation_reason = "canceled", 0, reason

    def give_back(self, refund: Refund) -> None:
        """Add a refund, if the payment still holds as much."""
        if self.status != "succeeded":
            raise VendorError(
                400,
                f"This PaymentIntent ({self.intent_id}) does not have a successful charge to "
                "refund.",
            )
        if self.remaining == 0:
            raise VendorError(
                400,
                f"Charge {self.charge_id} has already been refunded.",
                code="charge_already_refunded",
            )
        if refund.amount > self.remaining:
            raise VendorError(
                400,
                f"Refund amount ({refund.amount}) is greater than unrefunded amount on charge "
                f"({self.remaining}).",
                code="amount_too_large",
                param="amount",
            )
        self.refunds.append(refund)

    def _take(self, amount: int) -> None:
        self.status, self.captured = "succeeded", True
        self.amount_received, self.amount_capturable = amount, 0
