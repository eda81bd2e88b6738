"""Mistakes of a worker: what comes first, what a failure means, when it tries again."""

from datetime import datetime, timedelta

from application import run_tasks
from application.run_tasks import Done, GiveUp, RunTasks, TaskResult, TryLater
from ports.errors import PortError, RepositoryUnavailable
from ports.task_queue import ClaimedTask
from tests.simulation.planted_bugs.planting import Patches, planted, replacing

_attempt = RunTasks._attempt
_conclude = RunTasks._conclude


@planted("a task is completed before it is done")
def completes_first() -> Patches:
    async def run(self: RunTasks, claimed: ClaimedTask) -> None:
        try:
            await self._tasks.complete(claimed)
        except RepositoryUnavailable:
            return
        await self._attempt(claimed)

    return [replacing(RunTasks, "_run", run)]


@planted("a lost acknowledgement counts as refused")
def lost_is_refused() -> Patches:
    async def attempt(self: RunTasks, claimed: ClaimedTask) -> TaskResult:
        result = await _attempt(self, claimed)
        return GiveUp(why=result.why) if isinstance(result, TryLater) else result

    return [replacing(RunTasks, "_attempt", attempt)]


@planted("a lost acknowledgement counts as taken")
def lost_is_taken() -> Patches:
    async def attempt(self: RunTasks, claimed: ClaimedTask) -> TaskResult:
        try:
            handler = self._handlers[claimed.task.kind]
            return await handler(claimed.task, claimed.attempts)
        except PortError:
            return Done()

    return [replacing(RunTasks, "_attempt", attempt)]


@planted("a task that fails is tried again at once")
def no_delay() -> Patches:
    def next_due(_task_id: str, _attempts: int, now: datetime) -> datetime:
        return now

    return [replacing(run_tasks, "next_due", next_due)]


@planted("a task that fails is dropped")
def drops() -> Patches:
    async def conclude(self: RunTasks, claimed: ClaimedTask, result: TaskResult) -> None:
        await _conclude(self, claimed, Done() if isinstance(result, GiveUp) else result)

    return [replacing(RunTasks, "_conclude", conclude)]


@planted("one failure ends the whole round")
def one_fails_all() -> Patches:
    async def run_due(self: RunTasks) -> int:
        now = self._clock.now()
        claimed: list[ClaimedTask] = []
        for kind in self._handlers:
            claimed += await self._tasks.claim(kind, now, now + timedelta(days=365), 20)
        for one in claimed:
            result = await self._attempt(one)
            if not isinstance(result, Done):
                break
            await self._conclude(one, result)
        return len(claimed)

    return [replacing(RunTasks, "run_due", run_due)]
