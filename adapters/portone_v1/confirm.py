"""PortOne V1's last question before it approves: unsigned, as JSON or as a form."""

from collections.abc import Mapping
from decimal import Decimal

from adapters.inbound.hook_body import read_hook
from adapters.portone_v1 import wire
from domain.errors import InvalidValue
from domain.identifiers import is_order_id
from domain.money import parse_number
from ports.confirm_hook import AmountUnit, ConfirmClaim


class PortOneV1ConfirmHook:
    """Reads questions strictly in form; a missing content type counts as JSON."""

    @property
    def reason_field(self) -> str:
        """What the vendor shows to the buyer."""
        return "reason"

    def read(self, headers: Mapping[str, str], body: bytes, /) -> ConfirmClaim:
        """The claim; see the port."""
        fields = read_hook(headers, body, usual_type="application/json")
        payment_id, order_id, number = (
            _required(fields, name) for name in ("imp_uid", "merchant_uid", "amount")
        )
        if not isinstance(payment_id, str) or not wire.is_payment_id(payment_id):
            raise InvalidValue("imp_uid", "is not a payment id of PortOne V1")
        if not isinstance(order_id, str) or not is_order_id(order_id):
            raise InvalidValue("merchant_uid", "must be 1 to 40 characters of A-Z a-z 0-9 . _ : -")
        # A truth value is a number to Python alone.
        if isinstance(number, bool) or not isinstance(number, str | int | Decimal):
            raise InvalidValue("amount", 'must be a number or decimal text, like 1000 or "14.20"')
        parse_number(number)
        return ConfirmClaim(
            payment_id=payment_id, order_id=order_id, number=number, unit=AmountUnit.MAJOR
        )


def _required(fields: Mapping[str, object], name: str) -> object:
    if name not in fields:
        raise InvalidValue(name, "is required")
    return fields[name]
