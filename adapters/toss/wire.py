"""The vendor's words for one payment, and what they mean in ours.

Lenient where nothing depends on it: unknown fields, missing ones, nulls and odd types become
None. Strict where money does: what cannot be read is `GatewayProtocolError`, never a guess.
"""

import re
from hashlib import sha256
from typing import Final
from urllib.parse import quote

import msgspec

from adapters.outbound import discount
from adapters.outbound.json_fields import (
    JsonFields,
    fit_to_show,
    is_told,
    read_amount,
    required_amount,
    shown,
    url,
)
from adapters.toss.banks import bank_name
from adapters.toss.times import moment
from domain.money import Money, UnreadableAmount
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.virtual_account import VirtualAccount
from ports.errors import GatewayProtocolError

GATEWAY: Final = "toss"
ANOTHER_ORDER: Final = "another-order"
BASE_URL: Final = "https://api.tosspayments.com"

_PAYMENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
# The key says which world it opens, and each world shows its own payments only.
_MODES: Final = {"live": Mode.LIVE, "test": Mode.TEST}

STATUSES: Final = {
    "READY": PaymentStatus.OPENED,
    "IN_PROGRESS": PaymentStatus.OPENED,
    "WAITING_FOR_DEPOSIT": PaymentStatus.AWAITING_DEPOSIT,
    "DONE": PaymentStatus.PAID,
    "PARTIAL_CANCELED": PaymentStatus.PARTIALLY_CANCELLED,
    "CANCELED": PaymentStatus.CANCELLED,
    "ABORTED": PaymentStatus.FAILED,
    "EXPIRED": PaymentStatus.FAILED,
}
# The buyer has agreed, and no money moves before we say so.
_AWAITS_APPROVAL: Final = "IN_PROGRESS"
_TOOK_MONEY: Final = frozenset({"DONE", "PARTIAL_CANCELED", "CANCELED"})
# In Korean by the header we send, and in English should it be ignored one day.
_METHODS: Final = {
    "카드": "card",
    "Card": "card",
    "가상계좌": "virtualAccount",
    "Virtual Account": "virtualAccount",
    "계좌이체": "transfer",
    "휴대폰": "mobilePhone",
    "간편결제": "easyPay",
    "해외간편결제": "foreignEasyPay",
    "문화상품권": "cultureGiftCertificate",
    "도서문화상품권": "bookGiftCertificate",
    "게임문화상품권": "gameGiftCertificate",
}


def mode_of(secret_key: str) -> Mode:
    """Whether a key opens the live or the test world, by how it begins."""
    return _MODES.get(secret_key.partition("_")[0], Mode.UNKNOWN)


def is_payment_id(text: str) -> bool:
    """Whether text has the form of a `paymentKey`."""
    return _PAYMENT_ID.fullmatch(text) is not None


def payment_path(payment_id: str) -> str:
    """Where one payment is asked for."""
    return f"/v1/payments/{payment_id}"


def order_path(order_id: str) -> str:
    """Where the payment of one order is asked for; the id is one segment of it."""
    return f"/v1/payments/orders/{quote(order_id, safe='')}"


def read_payment(body: bytes, payment_id: str, mode: Mode) -> Payment:
    """The payment in an answer of success; it must be the one that was asked for."""
    fields = _payment_fields(body)
    if fields.required_text("paymentKey") != payment_id:
        raise GatewayProtocolError("another-payment")
    return _payment(fields, payment_id, mode, evidence=sha256(body).hexdigest())


def read_payment_of_order(body: bytes, order_id: str, mode: Mode) -> Payment:
    """The payment in an answer about an order; it must be that order's."""
    fields = _payment_fields(body)
    payment_id = readable_payment_id(body)
    if payment_id is None:
        raise GatewayProtocolError("paymentKey")
    if fields.required_text("orderId") != order_id:
        raise GatewayProtocolError(ANOTHER_ORDER)
    return _payment(fields, payment_id, mode, evidence=sha256(body).hexdigest())


def readable_payment_id(body: bytes) -> str | None:
    """The id of a payment of which nothing else may be readable."""
    fields = JsonFields.decode(body)
    payment_id = None if fields is None else fields.text("paymentKey")
    return payment_id if payment_id is not None and is_payment_id(payment_id) else None


def read_deposit_secret(body: bytes) -> str | None:
    """The secret that the vendor's own webhooks about this payment carry."""
    fields = JsonFields.decode(body)
    return None if fields is None else fields.text("secret")


def _payment_fields(body: bytes) -> JsonFields:
    fields = JsonFields.decode(body)
    if fields is None:
        raise GatewayProtocolError("payment")
    return fields


def _payment(fields: JsonFields, payment_id: str, mode: Mode, *, evidence: str) -> Payment:
    word = fields.required_text("status")
    currency_code = fit_to_show(fields.required_text("currency"), 10)
    total = required_amount(fields.raw("totalAmount"), "totalAmount", currency_code)
    account = _virtual_account(fields)
    given = _discount(fields, currency_code)
    status, cancelled = _standing(fields, word, total, account)
    if not discount.is_part(given, total):
        status = PaymentStatus.UNKNOWN
    return Payment(
        key=PaymentKey(gateway=GATEWAY, payment_id=payment_id),
        # Changed so that it can be shown, it is no order's: see `check_order_id`.
        order_id=fit_to_show(fields.required_text("orderId"), 200),
        mode=mode,
        status=status,
        total=total,
        cancelled=cancelled,
        discount=discount.told(given, total),
        evidence=evidence,
        method=_method(fields),
        virtual_account=account,
        merchant_account=shown(fields.text("mId"), 40),
        paid_at=moment(fields.text("approvedAt")),
        receipt_url=url(_inner(fields, "receipt").text("url")),
        failure_reason=_failure(fields, word),
        awaits_approval=status is PaymentStatus.OPENED and word == _AWAITS_APPROVAL,
    )


def _discount(fields: JsonFields, currency_code: str) -> Money | UnreadableAmount | None:
    """Points and coupons of a wallet, and what a card company takes off: parts of the total.

    Where nothing was given the vendor sends none of the two objects, or zeros in them.
    """
    given: Money | UnreadableAmount | None = read_amount("0", currency_code)
    for name, inner in (("discount", "amount"), ("easyPay", "discountAmount")):
        told = JsonFields.decode(fields.raw(name))
        if told is not None and given is not None:
            amount = required_amount(told.raw(inner), f"{name}.{inner}", currency_code)
            given = discount.together(given, amount)
    return given


def _standing(
    fields: JsonFields,
    word: str,
    total: Money | UnreadableAmount,
    account: VirtualAccount | None,
) -> tuple[PaymentStatus, Money | UnreadableAmount]:
    """Where it stands and what was given back: how much decides, not the word for it.

    A word and a balance that contradict each other make the status unknown.
    """
    currency_code = total.currency_code
    nothing = read_amount("0", currency_code)
    if word == "CANCELED" and _was_never_paid(fields):
        return PaymentStatus.FAILED, nothing
    if word not in _TOOK_MONEY and not is_told(fields.raw("balanceAmount")):
        return _unpaid(word, account), nothing
    balance = required_amount(fields.raw("balanceAmount"), "balanceAmount", currency_code)
    if not isinstance(total, Money) or not isinstance(balance, Money):
        return PaymentStatus.UNKNOWN, nothing if balance == total else balance
    if balance.amount_minor > total.amount_minor:
        return PaymentStatus.UNKNOWN, nothing
    cancelled = total.minus(balance)
    if word in _TOOK_MONEY:
        return _paid(word, total, cancelled), cancelled
    # Of what is not paid, the vendor shows all as the balance, or none once it is over.
    if 0 < balance.amount_minor < total.amount_minor:
        return PaymentStatus.UNKNOWN, cancelled
    return _unpaid(word, account), nothing


def _paid(word: str, total: Money, cancelled: Money) -> PaymentStatus:
    if cancelled.amount_minor == 0:
        return PaymentStatus.PAID if word == "DONE" else PaymentStatus.UNKNOWN
    return PaymentStatus.CANCELLED if cancelled == total else PaymentStatus.PARTIALLY_CANCELLED


def _unpaid(word: str, account: VirtualAccount | None) -> PaymentStatus:
    status = STATUSES.get(word, PaymentStatus.UNKNOWN)
    if status is PaymentStatus.AWAITING_DEPOSIT and account is None:
        return PaymentStatus.UNKNOWN
    return status


def _was_never_paid(fields: JsonFields) -> bool:
    """An account that was called off before anybody transferred: nothing is given back."""
    return bytes(fields.raw("approvedAt")) == b"null"


def _method(fields: JsonFields) -> str | None:
    word = shown(fields.text("method"), 40)
    return None if word is None else _METHODS.get(word, word)


def _failure(fields: JsonFields, word: str) -> str | None:
    failure = _inner(fields, "failure")
    told = shown(failure.text("message"), 500) or shown(failure.text("code"), 100)
    return told if told is not None or word != "EXPIRED" else "expired before it was approved"


def _virtual_account(fields: JsonFields) -> VirtualAccount | None:
    account = _inner(fields, "virtualAccount")
    number = (account.text("accountNumber") or "").strip()
    if not number or not number.isprintable() or len(number) > 32:
        return None
    bank_code = shown(account.text("bankCode"), 20)
    return VirtualAccount(
        bank_code=bank_code,
        # Older versions of the API told it.
        bank_name=shown(account.text("bank"), 40) or bank_name(bank_code),
        number=number,
        holder=shown(account.text("customerName"), 40),
        due_at=moment(account.text("dueDate")),
    )


def _inner(fields: JsonFields, name: str) -> JsonFields:
    """An object within; one without fields, where there is none."""
    raw: bytes | msgspec.Raw = fields.raw(name)
    return JsonFields.decode(raw) or JsonFields({})
