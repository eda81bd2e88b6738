"""The records in MongoDB, to be carried whole from store to store."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any, TypeVar

from adapters.mongodb.allowance_shelf import MongoAllowanceShelf
from adapters.mongodb.database import Collection, MongoDatabase
from adapters.mongodb.documents import read_order, stub_fields
from adapters.mongodb.order_repository import ORDER_ONLY, MongoOrderRepository
from adapters.mongodb.small_shelves import (
    ACTIONS,
    SEEN_WEBHOOKS,
    STRAYS,
    SWEEP_STATES,
    SWEEPS,
    MongoShelf,
)
from adapters.mongodb.stored_fields import Document, StoredFields, nameable
from adapters.mongodb.task_ledger import TASK_FIELDS, TaskLedger, read_stored_task
from adapters.mongodb.task_queue import edit_tasks
from domain.order import Order
from ports.errors import PaymentBoundElsewhere, RecordCorrupt
from ports.record_shelf import Page, RecordShelf
from ports.stored_task import StoredTask

# To count is to look at everything.
_COUNTING_TIMEOUT_S = 600.0
# Fewer than the pool has connections, so that none waits for one longer than a question may take.
_AT_ONCE = 16

_AN_ORDER: Document = {"stub": {"$exists": False}}
_SOME_TASKS: Document = {"tasks.0": {"$exists": True}}
_Item = TypeVar("_Item")


class MongoOrderShelf:
    """A `RecordShelf` of the orders, each with its payments and history."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._repository = MongoOrderRepository(database)

    async def count(self) -> int:
        async with self._database.question(_COUNTING_TIMEOUT_S) as orders:
            return await orders.count_documents(_AN_ORDER)

    async def page(self, after: str, limit: int, /) -> Page[Order]:
        async with self._database.question() as orders:
            documents = await _page(orders, after, limit, _AN_ORDER, ORDER_ONLY)
        records: list[Order] = []
        unreadable: list[str] = []
        for document in documents:
            try:
                records.append(read_order(document))
            except RecordCorrupt as error:
                unreadable.append(f"{error.order_id} ({error.field})")
        return Page(records=records, unreadable=unreadable, after=_next(documents, limit))

    async def find(self, records: Sequence[Order], /) -> Sequence[Order | None]:
        ids = {"_id": {"$in": [each.order_id for each in records]}}
        async with self._database.question() as orders:
            documents = await orders.find({**ids, **_AN_ORDER}, ORDER_ONLY).to_list(len(records))
        found: dict[str, Order] = {}
        for document in documents:
            with suppress(RecordCorrupt):
                found[document["_id"]] = read_order(document)
        return [found.get(each.order_id) for each in records]

    async def put(self, records: Sequence[Order], /) -> None:
        await _for_each(records, self._add)

    def name(self, record: Order, /) -> str:
        return record.order_id

    async def _add(self, order: Order) -> None:
        with suppress(PaymentBoundElsewhere):
            await self._repository.add(order, [])


class MongoTaskShelf:
    """A `RecordShelf` of the tasks, in every state. Its pages are those of their orders."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def count(self) -> int:
        command: dict[str, Any] = {
            "aggregate": "orders",
            "pipeline": [{"$unwind": "$tasks"}, {"$group": {"_id": None, "tasks": {"$sum": 1}}}],
            "cursor": {},
        }
        async with self._database.question(_COUNTING_TIMEOUT_S) as orders:
            answer = await orders.database.command(command)
        return sum(int(row["tasks"]) for row in answer["cursor"]["firstBatch"])

    async def page(self, after: str, limit: int, /) -> Page[StoredTask]:
        async with self._database.question() as orders:
            documents = await _page(orders, after, limit, _SOME_TASKS, TASK_FIELDS)
        records: list[StoredTask] = []
        unreadable: list[str] = []
        for document in documents:
            for fields, order_id in _entries(document):
                try:
                    records.append(read_stored_task(fields, order_id))
                except RecordCorrupt as error:
                    unreadable.append(f"{error.order_id} ({error.field})")
        return Page(records=records, unreadable=unreadable, after=_next(documents, limit))

    async def find(self, records: Sequence[StoredTask], /) -> Sequence[StoredTask | None]:
        ids = sorted({each.task.order_id for each in records})
        async with self._database.question() as orders:
            documents = await orders.find({"_id": {"$in": ids}}, TASK_FIELDS).to_list(len(ids))
        found: dict[str, StoredTask] = {}
        for document in documents:
            for fields, order_id in _entries(document):
                with suppress(RecordCorrupt):
                    stored = read_stored_task(fields, order_id)
                    found[stored.task.task_id] = stored
        return [found.get(each.task.task_id) for each in records]

    async def put(self, records: Sequence[StoredTask], /) -> None:
        by_order = sorted(records, key=_order_id_of)
        groups = [(order_id, list(each)) for order_id, each in groupby(by_order, _order_id_of)]
        await _for_each(groups, self._put_of_one_order)

    def name(self, record: StoredTask, /) -> str:
        return record.task.task_id

    async def _put_of_one_order(self, group: tuple[str, list[StoredTask]]) -> None:
        order_id, records = group

        def carry(ledger: TaskLedger) -> bool:
            ledger.carry(records)
            return True

        stub = {**stub_fields(order_id), "tasks": [], "tasks_rev": 0}
        with suppress(RecordCorrupt):
            async with self._database.question() as orders:
                if await edit_tasks(orders, order_id, carry) is None:
                    await orders.update_one({"_id": order_id}, {"$setOnInsert": stub}, upsert=True)
                    await edit_tasks(orders, order_id, carry)


async def _page(
    orders: Collection, after: str, limit: int, wanted: Document, fields: Document
) -> list[Document]:
    query = {"_id": {"$gt": after}, **wanted}
    return await orders.find(query, fields).sort([("_id", 1)]).limit(limit).to_list(limit)


def _next(documents: Sequence[Document], limit: int) -> str | None:
    return documents[-1]["_id"] if len(documents) == limit else None


def _entries(document: Document) -> Iterable[tuple[StoredFields, str]]:
    """The tasks of one document, and whose they are; none where there is no list of them."""
    order_id = nameable(document["_id"])
    tasks = document.get("tasks")
    return [
        (StoredFields(entry, order_id, "tasks"), order_id)
        for entry in (tasks if isinstance(tasks, list) else [])
        if isinstance(entry, dict)
    ]


def _order_id_of(stored: StoredTask) -> str:
    return stored.task.order_id


async def _for_each(items: Iterable[_Item], do: Callable[[_Item], Awaitable[None]]) -> None:
    """Does it with each, so many at once; the first error ends it, when all begun have ended."""
    left = iter(items)

    async def work() -> None:
        for item in left:
            await do(item)

    workers = [asyncio.ensure_future(work()) for _ in range(_AT_ONCE)]
    try:
        await asyncio.gather(*workers)
    finally:
        for each in workers:
            each.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


def shelves(database: MongoDatabase) -> dict[str, RecordShelf[Any]]:
    """All that a MongoDB database keeps, by kind; its claims follow from its orders."""
    return {
        "orders": MongoOrderShelf(database),
        "tasks": MongoTaskShelf(database),
        "stray payments": MongoShelf(database, STRAYS),
        "sweep cursors": MongoShelf(database, SWEEP_STATES),
        "sweep reports": MongoShelf(database, SWEEPS),
        "allowances": MongoAllowanceShelf(database),
        "operator actions": MongoShelf(database, ACTIONS),
        "seen webhooks": MongoShelf(database, SEEN_WEBHOOKS),
    }
