"""The vendor's words for taking the money and for giving it back."""

from decimal import Decimal
from typing import Final

import msgspec

from adapters.outbound.json_fields import fit_to_show
from adapters.toss import wire
from domain.money import Money
from domain.payment import Mode, Payment
from ports.errors import GatewayProtocolError
from ports.refund_desk import RefundOrder

CONFIRM_PATH: Final = "/v1/payments/confirm"

# Amounts as numbers, with exactly the digits that they have.
_JSON: Final = msgspec.json.Encoder(decimal_format="number")
_MAX_SHOWN_REASON: Final = 200
_KRW: Final = "KRW"


def cancel_path(payment_id: str) -> str:
    """Where a payment's money is given back."""
    return f"{wire.payment_path(payment_id)}/cancel"


def approval_request(payment_id: str, order_id: str, amount: Money) -> bytes:
    """The body that takes the money: this much, and not what the buyer's page says."""
    return _JSON.encode(
        {"paymentKey": payment_id, "orderId": order_id, "amount": Decimal(amount.number)}
    )


def read_approved(body: bytes, payment_id: str, order_id: str, mode: Mode) -> Payment:
    """The payment in an answer of success; it must be the one that was to be approved."""
    payment = wire.read_payment(body, payment_id, mode)
    if payment.order_id != order_id:
        raise GatewayProtocolError(wire.ANOTHER_ORDER)
    return payment


def cancel_request(order: RefundOrder) -> bytes:
    """The body that gives money back. Holds the refund account."""
    fields: dict[str, object] = {
        "cancelReason": fit_to_show(order.reason, _MAX_SHOWN_REASON),
        # Left out, it would mean all that remains.
        "cancelAmount": Decimal(order.amount.number),
        # The vendor refuses if it finds another sum.
        "refundableAmount": Decimal(order.remaining.number),
    }
    if order.amount.currency_code != _KRW:
        fields["currency"] = order.amount.currency_code
    if order.account is not None:
        fields["refundReceiveAccount"] = {
            "bank": order.account.bank_code,
            "accountNumber": order.account.number,
            "holderName": order.account.holder,
        }
    return _JSON.encode(fields)


def read_refunded(body: bytes, order: RefundOrder, mode: Mode) -> Payment:
    """The payment in an answer of success; it must have lost just what was ordered."""
    payment = wire.read_payment(body, order.payment_id, mode)
    if not isinstance(payment.total, Money) or not isinstance(payment.cancelled, Money):
        raise GatewayProtocolError("amount")
    left_minor = payment.total.amount_minor - payment.cancelled.amount_minor
    is_so = left_minor == order.remaining.amount_minor - order.amount.amount_minor
    if not is_so or payment.total.currency != order.amount.currency:
        raise GatewayProtocolError("not-refunded")
    return payment
