"""A shop's past: orders that were paid, and told of, long ago; a million of them in a minute.

One of them is translated by the adapter itself; all others are that one under ids of their own.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pymongo import MongoClient, WriteConcern

from adapters.mongodb.database import MongoDatabase
from adapters.mongodb.documents import bindings, order_fields
from adapters.mongodb.task_ledger import stored_entry
from adapters.sqlite import statements as sql
from adapters.sqlite.cells import Cells
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.rows import history_cells, order_cells, payment_cells, stored_task_cells
from domain.customer import Customer
from domain.history_chain import begun, linked_on
from domain.money import Currency, Money
from domain.order import HistoryEntry, Order, OrderStatus, Trigger
from domain.outcome import OutcomeKind
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from domain.tasks import Task, TaskKind
from ports.stored_task import StoredTask

Tell = Callable[[int], None]
# Of the order of that number, its document.
Change = Callable[[int, dict[str, Any]], None]

_BATCH = 10_000
_AT = datetime(2024, 1, 1, tzinfo=UTC)
_TOTAL = Money(amount_minor=1000, currency=Currency("KRW"))
_EVIDENCE = "0123456789abcdef" * 4
# What the ids of the others replace; long enough to stand nowhere else.
_ORDER_ID, _PAYMENT_ID = "past-order-id", "imp_past-payment-id"
_KEY = PaymentKey(gateway="portone-v1", payment_id=_PAYMENT_ID)


def load_sqlite(path: Path, count: int, tell: Tell) -> None:
    """Puts so many past orders into a SQLite file, which is made if it is missing."""
    asyncio.run(_load_sqlite(path, count, tell))


def load_mongodb(url: str, count: int, tell: Tell, change: Change | None = None) -> None:
    """Puts so many past orders into a MongoDB database, and creates its indexes first.

    The board has been brought up to date with them long ago, unless `change` marks them.
    """
    asyncio.run(_create_indexes(url))
    order, task = _order(), _task()
    template = {
        "_id": order.order_id,
        **order_fields(order),
        "bound": bindings(order),
        "tasks": [stored_entry(task)],
        "tasks_rev": 1,
        "writes": [],
        "next_due": {},
        "to_add_up": None,
    }
    with MongoClient[dict[str, Any]](url) as client:
        orders = client.get_default_database().get_collection(
            "orders", write_concern=WriteConcern(1)
        )
        for numbers in _batches(count):
            documents = [_named(template, n) for n in numbers]
            if change is not None:
                for number, document in zip(numbers, documents, strict=True):
                    change(number, document)
            orders.insert_many(documents, ordered=False)
            tell(numbers.stop)


async def _load_sqlite(path: Path, count: int, tell: Tell) -> None:
    order = _order()
    rows: list[tuple[str, Cells]] = [
        (sql.ADD_ORDER, order_cells(order)),
        (sql.PUT_PAYMENT, payment_cells(order, 0)),
        (sql.ADD_HISTORY, history_cells(order.order_id, order.history[0])),
        (sql.CARRY_TASK, stored_task_cells(_task())),
    ]
    database = SqliteDatabase(path)
    await database.open()
    try:
        for numbers in _batches(count):
            await database.write(
                lambda connection, numbers=numbers: [  # type: ignore[misc]
                    connection.executemany(statement, (_named(cells, n) for n in numbers))
                    for statement, cells in rows
                ]
            )
            tell(numbers.stop)
    finally:
        await database.close()


async def _create_indexes(url: str) -> None:
    database = MongoDatabase(url, timeout_s=60)
    await database.open()
    try:
        await database.create_indexes()
    finally:
        await database.close()


def _batches(count: int) -> Iterator[range]:
    for first in range(0, count, _BATCH):
        yield range(first, min(first + _BATCH, count))


def _named(record: Any, number: int) -> Any:
    """The same record of another order and payment."""
    if isinstance(record, str):
        return record.replace(_PAYMENT_ID, f"imp_past{number:09}").replace(
            _ORDER_ID, f"past-{number:09}"
        )
    if isinstance(record, dict):
        return {name: _named(value, number) for name, value in record.items()}
    if isinstance(record, list):
        return [_named(value, number) for value in record]
    return record


def _order() -> Order:
    payment = Payment(
        key=_KEY,
        order_id=_ORDER_ID,
        mode=Mode.LIVE,
        status=PaymentStatus.PAID,
        total=_TOTAL,
        cancelled=replace(_TOTAL, amount_minor=0),
        evidence=_EVIDENCE,
        method="card",
        paid_at=_AT,
        receipt_url="https://example.com/receipts/0123456789",
    )
    order = begun(
        Order(
            order_id=_ORDER_ID,
            amount=_TOTAL,
            client_token="token-0123456789abcdef",
            created_at=_AT,
            name="커피 원두 1kg",
            customer=Customer(customer_id="customer-1", phone="010-0000-0000"),
        )
    )
    entry = HistoryEntry(
        version=1,
        at=_AT,
        trigger=Trigger.BROWSER,
        outcome=OutcomeKind.PAID,
        key=_KEY,
        evidence=_EVIDENCE,
    )
    paid = replace(order, version=1, status=OrderStatus.PAID, settled_by=_KEY, payments=(payment,))
    return linked_on(paid, entry)


def _task() -> StoredTask:
    task = Task(kind=TaskKind.TELL_SHOP, order_id=_ORDER_ID, key=_KEY, due_at=_AT, detail="1")
    return StoredTask(task=task, state="done", ready_at=_AT, attempts=1)
