"""Opens a payment in any state, also in states that no honest shop would see."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.machinery.exact_json import JsonObject
from sandbox.portone_v2 import payment as changes
from sandbox.portone_v2 import words
from sandbox.portone_v2.payment import DEPOSIT_WITHIN_S, Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """What the caller of the control API wants to exist; the README has the fields' meaning."""

    amount: int
    payment_id: str | None = None
    currency: str = "KRW"
    method: str = "card"
    status: str = words.READY
    test: bool = False
    issue: bool = True
    due_in_s: int = DEPOSIT_WITHIN_S
    discount: int = 0
    custom_data: str | None = None
    overrides: JsonObject = field(default_factory=dict)
    omit: frozenset[str] = frozenset()


def open_payment(
    new: NewPayment, *, serial: int, payment_id: str, store_id: str, now: int
) -> Payment:
    """Walk a payment to its wanted state by the changes a real one goes through."""
    payment = Payment(
        serial=serial, payment_id=payment_id, own=_own(new, serial, store_id, now), now=now
    )
    _bring_to(payment, new, now)
    for name, value in new.overrides.items():
        payment.own[name] = _merged(payment.own.get(name), value)
    payment.omitted = new.omit
    return payment


def try_again(payment: Payment, new: NewPayment, *, serial: int, store_id: str, now: int) -> None:
    """Begin another attempt to pay the same payment."""
    payment.earlier = payment.attempts()
    payment.serial = serial
    payment.own = _own(new, serial, store_id, payment.requested_at)
    payment.become(words.READY, now)
    payment.status_changed_at = now
    _bring_to(payment, new, now)


def _own(new: NewPayment, serial: int, store_id: str, now: int) -> JsonObject:
    mode = "TEST" if new.test else "LIVE"
    own: JsonObject = {
        "status": words.READY,
        "transactionId": f"00000000-0000-4000-8000-{serial:012d}",
        "merchantId": words.MERCHANT_ID,
        "storeId": store_id,
        "method": words.method_of_open_window(new.method),
        "channel": {
            "type": mode,
            "id": f"channel-id-{mode.lower()}",
            "key": f"channel-key-{mode.lower()}",
            "name": "카드",
            "pgProvider": "TOSSPAYMENTS",
            "pgMerchantId": "tosspayments",
        },
        "version": "V2",
        "requestedAt": words.iso(now),
        "updatedAt": words.iso(now),
        "statusChangedAt": words.iso(now),
        "orderName": "꽃다발",
        "amount": {
            "total": new.amount,
            "taxFree": 0,
            "vat": 0,
            "supply": new.amount,
            "discount": new.discount,
            "paid": 0,
            "cancelled": 0,
            "cancelledTaxFree": 0,
        },
        "currency": new.currency,
        "customer": {"name": "구매자", "email": "buyer@example.com"},
        "origin": {"platformType": "PC", "ipAddress": "127.0.0.1"},
    }
    if new.custom_data is not None:
        own["customData"] = new.custom_data
    return own


def _bring_to(payment: Payment, new: NewPayment, now: int) -> None:
    is_issued = new.status in changes.CLOSED or (new.status == words.READY and new.issue)
    if new.method == "virtual_account" and (is_issued or new.status == words.ISSUED):
        changes.issue_account(payment, now, new.due_in_s)
    match new.status:
        case words.READY | words.ISSUED:
            pass
        case words.PAY_PENDING:
            changes.pend(payment, now)
        case words.FAILED:
            changes.fail(payment, now)
        case words.PAID | words.CANCELLED:
            if payment.is_account:
                changes.deposit(payment, now)
            else:
                changes.pay(payment, now)
            if new.status == words.CANCELLED:
                changes.cancel(
                    payment,
                    now,
                    amount=0,
                    reason=words.CHANGED_MIND,
                    new_id=f"cancellation-{payment.serial}",
                    trigger="CONSOLE",
                )
        case unknown:
            payment.become(unknown, now)


def _merged(value: Any, change: Any) -> Any:
    """An object keeps what the change does not name; all else is replaced."""
    both = isinstance(value, dict) and isinstance(change, dict)
    return {**value, **change} if both else change
