"""An operator's view of the tasks on MongoDB."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from adapters.mongodb.database import MongoDatabase, new_stamp
from adapters.mongodb.documents import read_task
from adapters.mongodb.stored_fields import Document, StoredFields, moment_text
from adapters.mongodb.task_ledger import DONE, TASK_FIELDS, WAITING
from adapters.mongodb.task_queue import edit_tasks
from adapters.mongodb.task_walk import TaskWalk
from domain.errors import InvalidValue
from domain.identifiers import check_order_id
from domain.tasks import Task, TaskKind
from ports.errors import RecordCorrupt
from ports.task_desk import QueueDepth, TaskStanding, TaskState

_PAGE = 500
_TO_COME = tuple(state.value for state in TaskState if state is not TaskState.DONE)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_UNREADABLE = "?"


class MongoTaskDesk:
    """A `TaskDesk` on the orders' own documents."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def depth(self, now: datetime, /) -> QueueDepth:
        rows = await self._aggregate(
            *_unwound({"tasks.state": {"$in": list(_TO_COME)}}),
            {
                "$group": {
                    "_id": {"kind": "$tasks.kind", "state": "$tasks.state"},
                    "tasks": {"$sum": 1},
                    "first": {"$min": "$tasks.ready_at"},
                }
            },
            batch=1_000,
        )
        counted: dict[tuple[str, TaskState], int] = {}
        due_since: dict[str, datetime] = {}
        for row in rows:
            kind, state = _text(row["_id"], "kind"), TaskState(row["_id"]["state"])
            counted[kind, state] = int(row["tasks"])
            since = _moment(row, "first")
            if state is not TaskState.PARKED and since is not None and since <= now:
                due_since[kind] = min(since, due_since.get(kind, since))
        return QueueDepth(tasks=counted, due_since=due_since)

    async def count(self, state: TaskState, at_most: int, /) -> int:
        # Each order that is found has one such task at least.
        rows = await self._aggregate(
            *_unwound({"tasks.state": state.value}, at_most),
            {"$limit": at_most},
            {"$group": {"_id": None, "tasks": {"$sum": 1}}},
            batch=1,
        )
        return int(rows[0]["tasks"]) if rows else 0

    async def page(
        self, state: TaskState, after: TaskStanding | None, limit: int, /
    ) -> Sequence[TaskStanding]:
        place = None if after is None else (after.kind, moment_text(after.ready_at), after.task_id)
        async with self._database.question() as orders:
            walk = TaskWalk(orders, state.value, limit)
            await walk.walk(place)
        return [_standing(entry, order_id) for entry, order_id in walk.found[:limit]]

    async def find(self, task_id: str, /) -> TaskStanding | None:
        order_id = _order_of(task_id)
        entries = [] if order_id is None else await self._entries(order_id)
        for entry in entries:
            if isinstance(entry, dict) and entry.get("task_id") == task_id:
                return _standing(entry, order_id)
        return None

    async def retry(self, task_id: str, now: datetime, /) -> bool:
        waiting = {"state": WAITING, "ready_at": moment_text(now), "attempts": 0}
        return await self._end_parking(task_id, **waiting, reason=None, set_aside_at=None)

    async def drop(self, task_id: str, note: str, now: datetime, /) -> bool:
        return await self._end_parking(
            task_id, state=DONE, drop_note=note, set_aside_at=moment_text(now)
        )

    async def of_order(self, kind: TaskKind, order_id: str, /) -> Sequence[Task]:
        found = [
            read_task(StoredFields(entry, order_id, "tasks"), order_id)
            for entry in await self._entries(order_id)
            if isinstance(entry, dict) and entry.get("kind") == kind
        ]
        return sorted(found, key=lambda task: (task.position, task.task_id))

    async def every(self, kind: TaskKind, /) -> AsyncIterator[Task]:
        after = ""
        while True:
            async with self._database.question() as orders:
                cursor = orders.find({"_id": {"$gt": after}}, TASK_FIELDS).sort([("_id", 1)])
                documents = await cursor.limit(_PAGE).to_list(_PAGE)
            for document in documents:
                for task in _readable(document, kind):
                    yield task
            if len(documents) < _PAGE:
                return
            after = documents[-1]["_id"]

    async def _aggregate(self, *stages: Document, batch: int) -> list[Document]:
        # As a command, because the two drivers differ in how they hand out this cursor. One batch
        # holds all that is asked for.
        command: dict[str, Any] = {
            "aggregate": "orders",
            "pipeline": list(stages),
            "cursor": {"batchSize": batch},
        }
        async with self._database.question() as orders:
            answer = await orders.database.command(command)
        return list(answer["cursor"]["firstBatch"])

    async def _entries(self, order_id: str) -> list[object]:
        async with self._database.question() as orders:
            document = await orders.find_one({"_id": order_id}, TASK_FIELDS)
        entries = None if document is None else document.get("tasks")
        return entries if isinstance(entries, list) else []

    async def _end_parking(self, task_id: str, **marks: object) -> bool:
        order_id, stamp = _order_of(task_id), new_stamp()
        if order_id is None:
            return False
        async with self._database.question() as orders:
            ended = await edit_tasks(
                orders, order_id, lambda ledger: ledger.end_parking(task_id, stamp, **marks)
            )
        return ended is True


def _unwound(wanted: Document, at_most: int | None = None) -> list[Document]:
    """The stages that give one row for each task; the first keeps to what an index finds.

    No more than `at_most` orders are read, if that is told.
    """
    return [
        {"$match": wanted},
        *([] if at_most is None else [{"$limit": at_most}]),
        {"$project": {"tasks": 1}},
        {"$unwind": "$tasks"},
        {"$match": wanted},
    ]


def _order_of(task_id: str) -> str | None:
    """The order's id, which every task's id has as its second part."""
    _, _, rest = task_id.partition("/")
    order_id, _, _ = rest.partition("/")
    try:
        check_order_id(order_id)
    except InvalidValue:
        return None
    return order_id


def _readable(document: Document, kind: TaskKind) -> list[Task]:
    entries = document.get("tasks")
    found: list[Task] = []
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get("kind") == kind:
            with suppress(RecordCorrupt):
                fields = StoredFields(entry, document["_id"], "tasks")
                found.append(read_task(fields, document["_id"]))
    return found


def _standing(entry: Mapping[str, object], order_id: object) -> TaskStanding:
    """The task as it can be shown, whatever stands in the entry."""
    attempts, key = entry.get("attempts"), entry.get("key")
    named = key if isinstance(key, Mapping) else {}
    return TaskStanding(
        task_id=_text(entry, "task_id"),
        kind=_text(entry, "kind"),
        order_id=str(order_id),
        payment=f"{_text(named, 'gateway')}/{_text(named, 'payment_id')}",
        state=TaskState(_text(entry, "state")),
        attempts=attempts if isinstance(attempts, int) else 0,
        ready_at=_moment(entry, "ready_at") or _BEGINNING,
        reason=_text_or_none(entry, "reason"),
        set_aside_at=_moment(entry, "set_aside_at"),
        drop_note=_text_or_none(entry, "drop_note"),
    )


def _text(entry: Mapping[str, object], name: str) -> str:
    return _text_or_none(entry, name) or _UNREADABLE


def _text_or_none(entry: Mapping[str, object], name: str) -> str | None:
    value = entry.get(name)
    return value if isinstance(value, str) else None


def _moment(entry: Mapping[str, object], name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(entry, name))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
