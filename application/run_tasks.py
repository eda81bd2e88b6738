"""Run the tasks that are due: claim, act, and complete, retry or park each."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from application.retry_schedule import MAX_ATTEMPTS, next_due
from domain.errors import DomainError
from domain.tasks import Task, TaskKind
from ports.clock import Clock
from ports.errors import Permanent, PortError, RepositoryUnavailable
from ports.task_queue import ClaimedTask, TaskQueue

LEASE = timedelta(seconds=60)
# Well under the lease: a task still running when its lease ends could be run twice.
TASK_TIMEOUT_S = 30.0
CLAIM_LIMIT = 20

_log = logging.getLogger("payproof.worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The task is finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLater:
    """Not finished; try again, up to so many times, then park with that word."""

    why: str
    max_attempts: int = MAX_ATTEMPTS


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """No further try can help: park it for a person."""

    why: str


TaskResult = Done | TryLater | GiveUp


class TaskHandler(Protocol):
    """What one kind of task does. Raises port errors; they become retries or parking."""

    async def __call__(self, task: Task, attempts: int, /) -> TaskResult: ...


class RunTasks:
    """A worker. Any number may share one queue."""

    def __init__(
        self, tasks: TaskQueue, handlers: Mapping[TaskKind, TaskHandler], clock: Clock
    ) -> None:
        self._tasks = tasks
        self._handlers = handlers
        self._clock = clock
        self._last_round_s: float | None = None

    def seconds_since_round(self) -> float | None:
        """How long ago this worker last looked for tasks with success; None if it never did."""
        if self._last_round_s is None:
            return None
        return self._clock.monotonic_s() - self._last_round_s

    async def run_due(self) -> int:
        """Runs what is due now, at most `CLAIM_LIMIT` tasks side by side; how many it claimed."""
        now = self._clock.now()
        claimed = await self._tasks.claim(now, now + LEASE, CLAIM_LIMIT)
        await asyncio.gather(*(self._run(one) for one in claimed))
        self._last_round_s = self._clock.monotonic_s()
        return len(claimed)

    async def run_until(self, stop: asyncio.Event, *, poll_every_s: float = 0.5) -> None:
        """Runs due tasks until told to stop; an outage of the store only makes it wait."""
        while not stop.is_set():
            try:
                found = await self.run_due()
            except PortError as error:
                _log.warning("tasks cannot be claimed: %s", error.code)
                found = 0
            except Exception as error:  # noqa: BLE001 - all tasks would end with the worker
                _log.error("tasks cannot be run: %s", type(error).__name__)
                found = 0
            if found < CLAIM_LIMIT:
                await _wait(stop, poll_every_s)

    async def _run(self, claimed: ClaimedTask) -> None:
        result = await self._attempt(claimed)
        try:
            await self._conclude(claimed, result)
        except RepositoryUnavailable as error:
            # The lease runs out and the task is lent again; its id keeps it from doubling.
            _log.warning("%s not concluded: %s", claimed.task.task_id, error.code)

    async def _attempt(self, claimed: ClaimedTask) -> TaskResult:
        try:
            handler = self._handlers[claimed.task.kind]
            async with asyncio.timeout(TASK_TIMEOUT_S):
                return await handler(claimed.task, claimed.attempts)
        except TimeoutError:
            return TryLater(why="timeout")
        except Permanent as error:
            return GiveUp(why=error.code)
        except PortError as error:
            return TryLater(why=error.code)
        except DomainError:
            return GiveUp(why="invalidValue")
        except Exception as error:  # noqa: BLE001 - one bad task must not stop all the others
            _log.error("%s failed: %s", claimed.task.task_id, type(error).__name__)
            return TryLater(why="unexpected")

    async def _conclude(self, claimed: ClaimedTask, result: TaskResult) -> None:
        match result:
            case Done():
                await self._tasks.complete(claimed)
            case TryLater(max_attempts=max_attempts) if claimed.attempts < max_attempts:
                due_at = next_due(claimed.task.task_id, claimed.attempts, self._clock.now())
                await self._tasks.retry(claimed, due_at)
            case _:
                _log.error("%s parked: %s", claimed.task.task_id, result.why)
                await self._tasks.park(claimed, result.why)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
