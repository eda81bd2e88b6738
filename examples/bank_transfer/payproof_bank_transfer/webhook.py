"""The bank's webhooks: `{"id", "memo", "state"}`, signed by HMAC-SHA256 over `time.body`."""

import re
from collections.abc import Mapping
from hmac import compare_digest, digest
from typing import Final

from adapters.outbound.json_fields import JsonFields
from domain.identifiers import is_order_id
from payproof_bank_transfer import wire
from ports.clock import Clock
from ports.errors import WebhookNotAuthentic, WebhookRejected
from ports.webhook_authenticator import WebhookClaim

_MAX_BODY_BYTES: Final = 16 * 1024
_TIME: Final = re.compile(r"[0-9]{1,11}", re.ASCII)
_TOLERANCE_S: Final = 300


class BankTransferWebhook:
    """Reads what the bank has signed, and lately."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret = secret.encode()
        self._clock = clock

    def read(self, headers: Mapping[str, str], body: bytes, /) -> WebhookClaim | None:
        """The claim; see the port."""
        if len(body) > _MAX_BODY_BYTES:
            raise WebhookRejected("too-large")
        self._check_signature(headers.get("bank-time", ""), headers.get("bank-mac", ""), body)
        fields = JsonFields.decode(body)
        if fields is None:
            raise WebhookRejected("json")
        payment_id, order_id = fields.text("id"), fields.text("memo")
        if payment_id is None or not wire.is_payment_id(payment_id):
            return None  # about an account, and not about a transfer
        return WebhookClaim(
            payment_id=payment_id,
            # A buyer writes the memo: if it is no order's, the bank is asked.
            order_id=order_id if order_id is not None and is_order_id(order_id) else None,
            claimed=wire.status_of(fields.text("state")),
            delivery_id=None,
        )

    def _check_signature(self, time: str, mac: str, body: bytes) -> None:
        if not _TIME.fullmatch(time):
            raise WebhookNotAuthentic("time")
        if abs(self._clock.now().timestamp() - int(time)) > _TOLERANCE_S:
            raise WebhookNotAuthentic("too-old-or-too-new")
        expected = digest(self._secret, f"{time}.".encode() + body, "sha256").hex()
        if not compare_digest(expected.encode(), mac.encode()):
            raise WebhookNotAuthentic("signature")
