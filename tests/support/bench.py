"""A worker in memory whose tasks do what a test says."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from adapters.memory.clock import ManualClock
from adapters.memory.store import MemoryStore
from adapters.memory.task_queue import MemoryTaskQueue
from application.run_tasks import Done, RunTasks, TaskResult
from domain.tasks import Task, TaskKind
from ports.errors import RepositoryUnavailable
from tests.support.factories import NOON, a_key, a_task

Act = Callable[[Task, int], Awaitable[TaskResult]]
AWAY = RepositoryUnavailable("no-answer")


class Bench:
    """A worker whose tasks do what `act` says."""

    def __init__(self, act: Act | None = None) -> None:
        self.clock = ManualClock(NOON)
        self.store = MemoryStore()
        self.queue = MemoryTaskQueue(self.store)
        self.ran: list[tuple[str, int]] = []
        self.act = act or done
        self.worker = self.another_worker()

    def another_worker(self) -> RunTasks:
        kinds = (TaskKind.RECHECK, TaskKind.TELL_SHOP)
        return RunTasks(self.queue, dict.fromkeys(kinds, self._note), self.clock)

    async def _note(self, task: Task, attempts: int, /) -> TaskResult:
        self.ran.append((task.task_id, attempts))
        return await self.act(task, attempts)

    async def put(
        self, number: int = 1, due_at: datetime = NOON, kind: TaskKind = TaskKind.RECHECK
    ) -> Task:
        task = a_task(key=a_key(f"imp_{number}"), due_at=due_at, kind=kind)
        await self.queue.put(task)
        return task

    def state(self, task: Task) -> str:
        return self.store.tasks[task.task_id].state


async def done(_task: Task, _attempts: int) -> TaskResult:
    return Done()


def gives(result: TaskResult) -> Act:
    async def act(_task: Task, _attempts: int) -> TaskResult:
        return result

    return act


def raises(error: BaseException) -> Act:
    async def act(_task: Task, _attempts: int) -> TaskResult:
        raise error

    return act
