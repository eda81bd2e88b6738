"""Rows of the tables to values of the domain and back: the only file that knows both."""

import json
import sqlite3
from collections.abc import Iterable

from adapters.sqlite.amounts import amount_cells, amount_from, discount_from
from adapters.sqlite.cells import (
    Cells,
    microseconds,
    moment,
    optional_microseconds,
    optional_moment,
)
from adapters.sqlite.refund_rows import refund_from
from domain.customer import Customer
from domain.errors import InvalidValue
from domain.money import Currency, Money
from domain.order import HistoryEntry, Order, OrderStatus, Trigger
from domain.outcome import Discrepancy, OutcomeKind
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.refund import RefundStep
from domain.surplus import surplus_of
from domain.tasks import AlertReason, Task, TaskKind
from domain.virtual_account import VirtualAccount
from ports.errors import RecordCorrupt
from ports.stored_task import StoredTask
from ports.stray_payments import StrayPayment

# What values raise that cannot be built from what stands in a row.
UNREADABLE = (InvalidValue, ValueError, TypeError, KeyError, OverflowError)


def order_cells(order: Order) -> Cells:
    customer, settled_by = order.customer, order.settled_by
    awaits_deposit = any(payment.awaits_deposit for payment in order.payments)
    return {
        "order_id": order.order_id,
        "version": order.version,
        "status": order.status.value,
        "amount_minor": order.amount.amount_minor,
        "currency": order.amount.currency_code,
        "client_token": order.client_token,
        "created_at": microseconds(order.created_at),
        "expires_at": optional_microseconds(order.expires_at),
        "name": order.name,
        "customer_id": customer.customer_id if customer else None,
        "customer_phone": customer.phone if customer else None,
        "customer_locale": customer.locale if customer else None,
        "settled_by_gateway": settled_by.gateway if settled_by else None,
        "settled_by_payment_id": settled_by.payment_id if settled_by else None,
        "awaits_deposit": int(awaits_deposit),
        "head_hash": order.head_hash,
    }


def payment_cells(order: Order, position: int) -> Cells:
    payment = order.payments[position]
    return snapshot_cells(payment) | {
        "order_id": order.order_id,
        "position": position,
        "surplus": int(surplus_of(order, payment) is not None),
    }


def snapshot_cells(payment: Payment) -> Cells:
    account = payment.virtual_account
    return {
        "gateway": payment.key.gateway,
        "payment_id": payment.key.payment_id,
        "order_id": payment.order_id,
        "mode": payment.mode.value,
        "status": payment.status.value,
        **amount_cells("total", payment.total),
        **amount_cells("cancelled", payment.cancelled),
        "evidence": payment.evidence,
        "method": payment.method,
        "account_number": account.number if account else None,
        "account_bank_code": account.bank_code if account else None,
        "account_bank_name": account.bank_name if account else None,
        "account_holder": account.holder if account else None,
        "account_due_at": optional_microseconds(account.due_at) if account else None,
        "merchant_account": payment.merchant_account,
        "paid_at": optional_microseconds(payment.paid_at),
        "receipt_url": payment.receipt_url,
        "failure_reason": payment.failure_reason,
        "lapsed": int(payment.lapsed),
        "discount_minor": payment.discount.amount_minor if payment.discount else None,
    }


def history_cells(order_id: str, entry: HistoryEntry) -> Cells:
    discrepancies = [
        {"field": found.field, "expected": found.expected, "actual": found.actual}
        for found in entry.discrepancies
    ]
    return {
        "order_id": order_id,
        "version": entry.version,
        "at": microseconds(entry.at),
        "triggered_by": entry.trigger.value,
        "outcome": entry.outcome.value,
        "gateway": entry.key.gateway,
        "payment_id": entry.key.payment_id,
        "evidence": entry.evidence,
        "discrepancies": json.dumps(discrepancies),
        "payment_status": entry.payment_status and entry.payment_status.value,
        "rule_version": entry.rule_version,
        "record_hash": entry.record_hash,
        "previous_hash": entry.previous_hash,
        "refund_id": entry.refund_id,
    }


def task_cells(task: Task) -> Cells:
    return {
        "task_id": task.task_id,
        "kind": task.kind.value,
        "order_id": task.order_id,
        "gateway": task.key.gateway,
        "payment_id": task.key.payment_id,
        "due_at": microseconds(task.due_at),
        "detail": str(task.detail),
        "lane": task.lane,
        "position": task.position,
    }


def stored_task_cells(stored: StoredTask) -> Cells:
    return {
        **task_cells(stored.task),
        "state": stored.state,
        "ready_at": microseconds(stored.ready_at),
        "attempts": stored.attempts,
        "lease": stored.lease,
        "park_reason": stored.reason,
        "set_aside_at": optional_microseconds(stored.set_aside_at),
        "drop_note": stored.drop_note,
    }


def order_from(
    row: sqlite3.Row,
    payments: Iterable[sqlite3.Row],
    history: Iterable[sqlite3.Row],
    refunds: Iterable[sqlite3.Row],
) -> Order:
    """The order, or `RecordCorrupt`: nothing is guessed from a damaged record."""
    try:
        return Order(
            order_id=row["order_id"],
            amount=Money(amount_minor=row["amount_minor"], currency=Currency(row["currency"])),
            client_token=row["client_token"],
            created_at=moment(row["created_at"]),
            name=row["name"],
            customer=_customer(row),
            expires_at=optional_moment(row["expires_at"]),
            version=row["version"],
            status=OrderStatus(row["status"]),
            settled_by=_optional_key(row["settled_by_gateway"], row["settled_by_payment_id"]),
            payments=tuple(map(payment_from, payments)),
            history=tuple(map(_history_entry, history)),
            head_hash=row["head_hash"],
            refunds=tuple(map(refund_from, refunds)),
        )
    except UNREADABLE as error:
        raise _corrupt("orderUnreadable", row, error) from None


def task_from(row: sqlite3.Row) -> Task:
    """The task, or `RecordCorrupt`."""
    try:
        return Task(
            kind=TaskKind(row["kind"]),
            order_id=row["order_id"],
            key=PaymentKey(gateway=row["gateway"], payment_id=row["payment_id"]),
            due_at=moment(row["due_at"]),
            detail=row["detail"],
            lane=row["lane"],
            position=row["position"],
        )
    except UNREADABLE as error:
        raise _corrupt("taskUnreadable", row, error) from None


def stored_task_from(row: sqlite3.Row) -> StoredTask:
    """The task and where it stands, or `RecordCorrupt`."""
    task = task_from(row)
    try:
        return StoredTask(
            task=task,
            state=row["state"],
            ready_at=moment(row["ready_at"]),
            attempts=row["attempts"],
            lease=row["lease"],
            reason=row["park_reason"],
            set_aside_at=optional_moment(row["set_aside_at"]),
            drop_note=row["drop_note"],
        )
    except UNREADABLE as error:
        raise _corrupt("taskUnreadable", row, error) from None


def _corrupt(code: str, row: sqlite3.Row, error: Exception) -> RecordCorrupt:
    # The error itself is left behind: it may quote what stands in the row.
    field = error.field if isinstance(error, InvalidValue) else ""
    return RecordCorrupt(code, order_id=str(row["order_id"]), field=field)


def payment_from(row: sqlite3.Row) -> Payment:
    return Payment(
        key=PaymentKey(gateway=row["gateway"], payment_id=row["payment_id"]),
        order_id=row["order_id"],
        mode=Mode(row["mode"]),
        status=PaymentStatus(row["status"]),
        total=amount_from(row, "total"),
        cancelled=amount_from(row, "cancelled"),
        evidence=row["evidence"],
        method=row["method"],
        virtual_account=_account(row),
        merchant_account=row["merchant_account"],
        paid_at=optional_moment(row["paid_at"]),
        receipt_url=row["receipt_url"],
        failure_reason=row["failure_reason"],
        lapsed=bool(row["lapsed"]),
        discount=discount_from(row),
    )


def stray_from(row: sqlite3.Row) -> StrayPayment:
    """The stray, or one of `UNREADABLE`."""
    return StrayPayment(
        payment=payment_from(row),
        reason=AlertReason(row["reason"]),
        found_at=moment(row["found_at"]),
        told=bool(row["told"]),
    )


def _history_entry(row: sqlite3.Row) -> HistoryEntry:
    payment_status = row["payment_status"]
    return HistoryEntry(
        version=row["version"],
        at=moment(row["at"]),
        trigger=Trigger(row["triggered_by"]),
        outcome=(RefundStep if row["refund_id"] else OutcomeKind)(row["outcome"]),
        key=PaymentKey(gateway=row["gateway"], payment_id=row["payment_id"]),
        evidence=row["evidence"],
        discrepancies=tuple(Discrepancy(**found) for found in json.loads(row["discrepancies"])),
        payment_status=None if payment_status is None else PaymentStatus(payment_status),
        rule_version=row["rule_version"],
        record_hash=row["record_hash"],
        previous_hash=row["previous_hash"],
        refund_id=row["refund_id"],
    )


def _account(row: sqlite3.Row) -> VirtualAccount | None:
    if row["account_number"] is None:
        return None
    return VirtualAccount(
        bank_code=row["account_bank_code"],
        bank_name=row["account_bank_name"],
        number=row["account_number"],
        holder=row["account_holder"],
        due_at=optional_moment(row["account_due_at"]),
    )


def _customer(row: sqlite3.Row) -> Customer | None:
    if row["customer_id"] is None:
        return None
    return Customer(
        customer_id=row["customer_id"], phone=row["customer_phone"], locale=row["customer_locale"]
    )


def _optional_key(gateway: str | None, payment_id: str | None) -> PaymentKey | None:
    if gateway is None or payment_id is None:
        return None
    return PaymentKey(gateway=gateway, payment_id=payment_id)
