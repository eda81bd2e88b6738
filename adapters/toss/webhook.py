"""Toss's webhooks: unsigned, so never more than a reason to look.

Who knows a payment's secret can only be the vendor, and such a webhook is handed on with the
sender's own id, so that the same one is not looked at again. Any other's id is dropped: anybody can
send one with somebody else's id, and must not keep us from looking when the true one comes.
"""

import re
from collections.abc import Mapping
from typing import Final

from adapters.inbound.hook_body import read_hook
from adapters.toss.deposit_secrets import DepositSecrets
from adapters.toss.wire import STATUSES, is_payment_id
from domain.identifiers import is_order_id
from domain.payment import PaymentStatus
from ports.errors import WebhookRejected
from ports.webhook_authenticator import WebhookClaim

_DELIVERY_ID_HEADER: Final = "tosspayments-webhook-transmission-id"
_DELIVERY_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,200}", re.ASCII)
_STATUS_CHANGED: Final = "PAYMENT_STATUS_CHANGED"
_DEPOSIT: Final = "DEPOSIT_CALLBACK"


class TossWebhook:
    """Reads webhooks strictly in form, for anybody can send one."""

    def __init__(self, secrets: DepositSecrets) -> None:
        self._secrets = secrets

    def read(self, headers: Mapping[str, str], body: bytes, /) -> WebhookClaim | None:
        """The claim; see the port. One about an order that cannot be ours is no claim."""
        fields = read_hook(headers, body)
        event = fields.get("eventType", _DEPOSIT)
        if not isinstance(event, str):
            raise WebhookRejected("eventType")
        if event == _STATUS_CHANGED:
            fields = _object(fields, "data")
        elif event != _DEPOSIT:
            return None
        elif "data" in fields:
            fields = _object(fields, "data")
        return self._claim(fields, headers, needs_payment_id=event == _STATUS_CHANGED)

    def _claim(
        self, fields: Mapping[str, object], headers: Mapping[str, str], *, needs_payment_id: bool
    ) -> WebhookClaim | None:
        payment_id, order_id, word = (
            fields.get(name) for name in ("paymentKey", "orderId", "status")
        )
        if not isinstance(order_id, str) or not order_id:
            raise WebhookRejected("orderId")
        if not isinstance(word, str):
            raise WebhookRejected("status")
        if payment_id is None and not needs_payment_id:
            pass
        elif not isinstance(payment_id, str) or not is_payment_id(payment_id):
            raise WebhookRejected("paymentKey")
        if not is_order_id(order_id):
            return None
        return WebhookClaim(
            payment_id=payment_id,
            order_id=order_id,
            claimed=STATUSES.get(word, PaymentStatus.UNKNOWN),
            delivery_id=self._delivery_id(order_id, fields.get("secret"), headers),
        )

    def _delivery_id(self, order_id: str, secret: object, headers: Mapping[str, str]) -> str | None:
        told = headers.get(_DELIVERY_ID_HEADER, "")
        is_vendors = isinstance(secret, str) and self._secrets.knows(order_id, secret)
        return told if is_vendors and _DELIVERY_ID.fullmatch(told) else None


def _object(fields: Mapping[str, object], name: str) -> dict[str, object]:
    value = fields.get(name)
    if not isinstance(value, dict):
        raise WebhookRejected(name)
    return value
