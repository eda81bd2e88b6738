"""Tasks on MongoDB: they live in their order's document, or in a stub until the order comes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from logging import getLogger
from typing import Any, TypeVar

from pymongo.errors import DuplicateKeyError

from adapters.mongodb.database import Collection, MongoDatabase, new_stamp
from adapters.mongodb.documents import stub_fields
from adapters.mongodb.errors import DRIVER_ERRORS
from adapters.mongodb.stored_fields import Document, moment_text
from adapters.mongodb.task_ledger import (
    DONE,
    MAX_TASKS,
    PARKED,
    TASK_FIELDS,
    TASK_STATES,
    WAITING,
    TaskLedger,
    appending,
    due_field,
)
from domain.tasks import Task, TaskKind
from ports.errors import RecordCorrupt
from ports.task_queue import ClaimedTask

# A write whose reply is lost is read again and, if it did not happen, made once more.
_TRIES = 3

_log = getLogger("payproof.mongodb")
_Answer = TypeVar("_Answer")


class MongoTaskQueue:
    """A `TaskQueue` on the orders' own documents."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def put(self, task: Task, /) -> None:
        def put(ledger: TaskLedger) -> bool:
            ledger.put(task)
            return True

        async with self._database.question() as orders:
            for is_last in (False, True):
                try:
                    await _append(orders, task)
                except DuplicateKeyError:
                    pass  # the task exists, or the list is full: that needs a look
                except DRIVER_ERRORS:
                    if is_last:
                        raise
                else:
                    return
                if await edit_tasks(orders, task.order_id, put):
                    return

    async def claim(
        self, kind: TaskKind, now: datetime, lease_until: datetime, limit: int, /
    ) -> Sequence[ClaimedTask]:
        lease = new_stamp()
        claimed: list[ClaimedTask] = []
        async with self._database.question() as orders:
            while len(claimed) < limit:
                wanted = limit - len(claimed)
                # So many orders hold so many due tasks, the longest due among them.
                ledgers = await _read_due(orders, kind, now, wanted)
                due = sorted(found for ledger in ledgers for found in ledger.due(kind, now, lease))
                chosen = [task_id for _, task_id in due[:wanted]]
                lent: dict[str, ClaimedTask] = {}
                for ledger in ledgers:
                    if ledger.has_changed or ledger.holds(chosen):
                        lend = partial(_lend, chosen, now, lease_until, lease)
                        lent |= await edit_tasks(orders, ledger.order_id, lend, ledger) or {}
                claimed += [lent[task_id] for task_id in chosen if task_id in lent]
                only_mended = not chosen and any(ledger.has_changed for ledger in ledgers)
                if len(lent) == len(chosen) and not only_mended:
                    break
        return claimed

    async def complete(self, claimed: ClaimedTask, /) -> bool:
        return await self._end_lease(claimed, state=DONE, reason=None)

    async def retry(self, claimed: ClaimedTask, due_at: datetime, reason: str, /) -> bool:
        marks = {"reason": reason, "ready_at": moment_text(due_at)}
        return await self._end_lease(claimed, state=WAITING, **marks)

    async def park(self, claimed: ClaimedTask, reason: str, now: datetime, /) -> bool:
        marks = {"reason": reason, "set_aside_at": moment_text(now)}
        return await self._end_lease(claimed, state=PARKED, **marks)

    async def count(self) -> dict[str, int]:
        # As a command, because the two drivers differ in how they hand out this cursor.
        command: dict[str, Any] = {
            "aggregate": "orders",
            "pipeline": [
                {"$match": {"tasks.state": {"$in": list(TASK_STATES)}}},
                {"$unwind": "$tasks"},
                {"$match": {"tasks.state": {"$in": list(TASK_STATES)}}},
                {"$group": {"_id": "$tasks.state", "count": {"$sum": 1}}},
            ],
            "cursor": {},
        }
        async with self._database.question() as orders:
            answer = await orders.database.command(command)
        counted = {row["_id"]: int(row["count"]) for row in answer["cursor"]["firstBatch"]}
        return {state: counted.get(state, 0) for state in TASK_STATES}

    async def _end_lease(self, claimed: ClaimedTask, **marks: object) -> bool:
        stamp = new_stamp()
        async with self._database.question() as orders:
            ended = await edit_tasks(
                orders,
                claimed.task.order_id,
                lambda ledger: ledger.end_lease(claimed, stamp, **marks),
            )
        return ended is True


def _lend(
    task_ids: Sequence[str], now: datetime, lease_until: datetime, lease: str, ledger: TaskLedger
) -> dict[str, ClaimedTask]:
    lent = {task_id: ledger.lend(task_id, now, lease_until, lease) for task_id in task_ids}
    return {task_id: claimed for task_id, claimed in lent.items() if claimed is not None}


async def _append(orders: Collection, task: Task) -> None:
    """Adds a new task blindly; `DuplicateKeyError` if its id exists or the list is full."""
    await orders.update_one(
        {
            "_id": task.order_id,
            "tasks.task_id": {"$ne": task.task_id},
            f"tasks.{MAX_TASKS - 1}": {"$exists": False},
        },
        {
            **appending([task]),
            "$setOnInsert": stub_fields(task.order_id),
        },
        upsert=True,
    )


async def edit_tasks(
    orders: Collection,
    order_id: str,
    change: Callable[[TaskLedger], _Answer],
    ledger: TaskLedger | None = None,
) -> _Answer | None:
    """Changes an order's tasks, again and again until nobody else has changed them meanwhile.

    `change` must see by itself what it has done already: the reply to a write may be lost. None
    if there is no such document.
    """
    lost = 0
    while True:
        if ledger is None:
            document = await orders.find_one({"_id": order_id}, TASK_FIELDS)
            if document is None:
                return None
            ledger = TaskLedger(document)
        answer = change(ledger)
        if not ledger.has_changed:
            return answer
        read = {"_id": order_id, "tasks_rev": ledger.revision}
        try:
            result = await orders.update_one(read, ledger.change())
        except DRIVER_ERRORS:
            lost += 1
            if lost == _TRIES:
                raise
        else:
            if result.matched_count:
                return answer
        ledger = None


async def _read_due(
    orders: Collection, kind: TaskKind, now: datetime, limit: int
) -> list[TaskLedger]:
    """The orders whose tasks have been due longest. Those that cannot be read are set aside."""
    while True:
        cursor = orders.find({due_field(kind): {"$lte": moment_text(now)}}, TASK_FIELDS)
        by_age = cursor.sort([(due_field(kind), 1), ("_id", 1)])
        documents = await by_age.limit(limit).to_list(limit)
        ledgers = []
        for document in documents:
            try:
                ledgers.append(TaskLedger(document))
            except RecordCorrupt as error:
                await _set_aside(orders, document, error)
        if ledgers or not documents:
            return ledgers


async def _set_aside(orders: Collection, document: Document, error: RecordCorrupt) -> None:
    """Takes an unreadable document out of the workers' way; it stays for a person to look at."""
    _log.error("tasks of order %s cannot be read: %s", error.order_id, error.field)
    read = {"_id": document.get("_id"), "next_due": document.get("next_due")}
    await orders.update_one(
        read, {"$unset": {"next_due": ""}, "$set": {"corrupt_field": error.field}}
    )
