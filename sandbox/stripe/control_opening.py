"""Reads, from the control API, which payment is to be opened."""

from typing import Final

from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.stripe.ledger import NewIntent

_KNOWN: Final = (
    "amount",
    "capture_method",
    "charge_overrides",
    "currency",
    "description",
    "id",
    "livemode",
    "metadata",
    "method",
    "on_behalf_of",
    "order_id",
    "overrides",
)
_CAPTURE_METHODS: Final = frozenset({"automatic", "automatic_async", "manual"})
_LARGEST: Final = 10**15


def read_opening(value: object) -> NewIntent:
    """Read one request to open a payment; raises ControlError."""
    fields = Fields.within(value, *_KNOWN)
    metadata = {str(name): str(each) for name, each in fields.mapping("metadata").items()}
    order_id = fields.text("order_id", limit=500)
    if order_id is not None:
        metadata["order_id"] = order_id
    if not fields.has("amount"):
        raise ControlError(400, "amount is missing")
    return NewIntent(
        amount=fields.whole("amount", 0, low=1, high=_LARGEST),
        currency=fields.text("currency", limit=10) or "krw",
        metadata=metadata,
        method=fields.text("method", limit=40) or "card",
        capture_method=fields.word("capture_method", _CAPTURE_METHODS) or "automatic",
        livemode=fields.flag("livemode", default=True),
        on_behalf_of=fields.text("on_behalf_of", limit=60),
        description=fields.text("description", limit=1000),
        intent_id=fields.text("id", limit=100),
        overrides=fields.mapping("overrides"),
        charge_overrides=fields.mapping("charge_overrides"),
    )
