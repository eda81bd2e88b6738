"""The vendor's words for a payment, and what they mean in ours.

Lenient where nothing depends on it: unknown fields, missing ones, nulls and odd types become
None. Strict where money does: what cannot be read is `GatewayProtocolError`, never a guess.
"""

import re
from hashlib import sha256
from typing import Final

import msgspec

from adapters.outbound.json_fields import JsonFields, fit_to_show, is_told, moment, shown, url
from adapters.stripe.currencies import read_number
from domain.money import Money, UnreadableAmount
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from ports.errors import GatewayProtocolError

GATEWAY: Final = "stripe"
BASE_URL: Final = "https://api.stripe.com"
# What its answers look like depends on it, so it is said with every question.
API_VERSION: Final = "2025-04-30.basil"
INTENTS_PATH: Final = "/v1/payment_intents"
WITH_CHARGE: Final = (("expand[]", "latest_charge"),)

_PAYMENT_ID: Final = re.compile(r"pi_[A-Za-z0-9]{1,100}", re.ASCII)
_WHOLE: Final = re.compile(rb"-?[0-9]{1,400}")
# Nothing was taken yet, or ever will be; `succeeded` is judged by its charge.
_WITHOUT_MONEY: Final = {
    "requires_payment_method": PaymentStatus.OPENED,
    "requires_confirmation": PaymentStatus.OPENED,
    "requires_action": PaymentStatus.OPENED,
    "processing": PaymentStatus.OPENED,
    "requires_capture": PaymentStatus.OPENED,
    "canceled": PaymentStatus.FAILED,
}
_TAKEN: Final = "succeeded"
_AUTHORISED: Final = "requires_capture"
_UNTRIED: Final = "requires_payment_method"
_MODES: Final = {True: Mode.LIVE, False: Mode.TEST, None: Mode.UNKNOWN}


def is_payment_id(text: str) -> bool:
    """Whether text has the form of a PaymentIntent's id. Its client secret has not."""
    return _PAYMENT_ID.fullmatch(text) is not None


def payment_path(payment_id: str) -> str:
    """Where one payment is asked for."""
    return f"{INTENTS_PATH}/{payment_id}"


def error_fields(body: bytes) -> JsonFields | None:
    """What the vendor's own refusals hold; None for whatever has another form."""
    envelope = JsonFields.decode(body)
    error = None if envelope is None else JsonFields.decode(envelope.raw("error"))
    return None if error is None or error.text("type") is None else error


def is_unknown_payment(body: bytes) -> bool:
    """Whether the vendor itself says that there is no such payment."""
    error = error_fields(body)
    return error is not None and error.text("code") == "resource_missing"


def read_payment(body: bytes, payment_id: str) -> Payment:
    """The payment in an answer of success; it must be the one that was asked for."""
    intent = JsonFields.decode(body)
    if intent is None:
        raise GatewayProtocolError("payment-intent")
    if intent.required_text("id") != payment_id:
        raise GatewayProtocolError("another-payment")
    return _payment(intent, payment_id, evidence=sha256(body).hexdigest())


def read_listed_payment(row: msgspec.Raw) -> Payment:
    """A payment among many, from its own bytes alone."""
    payment_id = listed_id(row)
    intent = JsonFields.decode(row)
    if intent is None or payment_id is None or not is_payment_id(payment_id):
        raise GatewayProtocolError("id")
    return _payment(intent, payment_id, evidence=sha256(row).hexdigest())


def listed_id(row: msgspec.Raw) -> str | None:
    """The id of an object of a list, of which nothing else may be readable."""
    fields = JsonFields.decode(row)
    return None if fields is None else fields.text("id")


def order_id_of(fields: JsonFields) -> str:
    """The order that the shop wrote on it; empty if none, which equals no order's id."""
    metadata = JsonFields.decode(fields.raw("metadata"))
    text = None if metadata is None else metadata.text("order_id")
    # The vendor lets a value be 500 long. One that is changed so that it can be shown is longer
    # than an order id, or holds a sign that none has.
    return fit_to_show(text or "", 200)


def whole(fields: JsonFields, name: str) -> int:
    """A whole number, which must be there: not as text, and without a point."""
    literal = bytes(fields.raw(name))
    if not _WHOLE.fullmatch(literal):
        raise GatewayProtocolError(name)
    return int(literal)


def _payment(intent: JsonFields, payment_id: str, *, evidence: str) -> Payment:
    word = intent.required_text("status")
    currency_code = fit_to_show(intent.required_text("currency"), 10).upper()
    charge = JsonFields.decode(intent.raw("latest_charge"))
    total = read_number(whole(intent, _total_in(word)), currency_code)
    cancelled = _cancelled(intent, charge, word, currency_code)
    status = _status(intent, charge, word, total, cancelled)
    paid = charge if word == _TAKEN else None
    return Payment(
        key=PaymentKey(gateway=GATEWAY, payment_id=payment_id),
        order_id=order_id_of(intent),
        mode=_MODES[intent.truth("livemode")],
        status=status,
        total=total,
        cancelled=cancelled,
        evidence=evidence,
        method=_method(charge),
        merchant_account=shown(intent.text("on_behalf_of"), 60),
        # When the buyer gave the order to pay: the vendor tells no later moment.
        paid_at=None if paid is None else moment(paid.whole("created")),
        receipt_url=None if paid is None else url(paid.text("receipt_url")),
        failure_reason=_failure_reason(intent) if status is PaymentStatus.FAILED else None,
        awaits_approval=word == _AUTHORISED and status is PaymentStatus.OPENED,
    )


def _total_in(word: str) -> str:
    """Which number counts: what was taken, what can be taken, or what was asked for."""
    return {_TAKEN: "amount_received", _AUTHORISED: "amount_capturable"}.get(word, "amount")


def _cancelled(
    intent: JsonFields, charge: JsonFields | None, word: str, currency_code: str
) -> Money | UnreadableAmount:
    """What was given back, as the vendor counts it: refunds that are still under way as well.

    What was authorised and never taken counts as refunded there; it was never ours.
    """
    if word != _TAKEN:
        return read_number(0, currency_code)
    if charge is None:
        # Not even an id would do: without the charge nothing is known of refunds.
        raise GatewayProtocolError("latest_charge")
    if charge.required_text("currency").upper() != currency_code:
        raise GatewayProtocolError("charge-currency")
    told = charge.text("payment_intent")
    if told is not None and told != intent.text("id"):
        raise GatewayProtocolError("another-charge")
    never_taken = whole(charge, "amount") - whole(charge, "amount_captured")
    return read_number(whole(charge, "amount_refunded") - max(never_taken, 0), currency_code)


def _status(
    intent: JsonFields,
    charge: JsonFields | None,
    word: str,
    total: Money | UnreadableAmount,
    cancelled: Money | UnreadableAmount,
) -> PaymentStatus:
    """What contradicts itself is unknown, and so is every word that came after us."""
    if not isinstance(cancelled, Money):
        return PaymentStatus.UNKNOWN
    if word == _TAKEN and charge is not None:
        return _status_of_taken(intent, charge, total, cancelled)
    if is_told(intent.raw("amount_received")) and whole(intent, "amount_received") != 0:
        return PaymentStatus.UNKNOWN
    if word == _UNTRIED and is_told(intent.raw("last_payment_error")):
        # It was tried, and may be tried again.
        return PaymentStatus.FAILED
    return _WITHOUT_MONEY.get(word, PaymentStatus.UNKNOWN)


def _status_of_taken(
    intent: JsonFields, charge: JsonFields, total: Money | UnreadableAmount, cancelled: Money
) -> PaymentStatus:
    is_whole = whole(charge, "amount_captured") == whole(intent, "amount_received")
    is_taken = charge.text("status") == _TAKEN and charge.truth("captured") is True
    if not (is_whole and is_taken):
        return PaymentStatus.UNKNOWN
    if cancelled.amount_minor == 0:
        return PaymentStatus.PAID
    if not isinstance(total, Money) or cancelled.amount_minor > total.amount_minor:
        return PaymentStatus.UNKNOWN
    return PaymentStatus.CANCELLED if cancelled == total else PaymentStatus.PARTIALLY_CANCELLED


def _method(charge: JsonFields | None) -> str | None:
    details = None if charge is None else JsonFields.decode(charge.raw("payment_method_details"))
    return None if details is None else shown(details.text("type"), 40)


def _failure_reason(intent: JsonFields) -> str | None:
    error = JsonFields.decode(intent.raw("last_payment_error"))
    sentence = None if error is None else error.text("message")
    return shown(sentence or intent.text("cancellation_reason"), 500)
