"""Orders on MongoDB: one document each, replaced only at the version that was read."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from pymongo.errors import DuplicateKeyError

from adapters.mongodb.claims import claim_before_insert, claim_before_replace
from adapters.mongodb.database import Collection, MongoDatabase, new_stamp
from adapters.mongodb.documents import (
    bindings,
    order_fields,
    read_order,
)
from adapters.mongodb.errors import DRIVER_ERRORS, unavailable
from adapters.mongodb.order_trips import Fields, Write
from adapters.mongodb.stored_fields import Document, StoredFields
from adapters.mongodb.task_ledger import appending
from domain.errors import InvalidValue
from domain.order import Order
from domain.payment import PaymentKey
from domain.tasks import Task
from ports.errors import (
    ConcurrentUpdate,
    PaymentBoundElsewhere,
    RecordCorrupt,
    RepositoryUnavailable,
)
from ports.order_repository import UnreadableOrder

_MAX_AWAITING = 100
# A write whose reply is lost is read again and, if it did not happen, made once more.
_TRIES = 3
# How many writes later one can still be recognised by its stamp.
_STAMPS_KEPT = 16

ORDER_ONLY: Document = {"tasks": 0, "writes": 0, "added_up": 0}
_WHOLE = Fields(ORDER_ONLY)
_TRACES = Fields({"version": 1, "stub": 1, "writes": 1, "tasks.task_id": 1})


class MongoOrderRepository:
    """An `OrderRepository` on one collection of a MongoDB database."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def find_by_id(self, order_id: str, /) -> Order | None:
        async with self._database.question():
            document = await self._database.trips.find(order_id, _WHOLE)
        return None if document is None or "stub" in document else read_order(document)

    async def add(self, order: Order, tasks: Sequence[Task], /) -> bool:
        new_tasks = _by_id(order, tasks)
        stamp = new_stamp()
        lost: RepositoryUnavailable | None = None
        is_in_doubt = False
        async with self._database.question() as orders:
            for _ in range(_TRIES):
                is_written, is_duplicate = None, False
                try:
                    if self._database.claims_apart:
                        await claim_before_insert(orders, order)
                    is_written = await self._database.trips.write(_insert(order, new_tasks, stamp))
                except DuplicateKeyError:
                    is_written, is_duplicate = False, True
                except DRIVER_ERRORS as error:
                    lost = unavailable(error)
                if is_written:
                    return True
                is_in_doubt |= is_written is None
                stored = await self._database.trips.find(order.order_id, _TRACES)
                if stored is not None and "stub" not in stored:
                    return _is_ours(stored, order.version, stamp, is_in_doubt=is_in_doubt)
                if is_duplicate and stored is None:
                    break
                _leave_out_known(new_tasks, stored, order.order_id)
        raise lost or PaymentBoundElsewhere("boundElsewhere")

    async def save(self, order: Order, tasks: Sequence[Task], /) -> None:
        new_tasks = _by_id(order, tasks)
        stamp = new_stamp()
        lost: RepositoryUnavailable | None = None
        is_in_doubt = False
        async with self._database.question() as orders:
            for _ in range(_TRIES):
                is_written = None
                try:
                    is_written = await self._replace(orders, order, new_tasks, stamp)
                except DuplicateKeyError:
                    raise PaymentBoundElsewhere("paymentBoundElsewhere") from None
                except DRIVER_ERRORS as error:
                    lost = unavailable(error)
                if is_written:
                    return
                is_in_doubt |= is_written is None
                stored = await self._database.trips.find(order.order_id, _TRACES)
                if stored is None or "stub" in stored:
                    break
                if stored.get("version") != order.version - 1:
                    if _is_ours(stored, order.version, stamp, is_in_doubt=is_in_doubt):
                        return
                    break
                _leave_out_known(new_tasks, stored, order.order_id)
        raise lost or ConcurrentUpdate("versionChanged")

    async def find_order_id_by_payment(self, key: PaymentKey, /) -> str | None:
        async with self._database.question() as orders:
            document = await orders.find_one({"bound": str(key)}, {"_id": 1})
        return None if document is None else str(document["_id"])

    async def find_awaiting_deposit(self, customer_id: str, /) -> Sequence[Order]:
        query = {"customer.customer_id": customer_id, "awaits_deposit": True}
        async with self._database.question() as orders:
            cursor = orders.find(query, ORDER_ONLY).sort([("created_at", -1), ("_id", -1)])
            documents = await cursor.limit(_MAX_AWAITING).to_list(_MAX_AWAITING)
        return [read_order(document) for document in documents]

    async def list_awaiting_approval(self, after_order_id: str, limit: int, /) -> Sequence[Order]:
        return await self._page({"awaits_approval": True}, "awaits_approval", after_order_id, limit)

    async def list_all(
        self, after_order_id: str, limit: int, /
    ) -> Sequence[Order | UnreadableOrder]:
        if limit < 1:
            return []  # to MongoDB, no limit at all
        query = {"_id": {"$gt": after_order_id}, "stub": {"$exists": False}}
        async with self._database.question() as orders:
            cursor = orders.find(query, ORDER_ONLY).sort([("_id", 1)]).hint("_id_")
            documents = await cursor.limit(limit).to_list(limit)
        return [_read_if_readable(document) for document in documents]

    async def estimate_count(self) -> int:
        async with self._database.question() as orders:
            return int(await orders.estimated_document_count())

    async def ping(self) -> None:
        async with self._database.question() as orders:
            pings = orders.database.get_collection("pings", write_concern=orders.write_concern)
            with suppress(DuplicateKeyError):  # two first pings at once
                await pings.update_one({"_id": "ping"}, {"$inc": {"count": 1}}, upsert=True)

    async def _replace(
        self, orders: Collection, order: Order, tasks: Mapping[str, Task], stamp: str
    ) -> bool | None:
        """Replaces the version before and adds the tasks; False if any of it is not so."""
        if self._database.claims_apart:
            await claim_before_replace(orders, order)
        return await self._database.trips.write(_replacement(order, tasks, stamp))

    async def _page(
        self, query: Document, index: str, after_order_id: str, limit: int
    ) -> Sequence[Order]:
        if limit < 1:
            return []  # to MongoDB, no limit at all
        async with self._database.question() as orders:
            # Named, lest a planner walk all orders by their ids to find the few.
            cursor = orders.find({**query, "_id": {"$gt": after_order_id}}, ORDER_ONLY)
            cursor = cursor.sort([("_id", 1)]).hint(index)
            documents = await cursor.limit(limit).to_list(limit)
        return _readable_page(documents)


def _by_id(order: Order, tasks: Sequence[Task]) -> dict[str, Task]:
    """The tasks by id, of two that share one the first. Another order's would be lost."""
    if any(task.order_id != order.order_id for task in tasks):
        raise InvalidValue("tasks", "must be of the order that they are saved with")
    return {task.task_id: task for task in reversed(tasks)}


def _insert(order: Order, tasks: Mapping[str, Task], stamp: str) -> Write:
    """Stores a new order, or fills the stub that waits for it; `DuplicateKeyError` if neither.

    A stub that has one of the tasks is not filled.
    """
    return Write(
        query={"_id": order.order_id, "stub": True, "tasks.task_id": {"$nin": list(tasks)}},
        change={
            "$set": {**order_fields(order), "writes": [_trace(order, stamp)]},
            "$addToSet": {"bound": {"$each": bindings(order)}},
            "$unset": {"stub": ""},
            **(appending(tasks.values()) or {"$setOnInsert": {"tasks": [], "tasks_rev": 0}}),
        },
        upsert=True,
    )


def _replacement(order: Order, tasks: Mapping[str, Task], stamp: str) -> Write:
    appended = appending(tasks.values())
    pushed = {
        "writes": {"$each": [_trace(order, stamp)], "$slice": -_STAMPS_KEPT},
        **appended.pop("$push", {}),
    }
    return Write(
        query={
            "_id": order.order_id,
            "version": order.version - 1,
            "tasks.task_id": {"$nin": list(tasks)},
        },
        change={
            **appended,
            "$set": order_fields(order),
            "$addToSet": {"bound": {"$each": bindings(order)}},
            "$push": pushed,
        },
    )


def _trace(order: Order, stamp: str) -> Document:
    return {"version": order.version, "stamp": stamp}


def _is_ours(stored: Document, version: int, stamp: str, *, is_in_doubt: bool) -> bool:
    """Whether that version was written by this very call. Raises if nobody can tell any more."""
    fields = StoredFields(stored, stored.get("_id"))
    traces = {trace.whole("version"): trace.text("stamp") for trace in fields.parts("writes")}
    if is_in_doubt and version not in traces and fields.whole("version") > version:
        raise RepositoryUnavailable("writeOvertaken")
    return traces.get(version) == stamp


def _leave_out_known(tasks: dict[str, Task], stored: Document | None, order_id: str) -> None:
    """A task that exists is left as it is: without it, the write is made again."""
    if tasks and stored is not None:
        for known in StoredFields(stored, order_id).parts("tasks"):
            tasks.pop(known.text("task_id"), None)


def _read_if_readable(document: Document) -> Order | UnreadableOrder:
    try:
        return read_order(document)
    except RecordCorrupt as error:
        return UnreadableOrder(order_id=document["_id"], field=error.field)


def _readable_page(documents: Sequence[Document]) -> Sequence[Order]:
    """The orders up to the first that cannot be read; that one alone, at the front, is raised.

    So a caller that pages through gets all orders before it, and may go on after it.
    """
    orders: list[Order] = []
    for document in documents:
        try:
            orders.append(read_order(document))
        except RecordCorrupt:
            if not orders:
                raise
            break
    return orders
