"""An operator's view of the tasks in SQLite."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime

from adapters.sqlite import desk_statements as sql
from adapters.sqlite.cells import Cells, microseconds, moment
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.rows import UNREADABLE, task_from
from domain.tasks import Task, TaskKind
from ports.errors import RecordCorrupt
from ports.task_desk import QueueDepth, TaskStanding, TaskState

_PAGE = 500
# Before any kind, time and id there can be.
_BEFORE_ALL: Cells = {"kind": "", "ready_at": -(2**63), "task_id": ""}


class SqliteTaskDesk:
    """A `TaskDesk` on SQLite."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def depth(self, now: datetime, /) -> QueueDepth:
        rows = await self._rows(sql.MEASURE_TASKS, {})
        due_since: dict[str, datetime] = {}
        for row in rows:
            if row["state"] != "parked" and row["first_ready_at"] <= microseconds(now):
                since = _shown(row["first_ready_at"])
                due_since[row["kind"]] = min(since, due_since.get(row["kind"], since))
        counted = {(row["kind"], TaskState(row["state"])): row["tasks"] for row in rows}
        return QueueDepth(tasks=counted, due_since=due_since)

    async def count(self, state: TaskState, at_most: int, /) -> int:
        rows = await self._rows(sql.COUNT_TASKS, {"state": state.value, "at_most": at_most})
        return int(rows[0]["tasks"])

    async def page(
        self, state: TaskState, after: TaskStanding | None, limit: int, /
    ) -> Sequence[TaskStanding]:
        start = _BEFORE_ALL
        if after is not None:
            ready_at = microseconds(after.ready_at)
            start = {"kind": after.kind, "ready_at": ready_at, "task_id": after.task_id}
        rows = await self._rows(sql.PAGE_OF_TASKS, {"state": state.value, "limit": limit, **start})
        return [_standing(row) for row in rows]

    async def find(self, task_id: str, /) -> TaskStanding | None:
        rows = await self._rows(sql.FIND_TASK, {"task_id": task_id})
        return _standing(rows[0]) if rows else None

    async def retry(self, task_id: str, now: datetime, /) -> bool:
        return await self._change(
            sql.RETRY_PARKED_TASK, {"task_id": task_id, "now": microseconds(now)}
        )

    async def drop(self, task_id: str, note: str, now: datetime, /) -> bool:
        return await self._change(
            sql.DROP_PARKED_TASK, {"task_id": task_id, "note": note, "now": microseconds(now)}
        )

    async def of_order(self, kind: TaskKind, order_id: str, /) -> Sequence[Task]:
        rows = await self._rows(
            sql.FIND_TASKS_BETWEEN, {**_between(f"{kind}/{order_id}"), "limit": -1}
        )
        return sorted(map(task_from, rows), key=lambda task: (task.position, task.task_id))

    async def every(self, kind: TaskKind, /) -> AsyncIterator[Task]:
        bounds = _between(kind.value)
        while rows := await self._rows(sql.FIND_TASKS_BETWEEN, {**bounds, "limit": _PAGE}):
            for row in rows:
                with suppress(RecordCorrupt):
                    yield task_from(row)
            bounds["after"] = rows[-1]["task_id"]

    async def _rows(self, query: str, values: Cells) -> list[sqlite3.Row]:
        return await self._database.read(
            lambda connection: connection.execute(query, values).fetchall()
        )

    async def _change(self, statement: str, values: Cells) -> bool:
        changed = await self._database.write(
            lambda connection: connection.execute(statement, values).rowcount
        )
        return changed == 1


def _between(beginning: str) -> Cells:
    """The bounds of all ids that begin so: "0" is what follows the slash."""
    return {"after": f"{beginning}/", "before": f"{beginning}0"}


def _standing(row: sqlite3.Row) -> TaskStanding:
    """The task as it can be shown, whatever stands in the row."""
    return TaskStanding(
        task_id=row["task_id"],
        kind=row["kind"],
        order_id=row["order_id"],
        payment=f"{row['gateway']}/{row['payment_id']}",
        state=TaskState(row["state"]),
        attempts=row["attempts"],
        ready_at=_shown(row["ready_at"]),
        reason=row["park_reason"],
        set_aside_at=None if row["set_aside_at"] is None else _shown(row["set_aside_at"]),
        drop_note=row["drop_note"],
    )


def _shown(value: int) -> datetime:
    """The moment, or the beginning of time for one that no calendar has."""
    try:
        return moment(value)
    except UNREADABLE:
        return moment(0)
