"""Payments as the vendor shows them, and what it sends by itself."""

import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.portone_v2.naming import Naming, OrderIdIn
from adapters.portone_v2.wire import Reading

FIXTURES = Path(__file__).parents[3] / "fixtures"
STORE = "store-00000000-0000-0000-0000-000000000000"
SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
KEY = bytes(range(32))
NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
NOW_S = int(NOW.timestamp())

READING = Reading(naming=Naming())
BY_CUSTOM_DATA = Reading(naming=Naming(order_id_in=OrderIdIn.CUSTOM_DATA))

PAID: dict[str, Any] = {
    "status": "PAID",
    "id": "order-0001",
    "transactionId": "00000000-0000-0000-0000-000000000001",
    "merchantId": "merchant-1",
    "storeId": STORE,
    "method": {"type": "PaymentMethodCard", "approvalNumber": "30000000"},
    "channel": {"type": "LIVE", "key": "channel-key-1", "pgProvider": "TOSSPAYMENTS"},
    "version": "V2",
    "requestedAt": "2023-11-14T22:00:00.000Z",
    "updatedAt": "2023-11-14T22:01:00.000Z",
    "statusChangedAt": "2023-11-14T22:01:00.000Z",
    "orderName": "꽃다발",
    "amount": {
        "total": 1000,
        "taxFree": 0,
        "discount": 0,
        "paid": 1000,
        "cancelled": 0,
        "cancelledTaxFree": 0,
    },
    "currency": "KRW",
    "customer": {"name": "구매자"},
    "paidAt": "2023-11-14T22:01:00.123456789Z",
    "receiptUrl": "https://example.com/receipt/1",
}
ACCOUNT = {
    "type": "PaymentMethodVirtualAccount",
    "bank": "SHINHAN",
    "accountNumber": "X0000000000001",
    "accountType": "NORMAL",
    "remitteeName": "테스트상점",
    "expiredAt": "2023-11-17T22:00:00+09:00",
    "issuedAt": "2023-11-14T22:01:00Z",
}


def payment(**changes: Any) -> bytes:
    """The paid payment with other fields; `amount` names only what differs, ... takes away."""
    amount = PAID["amount"] | changes.pop("amount", {})
    whole = PAID | {"amount": amount} | changes
    return json.dumps({name: it for name, it in whole.items() if it is not ...}).encode()


def signed(
    body: bytes, *, key: bytes = KEY, message_id: str = "msg_1", at_s: int = NOW_S
) -> dict[str, str]:
    """The headers of a webhook, signed as the standard says."""
    content = f"{message_id}.{at_s}.".encode() + body
    signature = b64encode(hmac.digest(key, content, "sha256")).decode()
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{signature}",
    }


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()
