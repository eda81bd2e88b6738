"""The vendor's words, and what they mean in ours. No other file knows them.

Lenient where nothing depends on it: unknown fields, missing ones, nulls and odd types become
None. Strict where money does: what cannot be read is `GatewayProtocolError`, never a guess.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from urllib.parse import quote

import msgspec

from adapters.outbound.json_fields import (
    JsonFields,
    fit_to_show,
    is_told,
    moment,
    read_amount,
    required,
    required_amount,
    shown,
    url,
)
from adapters.portone_v1.payment_fields import PaymentFields, read_fields
from domain.identifiers import is_order_id
from domain.money import Money, UnreadableAmount
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.virtual_account import VirtualAccount
from ports.errors import GatewayProtocolError, WebhookRejected
from ports.webhook_authenticator import WebhookClaim

GATEWAY: Final = "portone-v1"
BASE_URL: Final = "https://api.iamport.kr"
TOKEN_PATH: Final = "/users/getToken"  # noqa: S105 - a path, not a secret

_PAYMENT_ID: Final = re.compile(r"imp[A-Za-z0-9_-]{1,29}", re.ASCII)
_TOKEN: Final = re.compile(r"[!-~]{1,512}", re.ASCII)

_WITHOUT_CANCELLATION: Final = {
    "ready": PaymentStatus.OPENED,
    "pending": PaymentStatus.OPENED,
    "paid": PaymentStatus.PAID,
    "failed": PaymentStatus.FAILED,
}
_MAY_BE_CANCELLED: Final = frozenset({"paid", "cancelled"})
# A word that does not say that money was taken needs none about money given back.
_NOTHING_TO_CANCEL: Final = frozenset({"ready", "pending", "failed"})
_MODES: Final = {True: Mode.TEST, False: Mode.LIVE, None: Mode.UNKNOWN}
_CLAIMS: Final = {
    "ready": PaymentStatus.AWAITING_DEPOSIT,
    "paid": PaymentStatus.PAID,
    "failed": PaymentStatus.FAILED,
    "cancelled": PaymentStatus.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """An access token, and how long the vendor said it would live from then on."""

    text: str = field(repr=False)
    life_s: int


def is_payment_id(text: str) -> bool:
    """Whether text has the form of an `imp_uid`."""
    return _PAYMENT_ID.fullmatch(text) is not None


def payment_path(payment_id: str) -> str:
    """Where one payment is asked for; the id is one segment of it."""
    return f"/payments/{quote(payment_id, safe='')}"


def payment_query(*, with_test_payments: bool) -> tuple[tuple[str, str], ...]:
    """What to add to a question; without it the vendor hides payments of a test channel."""
    return (("include_sandbox", "true"),) if with_test_payments else ()


def token_request(api_key: str, api_secret: str) -> bytes:
    """The body that asks for a token. Holds the secret."""
    return msgspec.json.encode({"imp_key": api_key, "imp_secret": api_secret})


def read_code(body: bytes) -> int | None:
    """The envelope's code, 0 for success; None without envelope, so not from the vendor."""
    envelope = JsonFields.decode(body)
    return None if envelope is None else envelope.whole("code")


def is_refusal(body: bytes) -> bool:
    """Whether the vendor itself says no, in its envelope."""
    return read_code(body) not in (None, 0)


def read_token(body: bytes) -> IssuedToken:
    """The token in an answer of success."""
    issued = read_object(body)
    text = issued.required_text("access_token")
    now, expired_at = issued.whole("now"), issued.whole("expired_at")
    if not _TOKEN.fullmatch(text) or now is None or expired_at is None or expired_at <= now:
        raise GatewayProtocolError("token")
    # Only their difference counts: the vendor's clock need not agree with ours.
    return IssuedToken(text=text, life_s=expired_at - now)


def read_payment(body: bytes, payment_id: str) -> Payment:
    """The payment in an answer of success; it must be the one that was asked for."""
    fields = read_fields(_response(body))
    if fields is None:
        raise GatewayProtocolError("response")
    if required(fields.imp_uid, "imp_uid") != payment_id:
        raise GatewayProtocolError("another-payment")
    return _payment(fields, payment_id, evidence=sha256(body).hexdigest())


def read_listed_payment(row: bytes | msgspec.Raw) -> Payment:
    """A payment among many, from its own bytes alone."""
    fields = read_fields(row)
    payment_id = None if fields is None else fields.imp_uid
    if fields is None or payment_id is None or not is_payment_id(payment_id):
        raise GatewayProtocolError("imp_uid")
    return _payment(fields, payment_id, evidence=sha256(row).hexdigest())


def readable_payment_id(row: bytes | msgspec.Raw) -> str | None:
    """The id of a payment of which nothing else may be readable."""
    fields = read_fields(row)
    payment_id = None if fields is None else fields.imp_uid
    return payment_id if payment_id is not None and is_payment_id(payment_id) else None


def read_claim(fields: Mapping[str, object]) -> WebhookClaim:
    """What a webhook's fields claim; fields that nobody needs are not looked at."""
    payment_id, order_id, word = (
        fields.get(name) for name in ("imp_uid", "merchant_uid", "status")
    )
    if not isinstance(payment_id, str) or not is_payment_id(payment_id):
        raise WebhookRejected("imp_uid")
    if not isinstance(order_id, str) or not is_order_id(order_id):
        raise WebhookRejected("merchant_uid")
    if not isinstance(word, str):
        raise WebhookRejected("status")
    claimed = _CLAIMS.get(word, PaymentStatus.UNKNOWN)
    # The vendor gives its messages no id.
    return WebhookClaim(payment_id=payment_id, order_id=order_id, claimed=claimed, delivery_id=None)


def read_object(body: bytes) -> JsonFields:
    """The object in an answer of success."""
    fields = JsonFields.decode(_response(body))
    if fields is None:
        raise GatewayProtocolError("response")
    return fields


def _response(body: bytes) -> msgspec.Raw:
    envelope = JsonFields.decode(body)
    code = None if envelope is None else envelope.whole("code")
    if envelope is None or code is None:
        raise GatewayProtocolError("envelope")
    if code != 0:
        raise GatewayProtocolError("code")
    return envelope.raw("response")


def _payment(fields: PaymentFields, payment_id: str, *, evidence: str) -> Payment:
    word = required(fields.status, "status")
    currency_code = fit_to_show(required(fields.currency, "currency"), 10)
    total = required_amount(fields.amount, "amount", currency_code)
    cancelled = _cancelled(fields, word, currency_code)
    account = _virtual_account(fields)
    return Payment(
        key=PaymentKey(gateway=GATEWAY, payment_id=payment_id),
        # The buyer's page may choose any text. One that is changed so that it can be shown is
        # longer than an order id, or holds a sign that none has: it equals no order's.
        order_id=fit_to_show(required(fields.merchant_uid, "merchant_uid"), 200),
        mode=_MODES[fields.sandbox],
        status=_status(word, total, cancelled, account),
        total=total,
        cancelled=cancelled,
        evidence=evidence,
        method=shown(fields.pay_method, 40),
        virtual_account=account,
        paid_at=moment(fields.paid_at),
        receipt_url=url(fields.receipt_url),
        failure_reason=shown(fields.fail_reason, 500),
    )


def _cancelled(fields: PaymentFields, word: str, currency_code: str) -> Money | UnreadableAmount:
    if word in _NOTHING_TO_CANCEL and not is_told(fields.cancel_amount):
        return read_amount("0", currency_code)
    return required_amount(fields.cancel_amount, "cancel_amount", currency_code)


def _status(
    word: str,
    total: Money | UnreadableAmount,
    cancelled: Money | UnreadableAmount,
    account: VirtualAccount | None,
) -> PaymentStatus:
    """How much was cancelled decides; a word that contradicts it makes the status unknown."""
    if not isinstance(cancelled, Money):
        return PaymentStatus.UNKNOWN
    if cancelled.amount_minor == 0:
        if word == "ready" and account is not None:
            return PaymentStatus.AWAITING_DEPOSIT
        return _WITHOUT_CANCELLATION.get(word, PaymentStatus.UNKNOWN)
    if word not in _MAY_BE_CANCELLED or not isinstance(total, Money):
        return PaymentStatus.UNKNOWN
    if cancelled.amount_minor > total.amount_minor:
        return PaymentStatus.UNKNOWN
    return PaymentStatus.CANCELLED if cancelled == total else PaymentStatus.PARTIALLY_CANCELLED


def _virtual_account(fields: PaymentFields) -> VirtualAccount | None:
    """The account, once there is one; some gateways write "unknown" where the number belongs."""
    number = (fields.vbank_num or "").strip()
    is_number = number.isprintable() and number.lower() not in ("", "unknown")
    if fields.pay_method != "vbank" or not is_number or len(number) > 32:
        return None
    return VirtualAccount(
        bank_code=shown(fields.vbank_code, 20),
        bank_name=shown(fields.vbank_name, 40),
        number=number,
        holder=shown(fields.vbank_holder, 40),
        due_at=moment(fields.vbank_date),
    )
