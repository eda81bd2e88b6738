"""The fields of the vendor's payment that we look at, read at once; and one by one if need be."""

from typing import Final

import msgspec

from adapters.outbound.json_fields import ABSENT, JsonFields


class PaymentFields(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a payment says of itself: None where that is missing, null or of another type.

    Amounts stay the very text that was sent, and are read where their currency is known.
    """

    imp_uid: str | None = None
    merchant_uid: str | None = None
    status: str | None = None
    currency: str | None = None
    amount: msgspec.Raw = ABSENT
    cancel_amount: msgspec.Raw = ABSENT
    sandbox: bool | None = None
    pay_method: str | None = None
    vbank_code: str | None = None
    vbank_date: int | None = None
    vbank_holder: str | None = None
    vbank_name: str | None = None
    vbank_num: str | None = None
    paid_at: int | None = None
    receipt_url: str | None = None
    fail_reason: str | None = None


_AT_ONCE: Final = msgspec.json.Decoder(PaymentFields)


def read_fields(raw: bytes | msgspec.Raw) -> PaymentFields | None:
    """The fields of a payment; None if this is not one JSON object."""
    try:
        return _AT_ONCE.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _one_by_one(JsonFields.decode(raw))


def _one_by_one(fields: JsonFields | None) -> PaymentFields | None:
    """The same of a payment that has a field of a type it should not be, which reads as None."""
    if fields is None:
        return None
    return PaymentFields(
        imp_uid=fields.text("imp_uid"),
        merchant_uid=fields.text("merchant_uid"),
        status=fields.text("status"),
        currency=fields.text("currency"),
        amount=fields.raw("amount"),
        cancel_amount=fields.raw("cancel_amount"),
        sandbox=fields.truth("sandbox"),
        pay_method=fields.text("pay_method"),
        vbank_code=fields.text("vbank_code"),
        vbank_date=fields.whole("vbank_date"),
        vbank_holder=fields.text("vbank_holder"),
        vbank_name=fields.text("vbank_name"),
        vbank_num=fields.text("vbank_num"),
        paid_at=fields.whole("paid_at"),
        receipt_url=fields.text("receipt_url"),
        fail_reason=fields.text("fail_reason"),
    )
