"""The vendor's words for giving money back and for announcing what an order costs."""

from decimal import Decimal
from typing import Final

import msgspec

from adapters.outbound.json_fields import JsonFields, fit_to_show, required_amount
from adapters.outbound.reasons import clean_reason
from adapters.portone_v1 import wire
from domain.money import Money
from domain.payment import Payment
from ports.errors import GatewayProtocolError
from ports.refund_desk import RefundDeclined, RefundOrder

CANCEL_PATH: Final = "/payments/cancel"
PREPARE_PATH: Final = "/payments/prepare"

# Amounts as numbers, with exactly the digits that they have.
_JSON: Final = msgspec.json.Encoder(decimal_format="number")
_MAX_SHOWN_REASON: Final = 200


def cancel_request(order: RefundOrder) -> bytes:
    """The body that gives money back. Holds the refund account."""
    fields: dict[str, object] = {
        "imp_uid": order.payment_id,
        # Left out or zero, it would mean all that remains.
        "amount": Decimal(order.amount.number),
        # The vendor refuses if it finds another sum.
        "checksum": Decimal(order.remaining.number),
        "reason": fit_to_show(order.reason, _MAX_SHOWN_REASON),
    }
    if order.account is not None:
        fields |= {
            "refund_holder": order.account.holder,
            "refund_bank": order.account.bank_code,
            "refund_account": order.account.number,
        }
        if order.account.phone is not None:
            fields["refund_tel"] = order.account.phone
    return _JSON.encode(fields)


def read_refunded(body: bytes, order: RefundOrder) -> Payment:
    """The payment in an answer of success; it must have lost just what was ordered."""
    payment = wire.read_payment(body, order.payment_id)
    if not isinstance(payment.total, Money) or not isinstance(payment.cancelled, Money):
        raise GatewayProtocolError("amount")
    given_minor = order.amount.amount_minor
    left_minor = payment.total.amount_minor - payment.cancelled.amount_minor
    is_so = left_minor == order.remaining.amount_minor - given_minor
    if not is_so or payment.total.currency != order.amount.currency:
        raise GatewayProtocolError("not-refunded")
    return payment


def read_declined(body: bytes, order: RefundOrder) -> RefundDeclined:
    """The vendor's sentence for why not, without anybody's account or phone."""
    envelope = JsonFields.decode(body)
    sentence = None if envelope is None else envelope.text("message")
    return RefundDeclined(reason=clean_reason(sentence, order.account))


def prepare_request(order_id: str, amount: Money) -> bytes:
    """The body that announces an order's amount."""
    return _JSON.encode(
        {
            "merchant_uid": order_id,
            "amount": Decimal(amount.number),
            "currency": amount.currency_code,
        }
    )


def check_prepared(body: bytes, order_id: str, amount: Money) -> None:
    """Refuses an answer of success that does not repeat what was announced."""
    prepared = wire.read_object(body)
    held = required_amount(prepared.raw("amount"), "amount", amount.currency_code)
    if prepared.required_text("merchant_uid") != order_id or held != amount:
        raise GatewayProtocolError("not-prepared")
