"""Orders and tasks as MongoDB documents, and back. Only this file and those of
its parts know the documents' fields.

Theory of operation. Everything about one order id is one document, so that one write is atomic
on every kind of MongoDB. `stub` marks one that holds tasks only: the order has not come yet.
`bound` lists the payments bound to the order; its unique index lets no two orders share one. An
entry that is the order's own keeps it from ever being empty, since two empty lists would collide.
"""

from adapters.mongodb.refund_fields import read_refund, refund_fields
from adapters.mongodb.stored_fields import Document, StoredFields, moment_text
from adapters.mongodb.value_fields import (
    key_fields,
    money_fields,
    read_key,
    read_money,
)
from domain.customer import Customer
from domain.errors import InvalidValue
from domain.money import Money, UnreadableAmount
from domain.order import HistoryEntry, Order, OrderStatus, Trigger
from domain.outcome import Discrepancy, OutcomeKind
from domain.payment import Mode, Payment, PaymentStatus
from domain.refund import Refund, RefundStep
from domain.tasks import Task, TaskKind
from domain.virtual_account import VirtualAccount

# Documents of schema 1 have no chain in their history; without its fields they read as such.
SCHEMA = 3
_READABLE_SCHEMAS = (1, 2, SCHEMA)
_FIRST_WITH_REFUNDS = 3
OPEN_STATUSES = (OrderStatus.PENDING, OrderStatus.AWAITING_DEPOSIT)


def order_fields(order: Order) -> Document:
    """All fields of the order but its id, which is the document's `_id`."""
    customer, settled_by = order.customer, order.settled_by
    return {
        "schema": SCHEMA,
        "version": order.version,
        "status": order.status.value,
        "amount": money_fields(order.amount),
        "client_token": order.client_token,
        "created_at": moment_text(order.created_at),
        "name": order.name,
        "customer": customer
        and {
            "customer_id": customer.customer_id,
            "phone": customer.phone,
            "locale": customer.locale,
        },
        "expires_at": order.expires_at and moment_text(order.expires_at),
        "settled_by": settled_by and key_fields(settled_by),
        "payments": [payment_fields(payment) for payment in order.payments],
        "history": [_entry_fields(entry) for entry in order.history],
        "head_hash": order.head_hash,
        "refunds": [refund_fields(refund) for refund in order.refunds],
        "awaits_approval": order.awaits_approval,
        "awaits_deposit": any(payment.awaits_deposit for payment in order.payments),
        "to_add_up": _mark(order),
    }


def _mark(order: Order) -> str | None:
    """Says that the board has not seen this version yet; where nothing happened, it need not."""
    return moment_text(order.created_at) if order.payments or order.history else None


def bindings(order: Order) -> list[str]:
    """What no other order's document may list."""
    return [own_binding(order.order_id), *(str(payment.key) for payment in order.payments)]


def own_binding(order_id: str) -> str:
    """An entry that is unique to the order; no payment's key has this form."""
    return f"order:{order_id}"


def stub_fields(order_id: str) -> Document:
    """What stands in a document that holds tasks only, beside them."""
    return {"schema": SCHEMA, "stub": True, "bound": [own_binding(order_id)]}


def read_order(document: Document) -> Order:
    """The stored order. Raises `RecordCorrupt`, naming the first field that cannot be right."""
    fields = StoredFields(document, document.get("_id"))
    if fields.whole("schema") not in _READABLE_SCHEMAS:
        fields.refuse("schema")
    try:
        order = _read_order(fields)
    except InvalidValue as error:
        fields.refuse(error.field)
    if order.settled_by is not None and order.payment(order.settled_by) is None:
        fields.refuse("settled_by")
    return order


def task_fields(task: Task) -> Document:
    return {
        "task_id": task.task_id,
        "kind": task.kind.value,
        "key": key_fields(task.key),
        "due_at": moment_text(task.due_at),
        "detail": task.detail,
        "lane": task.lane,
        "position": task.position,
    }


def read_task(fields: StoredFields, order_id: str) -> Task:
    """A stored task of that order."""
    try:
        task = Task(
            kind=fields.choice("kind", TaskKind),
            order_id=order_id,
            key=read_key(fields.part("key")),
            due_at=fields.moment("due_at"),
            detail=fields.text("detail"),
            lane=fields.text("lane"),
            position=fields.whole("position"),
        )
    except InvalidValue as error:
        fields.refuse(error.field)
    return task if task.task_id == fields.text("task_id") else fields.refuse("task_id")


def _read_order(fields: StoredFields) -> Order:
    return Order(
        order_id=fields.text("_id"),
        version=fields.whole("version"),
        status=fields.choice("status", OrderStatus),
        amount=read_money(fields.part("amount")),
        client_token=fields.text("client_token"),
        created_at=fields.moment("created_at"),
        name=fields.text_or_none("name"),
        customer=fields.part_or_none("customer", _read_customer),
        expires_at=fields.moment_or_none("expires_at"),
        settled_by=fields.part_or_none("settled_by", read_key),
        payments=tuple(read_payment(payment) for payment in fields.parts("payments")),
        history=tuple(_read_entry(entry) for entry in fields.parts("history")),
        head_hash=fields.text_or_none("head_hash"),
        refunds=_read_refunds(fields),
    )


def _read_customer(fields: StoredFields) -> Customer:
    return Customer(
        customer_id=fields.text("customer_id"),
        phone=fields.text_or_none("phone"),
        locale=fields.text("locale"),
    )


def _read_amount(fields: StoredFields) -> Money | UnreadableAmount:
    unreadable = fields.text_or_none("unreadable")
    if unreadable is None:
        return read_money(fields)
    return UnreadableAmount(number=unreadable, currency_code=fields.text("currency"))


def payment_fields(payment: Payment) -> Document:
    account = payment.virtual_account
    return {
        "key": key_fields(payment.key),
        "order_id": payment.order_id,
        "mode": payment.mode.value,
        "status": payment.status.value,
        "total": money_fields(payment.total),
        "cancelled": money_fields(payment.cancelled),
        "evidence": payment.evidence,
        "method": payment.method,
        "virtual_account": account
        and {
            "bank_code": account.bank_code,
            "bank_name": account.bank_name,
            "number": account.number,
            "holder": account.holder,
            "due_at": account.due_at and moment_text(account.due_at),
        },
        "merchant_account": payment.merchant_account,
        "paid_at": payment.paid_at and moment_text(payment.paid_at),
        "receipt_url": payment.receipt_url,
        "failure_reason": payment.failure_reason,
        "lapsed": payment.lapsed,
        "discount": payment.discount and money_fields(payment.discount),
    }


def read_payment(fields: StoredFields) -> Payment:
    return Payment(
        key=read_key(fields.part("key")),
        order_id=fields.text("order_id"),
        mode=fields.choice("mode", Mode),
        status=fields.choice("status", PaymentStatus),
        total=_read_amount(fields.part("total")),
        cancelled=_read_amount(fields.part("cancelled")),
        evidence=fields.text("evidence"),
        method=fields.text_or_none("method"),
        virtual_account=fields.part_or_none("virtual_account", _read_account),
        merchant_account=fields.text_or_none("merchant_account"),
        paid_at=fields.moment_or_none("paid_at"),
        receipt_url=fields.text_or_none("receipt_url"),
        failure_reason=fields.text_or_none("failure_reason"),
        lapsed=fields.flag("lapsed"),
        discount=fields.part_or_none("discount", read_money),
    )


def _read_account(fields: StoredFields) -> VirtualAccount:
    return VirtualAccount(
        bank_code=fields.text_or_none("bank_code"),
        bank_name=fields.text_or_none("bank_name"),
        number=fields.text("number"),
        holder=fields.text_or_none("holder"),
        due_at=fields.moment_or_none("due_at"),
    )


def _entry_fields(entry: HistoryEntry) -> Document:
    return {
        "version": entry.version,
        "at": moment_text(entry.at),
        "trigger": entry.trigger.value,
        "outcome": entry.outcome.value,
        "key": key_fields(entry.key),
        "evidence": entry.evidence,
        "discrepancies": [
            {"field": found.field, "expected": found.expected, "actual": found.actual}
            for found in entry.discrepancies
        ],
        "payment_status": entry.payment_status and entry.payment_status.value,
        "rule_version": entry.rule_version,
        "record_hash": entry.record_hash,
        "previous_hash": entry.previous_hash,
        "refund_id": entry.refund_id,
    }


def _read_entry(fields: StoredFields) -> HistoryEntry:
    refund_id = fields.text_or_none("refund_id")
    return HistoryEntry(
        version=fields.whole("version"),
        at=fields.moment("at"),
        trigger=fields.choice("trigger", Trigger),
        outcome=_read_outcome(fields, refund_id),
        key=read_key(fields.part("key")),
        evidence=fields.text("evidence"),
        discrepancies=tuple(
            Discrepancy(
                field=found.text("field"),
                expected=found.text("expected"),
                actual=found.text("actual"),
            )
            for found in fields.parts("discrepancies")
        ),
        payment_status=fields.choice_or_none("payment_status", PaymentStatus),
        rule_version=fields.whole_or_none("rule_version"),
        record_hash=fields.text_or_none("record_hash"),
        previous_hash=fields.text_or_none("previous_hash"),
        refund_id=refund_id,
    )


def _read_outcome(fields: StoredFields, refund_id: str | None) -> OutcomeKind | RefundStep:
    if refund_id is not None:
        return fields.choice("outcome", RefundStep)
    return fields.choice("outcome", OutcomeKind)


def _read_refunds(fields: StoredFields) -> tuple[Refund, ...]:
    if fields.whole("schema") < _FIRST_WITH_REFUNDS:
        return ()
    return tuple(read_refund(refund) for refund in fields.parts("refunds"))
