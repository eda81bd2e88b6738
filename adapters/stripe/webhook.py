"""Stripe's webhooks: signed, so nobody else can knock; and still only a reason to look."""

from collections.abc import Mapping, Sequence
from typing import Final

from adapters.outbound.json_fields import JsonFields
from adapters.stripe.event_wire import UnreadableEvent, read_event
from adapters.stripe.signature import check_signature
from ports.clock import Clock
from ports.errors import WebhookRejected
from ports.webhook_authenticator import WebhookClaim

# More than an event has with all that a shop can write on it.
_MAX_BODY_BYTES: Final = 64 * 1024


class StripeWebhook:
    """Reads webhooks that one of the secrets has signed.

    `account` is the connected account whose payments are ours; events of any other are ignored.
    A platform's live endpoint is sent events of test mode too: without `allow_test_payments` they
    are about nothing that our key could be shown.
    """

    def __init__(
        self,
        secrets: Sequence[str],
        clock: Clock,
        *,
        account: str | None = None,
        allow_test_payments: bool = False,
    ) -> None:
        self._secrets = tuple(secrets)
        self._clock = clock
        self._account = account
        self._allow_test_payments = allow_test_payments

    def read(self, headers: Mapping[str, str], body: bytes, /) -> WebhookClaim | None:
        """The claim; see the port."""
        if len(body) > _MAX_BODY_BYTES:
            raise WebhookRejected("too-large")
        # Of the bytes as they came: JSON written anew would have another signature.
        check_signature(
            headers.get("stripe-signature"), body, self._secrets, self._clock.now().timestamp()
        )
        fields = JsonFields.decode(body)
        if fields is None:
            raise WebhookRejected("json")
        try:
            event = read_event(fields, self._account)
        except UnreadableEvent as error:
            raise WebhookRejected(error.code) from None
        is_play = fields.truth("livemode") is False and not self._allow_test_payments
        if event is None or is_play:
            return None
        return WebhookClaim(
            payment_id=event.payment_id,
            order_id=event.order_id,
            claimed=event.claimed,
            delivery_id=event.event_id,
        )
