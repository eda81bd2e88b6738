"""What the vendor tells and asks the shop by itself, in its two versions."""

from collections.abc import Mapping
from typing import Final

from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.outbox import Message, as_form, as_json
from sandbox.portone_v2.payment import Payment
from sandbox.portone_v2.words import EVENTS, iso

OLD: Final = "2024-01-01"
NEW: Final = "2024-04-25"
VERSIONS: Final = frozenset({OLD, NEW})


def about(
    payment: Payment, *, version: str, form: bool, now: int, lies: Mapping[str, str]
) -> Message:
    """Write an unsigned webhook about a payment; `lies` replaces what is true."""
    told = {
        "type": f"Transaction.{EVENTS.get(payment.status, payment.status)}",
        "store_id": str(payment.own.get("storeId")),
        "payment_id": payment.payment_id,
        "transaction_id": payment.transaction_id,
        **lies,
    }
    if version == OLD:
        body: JsonObject = {
            "payment_id": told["payment_id"],
            "tx_id": told["transaction_id"],
            "status": told["type"].rpartition(".")[2],
        }
        return as_form(body) if form else as_json(body)
    data: JsonObject = {
        "storeId": told["store_id"],
        "paymentId": told["payment_id"],
        "transactionId": told["transaction_id"],
    }
    cancellations = payment.own.get("cancellations")
    if "ancelled" in told["type"] and cancellations:
        data["cancellationId"] = cancellations[-1]["id"]
    return as_json({"type": told["type"], "timestamp": iso(now), "data": data})


def question_about(payment: Payment, *, version: str, now: int) -> Message:
    """Write the unsigned question before an approval."""
    total = payment.own["amount"].get("total")
    if version == OLD:
        return as_json(
            {
                "payment_id": payment.payment_id,
                "tx_id": payment.transaction_id,
                "total_amount": total,
            }
        )
    data = {
        "storeId": payment.own.get("storeId"),
        "paymentId": payment.payment_id,
        "transactionId": payment.transaction_id,
        "totalAmount": total,
    }
    return as_json({"type": "Transaction.Confirm", "timestamp": iso(now), "data": data})


def raw(text: str) -> Message:
    """Write any text at all, for signatures are made of bytes and not of sense."""
    headers = {"Content-Type": "application/json"}
    return Message(payload={"raw": text}, body=text.encode(), headers=headers)
