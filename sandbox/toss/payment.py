"""One payment as the vendor records it, and every change that it can go through."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from sandbox.machinery.control_fields import IllegalChange
from sandbox.machinery.exact_json import JsonObject, Number, exact, number_from
from sandbox.toss import words

WINDOW_S: Final = 30 * 60
APPROVE_WITHIN_S: Final = 10 * 60
DEPOSIT_WITHIN_S: Final = 7 * 24 * 3600
KST: Final = timezone(timedelta(hours=9))
_UNDECIDED: Final = frozenset({"READY", "IN_PROGRESS"})


class ApprovalOver(IllegalChange):
    """There is nothing to approve any more, or not yet."""


@dataclass(frozen=True, slots=True)
class Mark:
    """When a change happens, and the key of the transaction that it makes."""

    now: int
    transaction_key: str


class Payment:
    """A record that keeps only what differs from a blank one: many of them fit in memory."""

    __slots__ = (
        "authenticated_at",
        "discount",
        "due_in_s",
        "is_live",
        "is_silent",
        "method",
        "omitted",
        "opened_at",
        "own",
        "receipt_url",
        "rejects_with",
        "serial",
        "was_paid",
    )

    def __init__(self, *, serial: int, own: JsonObject, method: str, is_live: bool) -> None:
        """Begin a record whose window is just opened."""
        self.serial = serial
        self.own = own
        self.method = method
        self.is_live = is_live
        self.opened_at = 0
        self.authenticated_at: int | None = None
        # What others than the buyer bear of the total.
        self.discount: Number = 0
        self.due_in_s = DEPOSIT_WITHIN_S
        # The code by which the card company will say no.
        self.rejects_with: str | None = None
        self.omitted: frozenset[str] = frozenset()
        # Also of a deposit that was taken back.
        self.was_paid = False
        self.receipt_url = f"https://example.com/receipt/{serial}"
        # Whose webhooks get lost.
        self.is_silent = False

    def get(self, name: str) -> Any:
        """Read one vendor field as it would be shown."""
        return self.own.get(name, words.BLANK_PAYMENT.get(name))

    def shown(self, *, in_english: bool = False) -> JsonObject:
        """Give the whole vendor object, its method in the language asked for."""
        method = words.METHODS[self.method][1 if in_english else 0]
        whole = {**words.BLANK_PAYMENT, "method": method, **self.own}
        for name in self.omitted:
            whole.pop(name, None)
        return whole

    @property
    def key(self) -> str:
        """The paymentKey, by which it is found; an override shows another."""
        return f"{words.MERCHANT}{self.serial:012d}"

    @property
    def status(self) -> str:
        """The vendor's word, whatever it is."""
        return str(self.get("status"))

    @property
    def balance(self) -> Number:
        """How much can still be cancelled."""
        return number_from(self.get("balanceAmount")) or 0

    @property
    def needs_refund_account(self) -> bool:
        """Whether the money cannot go back the way it came."""
        return self.had_deposit and self.status != "WAITING_FOR_DEPOSIT"

    @property
    def had_deposit(self) -> bool:
        """Whether a deposit has come, be it taken back or given back since."""
        return self.method == words.VIRTUAL_ACCOUNT and self.was_paid

    def age(self, now: int) -> None:
        """Let what is overdue be over; of a deposit's deadline the status says nothing."""
        since, within_s = (
            (self.opened_at, WINDOW_S)
            if self.authenticated_at is None
            else (self.authenticated_at, APPROVE_WITHIN_S)
        )
        if self.status in _UNDECIDED and now > since + within_s:
            self.own["status"] = "EXPIRED"


def iso(now: int) -> str:
    """Write a time as the vendor does."""
    return datetime.fromtimestamp(now, KST).isoformat(timespec="seconds")


def authenticate(payment: Payment, now: int) -> None:
    """The buyer agrees in the window; no money moves."""
    payment.age(now)
    if payment.status != "READY":
        raise IllegalChange(f"a payment that is {payment.status} cannot be agreed to")
    payment.own["status"] = "IN_PROGRESS"
    payment.authenticated_at = now


def approve(payment: Payment, mark: Mark) -> None:
    """Take the money, or issue the account; only of a payment that the buyer agreed to."""
    payment.age(mark.now)
    if payment.status != "IN_PROGRESS":
        raise ApprovalOver(payment.status)
    payment.own["lastTransactionKey"] = mark.transaction_key
    if payment.method != words.VIRTUAL_ACCOUNT:
        _take_money(payment, mark)
        return
    payment.own |= {
        "status": "WAITING_FOR_DEPOSIT",
        "virtualAccount": {
            "accountNumber": f"X{payment.serial:013d}",
            "accountType": "일반",
            "bankCode": "88",
            "customerName": "테스트상점",
            "depositorName": None,
            "dueDate": iso(mark.now + payment.due_in_s),
            "expired": False,
            "settlementStatus": "INCOMPLETED",
            "refundStatus": "NONE",
            "refundReceiveAccount": None,
        },
    }


def deposit(payment: Payment, mark: Mark, *, late: bool = False) -> None:
    """Record the buyer's deposit; the account stays on the payment."""
    account = payment.get("virtualAccount")
    if payment.status != "WAITING_FOR_DEPOSIT" or not isinstance(account, dict):
        raise IllegalChange("only a payment that waits for its deposit can get one")
    is_over = mark.now > datetime.fromisoformat(account["dueDate"]).timestamp()
    if is_over and not late:
        raise IllegalChange("the deposit deadline has passed; say late: true if the bank allows it")
    payment.own["lastTransactionKey"] = mark.transaction_key
    _take_money(payment, mark)


def take_back(payment: Payment, mark: Mark) -> None:
    """The bank takes the deposit back: it is waited for again."""
    if payment.status != "DONE" or payment.method != words.VIRTUAL_ACCOUNT:
        raise IllegalChange("only a deposit that has come can be taken back")
    payment.own |= {
        "status": "WAITING_FOR_DEPOSIT",
        "approvedAt": None,
        "lastTransactionKey": mark.transaction_key,
    }


def abort(payment: Payment, now: int, code: str = "REJECT_CARD_PAYMENT") -> None:
    """Record that the buyer's means were refused."""
    payment.age(now)
    if payment.status not in _UNDECIDED:
        raise IllegalChange(f"a payment that is {payment.status} cannot fail")
    payment.own |= {
        "status": "ABORTED",
        "failure": {"code": code, "message": words.SAYINGS[code].korean},
    }


def cancel(payment: Payment, mark: Mark, *, amount: Number | None, reason: str) -> None:
    """Give back an amount, or all that remains; an account that waits is only called off."""
    if payment.status not in {"DONE", "PARTIAL_CANCELED", "WAITING_FOR_DEPOSIT"}:
        raise IllegalChange(f"a payment that is {payment.status} cannot be cancelled")
    part = payment.balance if amount is None else amount
    if not 0 < part <= payment.balance:
        raise IllegalChange(f"only {payment.balance} is left to cancel")
    if payment.status == "WAITING_FOR_DEPOSIT" and part != payment.balance:
        raise IllegalChange("what is waited for can only be called off as a whole")
    left = exact(payment.balance - part)
    entry = {
        "transactionKey": mark.transaction_key,
        "cancelReason": reason,
        "taxExemptionAmount": 0,
        "canceledAt": iso(mark.now),
        "easyPayDiscountAmount": 0,
        "receiptKey": None,
        "cancelStatus": "DONE",
        "cancelRequestId": None,
        "cancelAmount": part,
        "taxFreeAmount": 0,
        "refundableAmount": left,
    }
    before = payment.get("cancels")
    payment.own |= {
        "balanceAmount": left,
        "cancels": [*(before if isinstance(before, list) else ()), entry],
        "lastTransactionKey": mark.transaction_key,
        "status": "CANCELED" if left == 0 else "PARTIAL_CANCELED",
    }


def _take_money(payment: Payment, mark: Mark) -> None:
    payment.was_paid = True
    payment.own |= {
        "status": "DONE",
        "approvedAt": iso(mark.now),
        "receipt": {"url": payment.receipt_url},
    }
    if payment.method == words.CARD:
        payment.own["card"] = {
            "issuerCode": "61",
            "acquirerCode": "31",
            "number": "12345678****000*",
            "installmentPlanMonths": 0,
            "isInterestFree": False,
            "interestPayer": None,
            "approveNo": "00000000",
            "useCardPoint": False,
            "cardType": "신용",
            "ownerType": "개인",
            "acquireStatus": "READY",
            "amount": _borne_by_buyer(payment),
        }
        payment.own["discount"] = {"amount": payment.discount} if payment.discount else None
    if payment.method == words.EASY_PAY:
        payment.own["easyPay"] = {
            "provider": "토스페이",
            "amount": _borne_by_buyer(payment),
            "discountAmount": payment.discount,
        }


def _borne_by_buyer(payment: Payment) -> Number:
    return exact((number_from(payment.get("totalAmount")) or 0) - payment.discount)


Change = Callable[[Payment], None]
