"""One payment as the vendor records it, and every change that it can go through."""

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.machinery.control_fields import IllegalChange
from sandbox.machinery.exact_json import JsonObject, Number, exact, number_from
from sandbox.portone_v1 import words

CLOSED = frozenset({"paid", "cancelled"})
_TIME_OF = {"paid": "paid_at", "cancelled": "cancelled_at", "failed": "failed_at"}

_WITH_RECEIPT = frozenset({"card", "point", "kakaopay"})

DEPOSIT_WITHIN_S = 3 * 24 * 3600


class Payment:
    """A record that keeps only what differs from a blank one: a million of them fit in memory."""

    __slots__ = (
        "imp_uid",
        "merchant_uid",
        "method_fields",
        "omitted",
        "own",
        "serial",
        "updated_at",
    )

    def __init__(self, *, serial: int, imp_uid: str, merchant_uid: str, own: JsonObject) -> None:
        """Begin a record whose window opened at `own["started_at"]`."""
        self.serial = serial
        self.imp_uid = imp_uid
        self.merchant_uid = merchant_uid
        self.own = own
        self.omitted: frozenset[str] = frozenset()
        self.updated_at: int = own["started_at"]
        self.method_fields = words.method_details(own.get("pay_method", "card"), paid=False)

    def get(self, name: str) -> Any:
        """Read one vendor field as it would be shown."""
        if name in self.own:
            return self.own[name]
        return self.method_fields.get(name, words.BLANK_PAYMENT.get(name))

    def shown(self) -> JsonObject:
        """Give the whole vendor object."""
        whole = {**words.BLANK_PAYMENT, **self.method_fields, **self.own}
        for name in self.omitted:
            whole.pop(name, None)
        return whole

    @property
    def status(self) -> str:
        """The vendor's word, whatever it is."""
        return str(self.get("status"))

    def time(self, name: str) -> int:
        """Read a time; 0 where an override made it something else."""
        value = self.own.get(name, 0)
        return value if isinstance(value, int) and value > 0 else 0

    @property
    def listing_time(self) -> int:
        """The time by which the listings filter: it depends on the status reached so far."""
        return self.time(_TIME_OF.get(self.status, "started_at"))

    @property
    def remaining(self) -> Number:
        """How much can still be cancelled."""
        amount = number_from(self.get("amount")) or 0
        cancelled = number_from(self.get("cancel_amount")) or 0
        return exact(amount - cancelled)

    @property
    def awaits_deposit(self) -> bool:
        """Tell an issued account from a window that somebody left open: both are `ready`."""
        return (
            self.status == "ready"
            and self.get("pay_method") == "vbank"
            and self.get("vbank_num") is not None
        )


def choose_method(payment: Payment, pay_method: str) -> None:
    """Take another method in the open window than the page asked for."""
    if payment.status != "ready" or payment.awaits_deposit:
        raise IllegalChange("the method can be chosen only while the window is open")
    payment.own["pay_method"] = pay_method
    payment.method_fields = words.method_details(pay_method, paid=False)


def pay(payment: Payment, now: int) -> None:
    """Take the money; also after a failure, as some methods fail first and pay days later."""
    if payment.get("pay_method") == "vbank":
        raise IllegalChange("a vbank payment is paid by a deposit")
    if payment.status in CLOSED:
        raise IllegalChange(f"a payment that is {payment.status} cannot be paid")
    _take_money(payment, now)


def issue_account(payment: Payment, now: int, due_in_s: int = DEPOSIT_WITHIN_S) -> None:
    """Issue the virtual account that the buyer is to pay into."""
    if payment.get("pay_method") != "vbank" or payment.status != "ready":
        raise IllegalChange("only a vbank payment that is ready can have an account issued")
    if payment.awaits_deposit:
        raise IllegalChange("the account has already been issued")
    payment.own |= {
        "pg_tid": f"TID{payment.serial:013d}",
        "vbank_code": "088",
        "vbank_date": now + due_in_s,
        "vbank_holder": "테스트상점",
        "vbank_issued_at": now,
        "vbank_name": "신한",
        "vbank_num": f"X{payment.serial:013d}",
    }
    payment.updated_at = now


def deposit(payment: Payment, now: int, *, late: bool = False) -> None:
    """Record the buyer's deposit; the account stays on the payment."""
    if not payment.awaits_deposit:
        raise IllegalChange(
            "only a vbank payment that is ready and has an account can get a deposit"
        )
    if now > payment.time("vbank_date") and not late:
        raise IllegalChange("the deposit deadline has passed; say late: true if the bank allows it")
    _take_money(payment, now)


def fail(payment: Payment, now: int, reason: str = words.CARD_DECLINED) -> None:
    """Record a failure, which is not final."""
    if payment.status in CLOSED or payment.status == "failed":
        raise IllegalChange(f"a payment that is {payment.status} cannot fail")
    payment.own |= {"status": "failed", "failed_at": now, "fail_reason": reason}
    payment.updated_at = now


def cancel(
    payment: Payment, now: int, *, amount: Number, reason: str, new_id: Callable[[], str]
) -> None:
    """Give back `amount`, or all that remains for 0; a part makes it `cancelled` as well."""
    if payment.status not in CLOSED:
        raise IllegalChange(f"a payment that is {payment.status} cannot be cancelled")
    remaining = payment.remaining
    if remaining <= 0:
        raise IllegalChange("nothing is left to cancel")
    if amount > remaining or amount < 0:
        raise IllegalChange(f"only {remaining} is left to cancel")
    part = amount or remaining
    receipt_url = f"https://example.com/cancel/{payment.serial}"
    entry = {
        "amount": part,
        "cancellation_id": new_id(),
        "cancelled_at": now,
        "pg_tid": payment.get("pg_tid"),
        "reason": reason,
        "receipt_url": receipt_url,
    }
    payment.own |= {
        "cancel_amount": exact((number_from(payment.get("cancel_amount")) or 0) + part),
        "cancel_history": [*_entries(payment, "cancel_history"), entry],
        "cancel_reason": reason,
        "cancel_receipt_urls": [*_entries(payment, "cancel_receipt_urls"), receipt_url],
        "cancelled_at": now,
        "status": "cancelled",
    }
    payment.updated_at = now


def _entries(payment: Payment, name: str) -> Sequence[Any]:
    """Read a list of the payment, which an override may have made something else."""
    value = payment.get(name)
    return value if isinstance(value, list) else ()


def _take_money(payment: Payment, now: int) -> None:
    payment.method_fields = words.method_details(str(payment.get("pay_method")), paid=True)
    payment.own |= {"paid_at": now, "pg_tid": f"TID{payment.serial:013d}", "status": "paid"}
    if str(payment.get("pay_method")) in _WITH_RECEIPT:
        payment.own["receipt_url"] = f"https://example.com/receipt/{payment.serial}"
    payment.updated_at = now
