"""An operator's view of the tasks in memory."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.memory.store import DONE, LEASED, PARKED, WAITING, MemoryStore
from domain.tasks import Task, TaskKind
from ports.stored_task import StoredTask
from ports.task_desk import QueueDepth, TaskStanding, TaskState


class MemoryTaskDesk:
    """A `TaskDesk` on the store that the queue in memory fills."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._faults = store.faults

    async def depth(self, now: datetime, /) -> QueueDepth:
        with self._faults.around("depth"):
            open_ = [each for each in self._store.tasks.values() if each.state != DONE]
            due_since: dict[str, datetime] = {}
            for each in open_:
                if each.state in (WAITING, LEASED) and each.ready_at <= now:
                    kind = each.task.kind.value
                    due_since[kind] = min(each.ready_at, due_since.get(kind, each.ready_at))
            counted = Counter((each.task.kind.value, TaskState(each.state)) for each in open_)
            return QueueDepth(tasks=dict(counted), due_since=due_since)

    async def count(self, state: TaskState, at_most: int, /) -> int:
        with self._faults.around("count_tasks"):
            found = sum(each.state == state.value for each in self._store.tasks.values())
            return min(found, at_most)

    async def page(
        self, state: TaskState, after: TaskStanding | None, limit: int, /
    ) -> Sequence[TaskStanding]:
        with self._faults.around("page"):
            found = [
                _standing(each) for each in self._store.tasks.values() if each.state == state.value
            ]
            found.sort(key=lambda standing: standing.rank)
            return [each for each in found if after is None or each.rank > after.rank][:limit]

    async def find(self, task_id: str, /) -> TaskStanding | None:
        with self._faults.around("find_task"):
            record = self._store.tasks.get(task_id)
            return None if record is None else _standing(record)

    async def retry(self, task_id: str, now: datetime, /) -> bool:
        with self._faults.around("retry_parked"):
            record = self._parked(task_id)
            if record is None:
                return False
            self._store.tasks[task_id] = replace(StoredTask.waiting(record.task), ready_at=now)
            return True

    async def drop(self, task_id: str, note: str, now: datetime, /) -> bool:
        with self._faults.around("drop_parked"):
            record = self._parked(task_id)
            if record is None:
                return False
            dropped = replace(record, state=DONE, set_aside_at=now, drop_note=note)
            self._store.tasks[task_id] = dropped
            return True

    async def of_order(self, kind: TaskKind, order_id: str, /) -> Sequence[Task]:
        with self._faults.around("of_order"):
            found = [
                each.task
                for each in self._store.tasks.values()
                if (each.task.kind, each.task.order_id) == (kind, order_id)
            ]
            return sorted(found, key=lambda task: (task.position, task.task_id))

    async def every(self, kind: TaskKind, /) -> AsyncIterator[Task]:
        with self._faults.around("every"):
            found = [each.task for each in self._store.tasks.values() if each.task.kind is kind]
        for task in found:
            yield task

    def _parked(self, task_id: str) -> StoredTask | None:
        record = self._store.tasks.get(task_id)
        return record if record is not None and record.state == PARKED else None


def _standing(record: StoredTask) -> TaskStanding:
    return TaskStanding(
        task_id=record.task.task_id,
        kind=record.task.kind.value,
        order_id=record.task.order_id,
        payment=str(record.task.key),
        state=TaskState(record.state),
        attempts=record.attempts,
        ready_at=record.ready_at,
        reason=record.reason,
        set_aside_at=record.set_aside_at,
        drop_note=record.drop_note,
    )
