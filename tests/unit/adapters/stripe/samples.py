"""The vendor's answers as documented, and the same with something changed."""

import json
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[3] / "fixtures" / "stripe"
PAYMENT_ID = "pi_3MtwBwLkdIwHu7ix28a3tqPa"
ORDER_ID = "order-0001"
OMITTED = object()

# Each with the status that it has in our words.
STATUSES = {
    "succeeded_card": "paid",
    "succeeded_krw": "paid",
    "partially_captured": "paid",
    "disputed": "paid",
    "test_mode": "paid",
    "partially_refunded": "partiallyCancelled",
    "refunded": "cancelled",
    "requires_payment_method": "opened",
    "requires_action": "opened",
    "processing": "opened",
    "requires_capture": "opened",
    "payment_failed": "failed",
    "canceled": "failed",
}


def sample(name: str) -> bytes:
    """Read one fixture, like `succeeded_card`."""
    return (FIXTURES / f"{name}.json").read_bytes()


def fields_of(name: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(sample(name))
    return fields


def changed(name: str, /, charge: dict[str, Any] | None = None, **changes: object) -> bytes:
    """Answer with a fixture, some fields of it and of its charge changed or `OMITTED`."""
    fields = fields_of(name) | changes
    if charge is not None:
        fields["latest_charge"] = _without_omitted(fields["latest_charge"] | charge)
    return json.dumps(_without_omitted(fields)).encode()


def _without_omitted(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not OMITTED}
