"""Which order a payment is for. The shop chooses the payment's id, and may write more on it."""

from dataclasses import dataclass
from enum import StrEnum

from adapters.outbound.json_fields import JsonFields, fit_to_show
from domain.identifiers import is_order_id

_MAX_SHOWN: int = 200


class OrderIdIn(StrEnum):
    """Where the shop's page writes the order's id."""

    # The payment's own id is the order's: one payment an order, tried as often as need be.
    PAYMENT_ID = "payment-id"
    # The field `order_id` of a JSON object in `customData`: any number of payments an order.
    CUSTOM_DATA = "custom-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """One shop's way to name the orders of its payments.

    The buyer's page could write anything in either place. So this only says for which order a
    payment claims to be: what it must have cost, the order itself knows.
    """

    order_id_in: OrderIdIn = OrderIdIn.PAYMENT_ID

    def order_id_of(self, payment_id: str, custom_data: str | None) -> str:
        """The order's id; without one in `customData` it is the payment's, for nothing else is."""
        if self.order_id_in is OrderIdIn.CUSTOM_DATA and custom_data is not None:
            fields = JsonFields.decode(custom_data.encode("utf-8", "replace"))
            order_id = None if fields is None else fields.text("order_id")
            if order_id is not None and order_id.strip():
                # One that is changed so that it can be shown is no order's.
                return fit_to_show(order_id, _MAX_SHOWN)
        return payment_id

    def order_id_in_claim(self, payment_id: str) -> str | None:
        """The order's id, as far as a payment's id alone tells it."""
        if self.order_id_in is not OrderIdIn.PAYMENT_ID:
            return None
        return payment_id if is_order_id(payment_id) else None
