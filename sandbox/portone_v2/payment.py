"""One payment as the vendor records it, and every change that it can go through."""

from typing import Any, Final

from sandbox.machinery.control_fields import IllegalChange
from sandbox.machinery.exact_json import JsonObject
from sandbox.portone_v2 import words

CLOSED: Final = frozenset({words.PAID, words.PARTIAL_CANCELLED, words.CANCELLED})
OPEN: Final = frozenset({words.READY, words.PAY_PENDING, words.FAILED})
DEPOSIT_WITHIN_S: Final = 3 * 24 * 3600


class Payment:
    """A payment with its latest attempt; `earlier` holds the attempts that came to nothing."""

    __slots__ = (
        "earlier",
        "omitted",
        "own",
        "payment_id",
        "requested_at",
        "serial",
        "status_changed_at",
        "token",
        "token_declined",
        "webhooks",
    )

    def __init__(self, *, serial: int, payment_id: str, own: JsonObject, now: int) -> None:
        """Begin a payment whose window opens now; `own` is what it shows for good."""
        self.serial = serial
        self.payment_id = payment_id
        self.own: JsonObject = own
        self.requested_at = now
        self.status_changed_at = now
        self.omitted: frozenset[str] = frozenset()
        self.earlier: list[JsonObject] = []
        self.webhooks: list[JsonObject] = []
        # What the buyer's page was given, if the shop is to approve by itself.
        self.token: str | None = None
        self.token_declined = False

    def shown(self) -> JsonObject:
        """Give the whole object of the vendor."""
        whole: JsonObject = {"id": self.payment_id, **self.own}
        if self.webhooks:
            whole["webhooks"] = self.webhooks
        for name in self.omitted:
            whole.pop(name, None)
        return whole

    def attempts(self) -> list[JsonObject]:
        """Give every attempt to pay it, oldest first."""
        latest = self.shown() | {"id": self.transaction_id, "paymentId": self.payment_id}
        return [*self.earlier, {n: v for n, v in latest.items() if n not in _NOT_OF_AN_ATTEMPT}]

    @property
    def status(self) -> str:
        """The vendor's word, whatever it is."""
        return str(self.own.get("status"))

    @property
    def transaction_id(self) -> str:
        """The id of the latest attempt."""
        return str(self.own.get("transactionId"))

    @property
    def remaining(self) -> int:
        """How much can still be cancelled."""
        amount = self.own["amount"]
        return _whole(amount, "total") - _whole(amount, "cancelled")

    @property
    def is_account(self) -> bool:
        """Tell whether it is paid into a virtual account."""
        method = self.own.get("method")
        kind = method.get("type") if isinstance(method, dict) else None
        return bool(kind == "PaymentMethodVirtualAccount")

    def become(self, status: str, now: int, **more: Any) -> None:
        """Stand at a status from now on; times change only with the status, as far as is known."""
        if status != self.status:
            self.status_changed_at = now
        self.own |= {
            **more,
            "status": status,
            "updatedAt": words.iso(now),
            "statusChangedAt": words.iso(self.status_changed_at),
        }


# What only the payment as a whole says.
_NOT_OF_AN_ATTEMPT: Final = frozenset({"origin", "transactionId"})


def choose_method(payment: Payment, method: str) -> None:
    """Take another method in the open window than the page asked for."""
    if payment.status != words.READY:
        raise IllegalChange("the method can be chosen only while the window is open")
    payment.own["method"] = words.method_of_open_window(method)


def pay(payment: Payment, now: int) -> None:
    """Take the money; also after a failure, for there may be another attempt."""
    if payment.is_account:
        raise IllegalChange("a virtual account is paid by a deposit")
    if payment.status not in OPEN:
        raise IllegalChange(f"a payment that is {payment.status} cannot be paid")
    _take_money(payment, now)


def pend(payment: Payment, now: int) -> None:
    """Leave the end to the payment company, which tells it later."""
    if payment.status != words.READY:
        raise IllegalChange(f"a payment that is {payment.status} cannot become pending")
    payment.become(words.PAY_PENDING, now)


def issue_account(payment: Payment, now: int, due_in_s: int = DEPOSIT_WITHIN_S) -> None:
    """Issue the virtual account that the buyer is to pay into."""
    if not payment.is_account or payment.status != words.READY:
        raise IllegalChange("only a virtual account that is READY can be issued")
    method = {
        "type": "PaymentMethodVirtualAccount",
        "bank": "SHINHAN",
        "accountNumber": f"X{payment.serial:013d}",
        "accountType": "NORMAL",
        "remitteeName": "테스트상점",
        "expiredAt": words.iso(now + due_in_s),
        "issuedAt": words.iso(now),
    }
    payment.become(words.ISSUED, now, method=method, pgTxId=f"TID{payment.serial:013d}")


def deposit(payment: Payment, now: int, *, late: bool = False) -> None:
    """Record the buyer's deposit; the account stays on the payment."""
    if payment.status != words.ISSUED:
        raise IllegalChange("only an issued account can get a deposit")
    if words.iso(now) > str(payment.own["method"].get("expiredAt")) and not late:
        raise IllegalChange("the deposit deadline has passed; say late: true if the bank allows it")
    _take_money(payment, now)


def fail(payment: Payment, now: int, reason: str = words.CARD_DECLINED) -> None:
    """Record a failure, which is not final."""
    if payment.status in CLOSED | {words.FAILED}:
        raise IllegalChange(f"a payment that is {payment.status} cannot fail")
    failure = {"reason": reason, "pgCode": "FAILED", "pgMessage": reason}
    payment.become(words.FAILED, now, failedAt=words.iso(now), failure=failure)


def cancel(
    payment: Payment, now: int, *, amount: int, reason: str, new_id: str, trigger: str
) -> JsonObject:
    """Give back `amount`, or all that remains for 0, and answer the cancellation."""
    if payment.status not in CLOSED:
        raise IllegalChange(f"a payment that is {payment.status} cannot be cancelled")
    remaining = payment.remaining
    if remaining <= 0:
        raise IllegalChange("nothing is left to cancel")
    if amount > remaining:
        raise IllegalChange(f"only {remaining} is left to cancel")
    part = amount or remaining
    cancellation = {
        "status": "SUCCEEDED",
        "id": new_id,
        "pgCancellationId": f"CID{new_id}",
        "totalAmount": part,
        "taxFreeAmount": 0,
        "vatAmount": 0,
        "reason": reason,
        "cancelledAt": words.iso(now),
        "requestedAt": words.iso(now),
        "trigger": trigger,
    }
    cancelled = _whole(payment.own["amount"], "cancelled") + part
    payment.become(
        words.CANCELLED if part == remaining else words.PARTIAL_CANCELLED,
        now,
        amount=payment.own["amount"] | {"cancelled": cancelled},
        cancellations=[*payment.own.get("cancellations", ()), cancellation],
        cancelledAt=words.iso(now),
    )
    return cancellation


def _take_money(payment: Payment, now: int) -> None:
    amount = payment.own["amount"]
    paid = _whole(amount, "total") - _whole(amount, "discount")
    payment.become(
        words.PAID,
        now,
        amount=amount | {"paid": paid},
        disputes=[],
        paidAt=words.iso(now),
        pgTxId=f"TID{payment.serial:013d}",
        receiptUrl=f"https://example.com/receipt/{payment.serial}",
    )


def _whole(amount: JsonObject, name: str) -> int:
    """Read a part of the amount, which an override may have made anything."""
    value = amount.get(name)
    return value if isinstance(value, int) else 0
