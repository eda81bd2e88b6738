"""The bank's words, and what they mean in ours.

`{"id": "tr-…", "memo": order id, "amount": "1000", "currency": "KRW", "state": …, "live": true}`,
where the state is announced, received or returned, and amounts are decimal text in major units.
"""

import re
from hashlib import sha256
from typing import Final

from adapters.outbound.json_fields import JsonFields, fit_to_show, required_amount
from domain.money import Money, UnreadableAmount
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from ports.errors import GatewayProtocolError

GATEWAY: Final = "bank-transfer"
_ID: Final = re.compile(r"tr-[0-9]{12}", re.ASCII)
_STATUSES: Final = {
    "announced": PaymentStatus.OPENED,
    "received": PaymentStatus.PAID,
    "returned": PaymentStatus.CANCELLED,
}
_MODES: Final = {True: Mode.LIVE, False: Mode.TEST, None: Mode.UNKNOWN}


def is_payment_id(text: str) -> bool:
    """Whether text has the form of a transfer's id."""
    return _ID.fullmatch(text) is not None


def status_of(word: str | None) -> PaymentStatus:
    """What the bank's word for a transfer means."""
    return _STATUSES.get(word or "", PaymentStatus.UNKNOWN)


def read_payment(body: bytes, payment_id: str) -> Payment:
    """The payment in an answer of success; it must be the one that was asked for."""
    fields = JsonFields.decode(body)
    if fields is None:
        raise GatewayProtocolError("json")
    if fields.required_text("id") != payment_id:
        raise GatewayProtocolError("another-payment")
    currency_code = fit_to_show(fields.required_text("currency"), 10)
    total = required_amount(fields.raw("amount"), "amount", currency_code)
    status = status_of(fields.text("state"))
    return Payment(
        key=PaymentKey(gateway=GATEWAY, payment_id=payment_id),
        order_id=fit_to_show(fields.required_text("memo"), 200),
        mode=_MODES[fields.truth("live")],
        status=status if isinstance(total, Money) else PaymentStatus.UNKNOWN,
        total=total,
        cancelled=_cancelled(status, total),
        evidence=sha256(body).hexdigest(),
        method="transfer",
    )


def _cancelled(status: PaymentStatus, total: Money | UnreadableAmount) -> Money | UnreadableAmount:
    """The bank returns a transfer whole, or not at all."""
    if status is PaymentStatus.CANCELLED or not isinstance(total, Money):
        return total
    return Money.zero(total.currency)


def is_refusal(body: bytes) -> bool:
    """Whether the bank itself says no, and nobody on the way: `{"error": "…"}`."""
    fields = JsonFields.decode(body)
    return fields is not None and fields.text("error") is not None
