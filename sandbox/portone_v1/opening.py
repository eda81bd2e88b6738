"""Opens a payment in any state, also in states that no honest shop would see."""

from dataclasses import dataclass, field

from sandbox.machinery.exact_json import JsonObject, Number
from sandbox.portone_v1 import payment as changes
from sandbox.portone_v1 import words
from sandbox.portone_v1.payment import DEPOSIT_WITHIN_S, Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """What the caller of the control API wants to exist; the README has the fields' meaning."""

    merchant_uid: str
    amount: Number
    currency: str = "KRW"
    pay_method: str = "card"
    status: str = "ready"
    imp_uid: str | None = None
    sandbox: bool = False
    issue: bool = True
    due_in_s: int = DEPOSIT_WITHIN_S
    overrides: JsonObject = field(default_factory=dict)
    omit: frozenset[str] = frozenset()


def open_payment(new: NewPayment, *, serial: int, imp_uid: str, now: int) -> Payment:
    """Walk a payment to its wanted state by the changes a real one goes through."""
    own: JsonObject = {
        "imp_uid": imp_uid,
        "merchant_uid": new.merchant_uid,
        "amount": new.amount,
        "started_at": now,
    }
    # Values that a blank payment shows anyway are left out, to keep the record small.
    wanted = {"currency": new.currency, "pay_method": new.pay_method, "sandbox": new.sandbox}
    own |= {name: value for name, value in wanted.items() if words.BLANK_PAYMENT[name] != value}
    payment = Payment(serial=serial, imp_uid=imp_uid, merchant_uid=new.merchant_uid, own=own)
    _bring_to(payment, new, now)
    payment.own |= new.overrides
    payment.omitted = new.omit
    return payment


def _bring_to(payment: Payment, new: NewPayment, now: int) -> None:
    if new.pay_method == "vbank" and (new.status in changes.CLOSED or _is_issued(new)):
        changes.issue_account(payment, now, new.due_in_s)
    match new.status:
        case "ready":
            pass
        case "paid" | "cancelled":
            if new.pay_method == "vbank":
                changes.deposit(payment, now)
            else:
                changes.pay(payment, now)
            if new.status == "cancelled":
                changes.cancel(
                    payment,
                    now,
                    amount=0,
                    reason=words.CHANGED_MIND,
                    new_id=lambda: f"{payment.serial:020d}",
                )
        case "failed":
            changes.fail(payment, now)
        case unknown:
            payment.own["status"] = unknown


def _is_issued(new: NewPayment) -> bool:
    return new.status == "ready" and new.issue
