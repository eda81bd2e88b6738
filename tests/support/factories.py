"""Orders, payments and tasks for tests: sensible as they come, each field open to change."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from domain.customer import Customer
from domain.money import Currency, Money
from domain.order import HistoryEntry, Order, Trigger
from domain.outcome import OutcomeKind
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.refund import Refund, RefundAccount, RefundStatus, Requester
from domain.tasks import Task, TaskKind
from domain.virtual_account import VirtualAccount

GATEWAY = "portone-v1"
ORDER_ID = "order-0001"
PAYMENT_ID = "imp_000000000001"
# An ordinary moment, with microseconds, so that a store that rounds them is seen.
NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
KRW = Currency("KRW")


def won(amount: int) -> Money:
    return Money(amount_minor=amount, currency=KRW)


def a_key(payment_id: str = PAYMENT_ID, gateway: str = GATEWAY) -> PaymentKey:
    return PaymentKey(gateway=gateway, payment_id=payment_id)


def a_customer(**changes: Any) -> Customer:
    return replace(Customer(customer_id="customer-1", phone="010-1234-5678"), **changes)


def an_account(**changes: Any) -> VirtualAccount:
    account = VirtualAccount(
        bank_code="088",
        bank_name="신한은행",
        number="56211234567890",
        holder="홍길동",
        due_at=datetime(2026, 3, 4, 14, 59, 59, tzinfo=UTC),
    )
    return replace(account, **changes)


def an_order(**changes: Any) -> Order:
    """Make a fresh order of 1,000 won: pending, version 0, without payments or history."""
    order = Order(
        order_id=ORDER_ID,
        amount=won(1000),
        client_token="token-0123456789abcdef",
        created_at=NOON,
        name="커피 원두 1kg",
        customer=a_customer(),
    )
    return replace(order, **changes)


def a_payment(**changes: Any) -> Payment:
    """Make a payment, by default paid in full by card; `status` brings along what it requires."""
    status = changes.get("status", PaymentStatus.PAID)
    total = changes.get("total", won(1000))
    defaults: dict[str, Any] = {
        "key": a_key(),
        "order_id": ORDER_ID,
        "mode": Mode.LIVE,
        "status": status,
        "total": total,
        "cancelled": _cancelled(status, total),
        "evidence": evidence("an answer"),
        "method": "card",
        "paid_at": NOON if status is PaymentStatus.PAID else None,
    }
    if status is PaymentStatus.AWAITING_DEPOSIT:
        defaults |= {"method": "vbank", "virtual_account": an_account()}
    return Payment(**(defaults | changes))


def an_entry(**changes: Any) -> HistoryEntry:
    entry = HistoryEntry(
        version=1,
        at=NOON,
        trigger=Trigger.BROWSER,
        outcome=OutcomeKind.PAID,
        key=a_key(),
        evidence=evidence("an answer"),
    )
    return replace(entry, **changes)


def a_refund(**changes: Any) -> Refund:
    """Make a refund of 300 won that the shop requested; `status` brings along what it requires."""
    status = changes.get("status", RefundStatus.REQUESTED)
    was_asked = status in (RefundStatus.ASKED, RefundStatus.DONE)
    defaults: dict[str, Any] = {
        "refund_id": f"rf-0123456789abcdef0123-{ORDER_ID}",
        "key": a_key(),
        "amount": won(300),
        "reason": "단순 변심",
        "requested_at": NOON,
        "requested_by": Requester.SHOP,
        "contents": evidence("a request"),
        "asked_at": NOON if was_asked else None,
        "cancelled_before": won(0) if was_asked else None,
    }
    return Refund(**(defaults | changes))


def a_refund_account(**changes: Any) -> RefundAccount:
    account = RefundAccount(
        bank_code="088", number="110-222-333333", holder="김구매", phone="010-8765-4321"
    )
    return replace(account, **changes)


def a_task(**changes: Any) -> Task:
    task = Task(kind=TaskKind.RECHECK, order_id=ORDER_ID, key=a_key(), due_at=NOON)
    return replace(task, **changes)


def evidence(answer: str) -> str:
    """Make the digest that a payment carries of the gateway's raw answer."""
    return sha256(answer.encode()).hexdigest()


def _cancelled(status: PaymentStatus, total: Any) -> Money:
    if not isinstance(total, Money):
        return won(0)
    if status is PaymentStatus.CANCELLED:
        return total
    if status is PaymentStatus.PARTIALLY_CANCELLED:
        return replace(total, amount_minor=total.amount_minor // 2)
    return Money.zero(total.currency)
