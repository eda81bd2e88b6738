"""Tasks in SQLite."""

import secrets
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from adapters.sqlite import statements as sql
from adapters.sqlite.cells import Cells, microseconds
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.rows import task_cells, task_from
from domain.tasks import Task, TaskKind
from ports.errors import RecordCorrupt
from ports.task_queue import ClaimedTask

_STATES = ("waiting", "leased", "done", "parked")
_LEASE_BYTES = 16


class SqliteTaskQueue:
    """A `TaskQueue` on SQLite. A lease is held until the task is lent again, or ended."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def put(self, task: Task, /) -> None:
        cells = task_cells(task)
        await self._database.write(lambda connection: connection.execute(sql.PUT_TASK, cells))

    async def claim(
        self, kind: TaskKind, now: datetime, lease_until: datetime, limit: int, /
    ) -> Sequence[ClaimedTask]:
        return await self._database.write(
            lambda connection: _claim(connection, kind, now, lease_until, limit)
        )

    async def complete(self, claimed: ClaimedTask, /) -> bool:
        return await self._end_lease(claimed, sql.COMPLETE_TASK, {})

    async def retry(self, claimed: ClaimedTask, due_at: datetime, reason: str, /) -> bool:
        marks: Cells = {"reason": reason, "ready_at": microseconds(due_at)}
        return await self._end_lease(claimed, sql.RETRY_TASK, marks)

    async def park(self, claimed: ClaimedTask, reason: str, now: datetime, /) -> bool:
        marks: Cells = {"reason": reason, "set_aside_at": microseconds(now)}
        return await self._end_lease(claimed, sql.PARK_TASK, marks)

    async def count(self) -> dict[str, int]:
        rows = await self._database.read(
            lambda connection: connection.execute(sql.COUNT_TASKS).fetchall()
        )
        counted = {row["state"]: row["tasks"] for row in rows}
        return {state: counted.get(state, 0) for state in _STATES}

    async def _end_lease(self, claimed: ClaimedTask, statement: str, values: Cells) -> bool:
        held = {"task_id": claimed.task.task_id, "lease": claimed.lease, **values}
        changed = await self._database.write(
            lambda connection: connection.execute(statement, held).rowcount
        )
        return changed == 1


def add_tasks(connection: sqlite3.Connection, tasks: Sequence[Task]) -> None:
    """Adds the tasks that are new, inside the caller's transaction."""
    for task in tasks:
        connection.execute(sql.ADD_TASK, task_cells(task))


def _claim(
    connection: sqlite3.Connection,
    kind: TaskKind,
    now: datetime,
    lease_until: datetime,
    limit: int,
) -> list[ClaimedTask]:
    lease = secrets.token_hex(_LEASE_BYTES)
    ready_at = microseconds(lease_until)
    wanted = {"kind": kind.value, "now": microseconds(now), "limit": limit}
    due = connection.execute(sql.FIND_DUE_TASKS, wanted)
    claimed = []
    for row in due.fetchall():
        held = {"task_id": row["task_id"], "lease": lease}
        connection.execute(sql.LEND_TASK, {**held, "ready_at": ready_at})
        try:
            task = task_from(row)
        except RecordCorrupt as error:
            # Shown to a person; it must not stand in the way of all that are due after it.
            marks = {"reason": error.code, "set_aside_at": microseconds(now)}
            connection.execute(sql.PARK_TASK, {**held, **marks})
        else:
            claimed.append(ClaimedTask(task=task, lease=lease, attempts=row["attempts"] + 1))
    return claimed
