"""Tasks in memory."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.memory.store import (
    DONE,
    LEASED,
    PARKED,
    TASK_STATES,
    WAITING,
    MemoryStore,
)
from domain.tasks import Task, TaskKind
from ports.stored_task import StoredTask
from ports.task_queue import ClaimedTask


class MemoryTaskQueue:
    """A `TaskQueue` as long as the process lives."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._faults = store.faults

    async def put(self, task: Task, /) -> None:
        with self._faults.around("put"):
            stored = self._store.tasks.get(task.task_id)
            if stored is None or stored.state != WAITING:
                self._store.tasks[task.task_id] = StoredTask.waiting(task)

    async def claim(
        self, kind: TaskKind, now: datetime, lease_until: datetime, limit: int, /
    ) -> Sequence[ClaimedTask]:
        with self._faults.around("claim"):
            due = [
                record
                for record in self._store.tasks.values()
                if record.task.kind is kind
                and record.state in (WAITING, LEASED)
                and record.ready_at <= now
                and not self._waits_for_another(record.task)
            ]
            due.sort(key=lambda record: record.rank)
            return [self._lend(record, lease_until) for record in due[:limit]]

    async def complete(self, claimed: ClaimedTask, /) -> bool:
        with self._faults.around("complete"):
            return self._end_lease(claimed, state=DONE, reason=None)

    async def retry(self, claimed: ClaimedTask, due_at: datetime, reason: str, /) -> bool:
        with self._faults.around("retry"):
            return self._end_lease(claimed, state=WAITING, ready_at=due_at, reason=reason)

    async def park(self, claimed: ClaimedTask, reason: str, now: datetime, /) -> bool:
        with self._faults.around("park"):
            return self._end_lease(claimed, state=PARKED, reason=reason, set_aside_at=now)

    async def count(self) -> dict[str, int]:
        with self._faults.around("count"):
            counted = Counter(record.state for record in self._store.tasks.values())
            return {state: counted[state] for state in TASK_STATES}

    def _waits_for_another(self, task: Task) -> bool:
        """Whether an earlier task of its lane is not ended yet."""
        return task.lane != "" and any(
            (other.task.order_id, other.task.lane) == (task.order_id, task.lane)
            and other.task.position < task.position
            and other.state in (WAITING, LEASED)
            for other in self._store.tasks.values()
        )

    def _lend(self, record: StoredTask, lease_until: datetime) -> ClaimedTask:
        self._store.leases_given += 1
        lease = f"lease-{self._store.leases_given}"
        lent = replace(
            record, state=LEASED, lease=lease, ready_at=lease_until, attempts=record.attempts + 1
        )
        self._store.tasks[record.task.task_id] = lent
        return ClaimedTask(task=record.task, lease=lease, attempts=lent.attempts)

    def _end_lease(self, claimed: ClaimedTask, **changes: Any) -> bool:
        """Whether the lease was still held; then the task is changed."""
        task_id = claimed.task.task_id
        record = self._store.tasks.get(task_id)
        if record is None or record.lease != claimed.lease:
            return False
        self._store.tasks[task_id] = replace(record, lease=None, **changes)
        return True
