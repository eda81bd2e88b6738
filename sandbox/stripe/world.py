"""Everything that one sandbox holds, and the events and webhooks that follow from a change."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from sandbox.machinery.control_fields import ControlError, IllegalChange, found
from sandbox.machinery.exact_json import dumps
from sandbox.machinery.outbox import Message
from sandbox.machinery.sending_stage import SendingStage
from sandbox.stripe.answers import VendorError
from sandbox.stripe.events import Event
from sandbox.stripe.idempotency import IdempotencyKeys
from sandbox.stripe.intent import Intent, Refund
from sandbox.stripe.ledger import Ledger
from sandbox.stripe.settings import Settings
from sandbox.stripe.signing import signature_header
from sandbox.stripe.voice import VOICE

CARD_DECLINED: Final = ("card_declined", "Your card was declined.")


class World(SendingStage[Settings]):
    """The vendor's side of things, in memory."""

    def __init__(self, *, api_key: str, webhook_secret: str, allow_remote: bool) -> None:
        """Start empty, at the real time."""
        super().__init__(
            "sandbox-stripe",
            VOICE,
            Settings(webhook_secrets=[webhook_secret]),
            allow_remote=allow_remote,
        )
        self.api_key = api_key
        self.ledger = Ledger()
        self.keys = IdempotencyKeys(self.clock)

    def intent(self, intent_id: str) -> Intent:
        """Find the payment that the control API names."""
        return found(self.ledger.intents.get(intent_id))

    async def change(self, intent: Intent, change: Callable[[Intent], None], *kinds: str) -> None:
        """Change a payment where it stands, and tell it by events of these kinds."""
        try:
            change(intent)
        except VendorError as error:
            raise ControlError(409, str(error)) from None
        await self.tell(intent, kinds)

    async def tell(
        self,
        intent: Intent,
        kinds: Sequence[str],
        refund: Refund | None = None,
        *,
        is_silent: bool = False,
    ) -> None:
        """Write down what happened, and send the webhooks if the settings say so.

        Of what is silent the webhooks get lost.
        """
        told = self.ledger.tell(kinds, intent, self.clock.now(), refund)
        for event in () if is_silent else told:
            await self.outbox.announce(
                self.settings.webhook_url,
                lambda event=event: self.message(event),  # type: ignore[misc]
                self.settings.webhook_mode,
            )

    def message(
        self, event: Event, secrets: Sequence[str] | None = None, age_s: int = 0
    ) -> Message:
        """Write and sign the webhook of an event, now; `age_s` sets the clock of it back."""
        body = dumps(event.shown())
        signed_at = self.clock.now() - age_s
        header = signature_header(
            body, self.settings.webhook_secrets if secrets is None else secrets, signed_at
        )
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": header,
        }
        return Message(payload=event.shown(), body=body, headers=headers)

    def stir(self, count: int) -> None:
        now = self.clock.now()
        for intent in self.ledger.some(count, self.faults.chance()):
            with suppress(IllegalChange, VendorError):
                if intent.status == "succeeded":
                    refund = self.ledger.give_back(intent, 1, now, "succeeded", {})
                    self.ledger.tell(["charge.refunded"], intent, now, refund)
                else:
                    intent.pay(now)
                    self.ledger.tell(paid_kinds(intent), intent, now)

    async def reset(self) -> None:
        """Return to the beginning, settings and clock included."""
        await super().reset()
        self.ledger.clear()
        self.keys.reset()


def paid_kinds(intent: Intent) -> tuple[str, ...]:
    """Name the events of a buyer's payment."""
    if intent.status == "requires_capture":
        return ("payment_intent.amount_capturable_updated",)
    return ("charge.succeeded", "payment_intent.succeeded")
