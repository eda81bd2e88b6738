"""Mistakes in a store: what it compares, binds, lends and forgets."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.memory.order_repository import MemoryOrderRepository
from adapters.memory.store import LEASED, WAITING
from adapters.memory.task_queue import MemoryTaskQueue
from domain.order import Order
from domain.tasks import Task, TaskKind
from ports.stored_task import StoredTask
from ports.task_queue import ClaimedTask
from tests.simulation.planted_bugs.planting import Patches, planted, replacing


@planted("check, then set: the version is not compared in the write")
def check_then_set() -> Patches:
    async def save(self: MemoryOrderRepository, order: Order, tasks: Sequence[Task]) -> None:
        self._write(order)
        for task in tasks:
            self._store.tasks.setdefault(task.task_id, StoredTask.waiting(task))

    return [replacing(MemoryOrderRepository, "save", save)]


@planted("a payment may be bound to two orders")
def binds_twice() -> Patches:
    def write(self: MemoryOrderRepository, order: Order) -> None:
        self._store.orders[order.order_id] = order
        for payment in order.payments:
            self._store.bindings.setdefault(payment.key, order.order_id)

    return [replacing(MemoryOrderRepository, "_write", write)]


@planted("the same order registered again replaces the first")
def add_replaces() -> Patches:
    async def add(self: MemoryOrderRepository, order: Order, _tasks: Sequence[Task]) -> bool:
        self._write(order)
        return True

    return [replacing(MemoryOrderRepository, "add", add)]


@planted("a lease keeps nobody out")
def lease_ignored() -> Patches:
    async def claim(
        self: MemoryTaskQueue, kind: TaskKind, now: datetime, lease_until: datetime, limit: int
    ) -> list[ClaimedTask]:
        due = [
            record
            for record in self._store.tasks.values()
            if record.task.kind is kind
            and (record.state == LEASED or (record.state == WAITING and record.ready_at <= now))
        ]
        return [
            self._lend(record, lease_until)
            for record in due[:limit]
            if not self._waits_for_another(record.task)
        ]

    return [replacing(MemoryTaskQueue, "claim", claim)]


@planted("whoever holds an old lease may end the task")
def old_lease_ends() -> Patches:
    def end_lease(self: MemoryTaskQueue, claimed: ClaimedTask, **changes: Any) -> bool:
        task_id = claimed.task.task_id
        self._store.tasks[task_id] = replace(self._store.tasks[task_id], lease=None, **changes)
        return True

    return [replacing(MemoryTaskQueue, "_end_lease", end_lease)]


def _putting(*replaced: str) -> Patches:
    async def put(self: MemoryTaskQueue, task: Task) -> None:
        stored = self._store.tasks.get(task.task_id)
        if stored is None or stored.state in replaced:
            self._store.tasks[task.task_id] = StoredTask.waiting(task)

    return [replacing(MemoryTaskQueue, "put", put)]


@planted("a look that was done is never done again")
def put_once() -> Patches:
    return _putting("parked")


@planted("a look asked for while one runs is lost")
def put_during_lease() -> Patches:
    return _putting("parked", "done")


@planted("tasks of one lane are lent side by side")
def lanes_ignored() -> Patches:
    return [replacing(MemoryTaskQueue, "_waits_for_another", lambda _self, _task: False)]


@planted("a lease never runs out")
def lease_for_ever() -> Patches:
    def lend(self: MemoryTaskQueue, record: StoredTask, _lease_until: datetime) -> ClaimedTask:
        never = record.ready_at.replace(year=9000)
        lent = replace(
            record, state=LEASED, lease="lease", ready_at=never, attempts=record.attempts + 1
        )
        self._store.tasks[record.task.task_id] = lent
        return ClaimedTask(task=record.task, lease="lease", attempts=lent.attempts)

    return [replacing(MemoryTaskQueue, "_lend", lend)]
