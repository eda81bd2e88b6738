"""The vendor's words for a payment, and what they mean in ours.

Lenient where nothing depends on it: unknown fields, missing ones, nulls and odd types become
None. Strict where money does: what cannot be read is `GatewayProtocolError`, never a guess.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote

import msgspec

from adapters.outbound import discount
from adapters.outbound.json_fields import JsonFields, fit_to_show, shown, url
from adapters.portone_v2.banks import BANK_NAMES
from adapters.portone_v2.naming import Naming
from domain.errors import InvalidValue
from domain.identifiers import check_payment_id
from domain.money import Currency, Money, UnreadableAmount
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.virtual_account import VirtualAccount
from ports.errors import GatewayProtocolError

GATEWAY: Final = "portone-v2"
BASE_URL: Final = "https://api.portone.io"

_WITHOUT_CANCELLATION: Final = {
    "READY": PaymentStatus.OPENED,
    "PAY_PENDING": PaymentStatus.OPENED,
    "VIRTUAL_ACCOUNT_ISSUED": PaymentStatus.AWAITING_DEPOSIT,
    "PAID": PaymentStatus.PAID,
    "FAILED": PaymentStatus.FAILED,
}
_MAY_BE_CANCELLED: Final = frozenset({"PAID", "PARTIAL_CANCELLED", "CANCELLED"})
_MODES: Final = {"LIVE": Mode.LIVE, "TEST": Mode.TEST}
_METHODS: Final = {
    "PaymentMethodCard": "card",
    "PaymentMethodConvenienceStore": "convenienceStore",
    "PaymentMethodCrypto": "crypto",
    "PaymentMethodEasyPay": "easyPay",
    "PaymentMethodGiftCertificate": "giftCertificate",
    "PaymentMethodMobile": "mobile",
    "PaymentMethodTransfer": "transfer",
    "PaymentMethodVirtualAccount": "virtualAccount",
}
# The vendor counts minor units by ISO 4217, as we do.
_WHOLE: Final = re.compile(rb"-?[0-9]+")
_MAX_SHOWN_DIGITS: Final = 40
_YEARS: Final = range(2000, 2100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What has to be known of a shop to read its payments.

    With `shop_approves`, the vendor's manual confirmation, a payment that is READY waits for us.
    """

    naming: Naming
    shop_approves: bool = False


@dataclass(frozen=True, slots=True)
class _Amounts:
    total: Money | UnreadableAmount
    discount: Money | UnreadableAmount
    cancelled: Money | UnreadableAmount


def is_payment_id(text: str) -> bool:
    """Whether text may be an id that a shop has chosen, and can be asked for."""
    try:
        check_payment_id(text)
    except InvalidValue:
        return False
    return True


def check_id(text: str) -> None:
    """Refuses text that cannot be a payment's id."""
    if not is_payment_id(text):
        raise InvalidValue("payment_id", "does not have the form of a PortOne V2 payment id")


def payment_path(payment_id: str, verb: str = "") -> str:
    """Where one payment is asked for; the id is one segment of it."""
    path = f"/payments/{quote(payment_id, safe='')}"
    return f"{path}/{verb}" if verb else path


def read_payment(body: bytes, payment_id: str, reading: Reading) -> Payment | None:
    """The payment in an answer of success, the one asked for; None if it was made by V1."""
    fields = JsonFields.decode(body)
    if fields is None:
        raise GatewayProtocolError("payment")
    if fields.required_text("id") != payment_id:
        raise GatewayProtocolError("another-payment")
    return _payment(fields, reading, evidence=sha256(body).hexdigest())


def read_listed_payment(row: bytes | msgspec.Raw, reading: Reading) -> Payment | None:
    """A payment among many, from its own bytes alone; None if it was made by V1."""
    fields = JsonFields.decode(row)
    if fields is None:
        raise GatewayProtocolError("payment")
    return _payment(fields, reading, evidence=sha256(row).hexdigest())


def readable_payment_id(row: bytes | msgspec.Raw) -> str | None:
    """The id of a payment of which nothing else may be readable."""
    fields = JsonFields.decode(row)
    payment_id = None if fields is None else fields.text("id")
    return payment_id if payment_id is not None and is_payment_id(payment_id) else None


def status_changed_at(row: bytes | msgspec.Raw) -> datetime | None:
    """When a payment came to stand where it does."""
    fields = JsonFields.decode(row)
    return None if fields is None else moment(fields.text("statusChangedAt"))


def moment(text: str | None) -> datetime | None:
    """The moment in UTC; what cannot be the time of a payment is None."""
    if text is None or len(text) > _MAX_SHOWN_DIGITS:
        return None
    with suppress(ValueError, OverflowError):
        told = datetime.fromisoformat(text)
        if told.tzinfo is not None and told.year in _YEARS:
            return told.astimezone(UTC)
    return None


def _payment(fields: JsonFields, reading: Reading, *, evidence: str) -> Payment | None:
    payment_id = fields.required_text("id")
    if not is_payment_id(payment_id):
        raise GatewayProtocolError("id")
    version = fields.required_text("version")
    if version == "V1":
        # The V2 API shows them too. They are the other gateway's, and one payment has one name.
        return None
    if version != "V2":
        raise GatewayProtocolError("version")
    word = fields.required_text("status")
    amounts = _amounts(fields, word)
    method = _section(fields, "method")
    account = _virtual_account(method)
    status = _status(word, amounts, account)
    failure = _section(fields, "failure")
    return Payment(
        key=PaymentKey(gateway=GATEWAY, payment_id=payment_id),
        order_id=reading.naming.order_id_of(payment_id, fields.text("customData")),
        mode=_MODES.get(_section(fields, "channel").text("type") or "", Mode.UNKNOWN),
        status=status,
        total=amounts.total,
        cancelled=amounts.cancelled,
        discount=discount.told(amounts.discount, amounts.total),
        evidence=evidence,
        method=_METHODS.get(method.text("type") or ""),
        virtual_account=account,
        merchant_account=fit_to_show(fields.required_text("storeId"), 100),
        paid_at=moment(fields.text("paidAt")),
        receipt_url=url(fields.text("receiptUrl")),
        failure_reason=shown(failure.text("reason") or failure.text("pgMessage"), 500),
        awaits_approval=reading.shop_approves and word == "READY",
    )


def _amounts(fields: JsonFields, word: str) -> _Amounts:
    """What it costs in all, and how much of that is gone again.

    A discount is part of the total that somebody else pays. Where the vendor says that all is
    cancelled and gave back all that the buyer paid, nothing of the total is left.
    """
    currency_code = fit_to_show(fields.required_text("currency"), 10)
    amount = JsonFields.decode(fields.raw("amount"))
    if amount is None:
        raise GatewayProtocolError("amount")
    total = _minor(amount.raw("total"), "amount.total", currency_code)
    given = _minor(amount.raw("discount"), "amount.discount", currency_code)
    cancelled = _minor(amount.raw("cancelled"), "amount.cancelled", currency_code)
    if word == "CANCELLED" and discount.together(cancelled, given) == total:
        cancelled = total
    return _Amounts(total, given, cancelled)


def _minor(raw: msgspec.Raw, name: str, currency_code: str) -> Money | UnreadableAmount:
    """Money from a whole number of minor units; or, if none can be made of it, what was sent."""
    literal = bytes(raw)
    if not _WHOLE.fullmatch(literal):
        raise GatewayProtocolError(name)
    number = literal.decode("ascii")
    if len(number) <= _MAX_SHOWN_DIGITS:
        with suppress(InvalidValue):
            return Money(amount_minor=int(number), currency=Currency(currency_code))
    return UnreadableAmount(number=number[:_MAX_SHOWN_DIGITS], currency_code=currency_code)


def _status(word: str, amounts: _Amounts, account: VirtualAccount | None) -> PaymentStatus:
    """How much was cancelled decides; a word that contradicts it makes the status unknown."""
    total, cancelled = amounts.total, amounts.cancelled
    if not isinstance(cancelled, Money) or not discount.is_part(amounts.discount, total):
        return PaymentStatus.UNKNOWN
    if cancelled.amount_minor == 0:
        status = _WITHOUT_CANCELLATION.get(word, PaymentStatus.UNKNOWN)
        is_nowhere = status is PaymentStatus.AWAITING_DEPOSIT and account is None
        return PaymentStatus.UNKNOWN if is_nowhere else status
    if word not in _MAY_BE_CANCELLED or not isinstance(total, Money):
        return PaymentStatus.UNKNOWN
    if cancelled.amount_minor > total.amount_minor:
        return PaymentStatus.UNKNOWN
    return PaymentStatus.CANCELLED if cancelled == total else PaymentStatus.PARTIALLY_CANCELLED


def _virtual_account(method: JsonFields) -> VirtualAccount | None:
    number = (method.text("accountNumber") or "").strip()
    is_account = method.text("type") == "PaymentMethodVirtualAccount"
    if not is_account or not number or not number.isprintable() or len(number) > 32:
        return None
    bank = shown(method.text("bank"), 20)
    return VirtualAccount(
        bank_code=bank,
        bank_name=BANK_NAMES.get(bank or "", bank),
        number=number,
        holder=shown(method.text("remitteeName"), 40),
        due_at=moment(method.text("expiredAt")),
    )


def _section(fields: JsonFields, name: str) -> JsonFields:
    """An object in the payment; one that is missing or odd has no fields."""
    return JsonFields.decode(fields.raw(name)) or JsonFields({})
