"""Run the tasks that are due: claim, act, and complete, retry or park each."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from application.retry_schedule import MAX_ATTEMPTS, next_due
from domain.errors import DomainError
from domain.tasks import Task, TaskKind
from ports.clock import Clock
from ports.errors import Permanent, PortError
from ports.task_queue import ClaimedTask, TaskQueue

LEASE = timedelta(seconds=60)
# Well under the lease: a task still running when its lease ends could be run twice.
TASK_TIMEOUT_S = 30.0
# Of each kind so many run side by side. What is told to a shop costs us least and hangs longest.
SLOTS = 20
SLOTS_FOR_SHOP = 64
# Tasks that end within this time of one another are followed by one claim, and not by many.
_GATHER_S = 0.01

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
    """A worker. Any number may share one queue.

    Theory of operation. Each kind of task has slots of its own, filled anew as they become free.
    So whatever is slow, a shop that hangs or a gateway that is away, it takes up the slots of its
    own kind, and no task of another kind, nor a round of anything, waits for it.
    """

    def __init__(
        self, tasks: TaskQueue, handlers: Mapping[TaskKind, TaskHandler], clock: Clock
    ) -> None:
        self._tasks = tasks
        self._handlers = handlers
        self._clock = clock
        self._looked_s: dict[TaskKind, float] = {}

    def seconds_since_round(self) -> float | None:
        """How long ago this worker last looked with success for each kind; None if it never did."""
        if len(self._looked_s) < len(self._handlers):
            return None
        return self._clock.monotonic_s() - min(self._looked_s.values())

    async def run_due(self) -> int:
        """Runs what is due now, up to the slots of each kind; how many it claimed, once all end."""
        claimed: list[ClaimedTask] = []
        outage: PortError | None = None
        for kind in self._handlers:
            try:
                claimed += await self._claim(kind, _slots(kind))
            except PortError as error:
                outage = error
        if len(claimed) == 1:  # most often; a task of its own would take longer than much of ours
            await self._run(claimed[0])
        else:
            await asyncio.gather(*(self._run(one) for one in claimed))
        if outage is not None:
            raise outage
        return len(claimed)

    async def run_until(self, stop: asyncio.Event, *, poll_every_s: float = 0.5) -> None:
        """Runs due tasks until told to stop, and then to their end those that run.

        An outage of the store only makes it wait.
        """
        if stop.is_set():
            return
        wakes = {kind: asyncio.Event() for kind in self._handlers}
        told = asyncio.create_task(_tell(stop, wakes.values()))
        try:
            await asyncio.gather(
                *(self._keep_filled(kind, wakes[kind], stop, poll_every_s) for kind in wakes)
            )
        finally:
            told.cancel()

    async def _keep_filled(
        self, kind: TaskKind, wake: asyncio.Event, stop: asyncio.Event, poll_every_s: float
    ) -> None:
        """Keeps the slots of one kind filled; `wake` is set when one is free, or told to stop."""
        running: set[asyncio.Task[None]] = set()

        def free(ended: asyncio.Task[None]) -> None:
            running.discard(ended)
            wake.set()

        try:
            while not stop.is_set():
                # Before the look, so that a slot freed meanwhile causes another.
                wake.clear()
                for claimed in await self._look(kind, _slots(kind) - len(running)):
                    task = asyncio.create_task(self._run(claimed))
                    running.add(task)
                    task.add_done_callback(free)
                if await _woken(wake, poll_every_s) and not stop.is_set():
                    await asyncio.sleep(_GATHER_S)
            if running:
                await asyncio.wait(running)
        finally:
            # Nothing runs here any more, unless this worker was cancelled.
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _look(self, kind: TaskKind, free: int) -> Sequence[ClaimedTask]:
        """What is due and has a slot; nothing, while the store is away."""
        try:
            return await self._claim(kind, free)
        except PortError as error:
            _log.warning("tasks cannot be claimed: %s", error.code)
        except Exception as error:  # noqa: BLE001 - all tasks would end with the worker
            _log.error("tasks cannot be claimed: %s", type(error).__name__)
        return ()

    async def _claim(self, kind: TaskKind, limit: int) -> Sequence[ClaimedTask]:
        claimed: Sequence[ClaimedTask] = ()
        if limit > 0:
            now = self._clock.now()
            claimed = await self._tasks.claim(kind, now, now + LEASE, limit)
        self._looked_s[kind] = self._clock.monotonic_s()
        return claimed

    async def _run(self, claimed: ClaimedTask) -> None:
        result = await self._attempt(claimed)
        try:
            await self._conclude(claimed, result)
        except PortError as error:
            # The lease runs out and the task is lent again; its id keeps it from doubling.
            _log.warning("%s not concluded: %s", claimed.task.task_id, error.code)
        except Exception as error:  # noqa: BLE001 - one bad task must not stop all the others
            _log.error("%s not concluded: %s", claimed.task.task_id, type(error).__name__)

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
        task_id = claimed.task.task_id
        match result:
            case Done():
                was_ours = await self._tasks.complete(claimed)
            case TryLater(why=why, max_attempts=max_attempts) if claimed.attempts < max_attempts:
                _log.info("%s will be tried again: %s", task_id, why)
                due_at = next_due(task_id, claimed.attempts, self._clock.now())
                was_ours = await self._tasks.retry(claimed, due_at, why)
            case _:
                _log.error("%s parked: %s", task_id, result.why)
                was_ours = await self._tasks.park(claimed, result.why, self._clock.now())
        if not was_ours:
            # Its lease ran out, or it was asked for anew: whoever has it now does it once more.
            _log.warning("%s was lent again before it ended", task_id)


def _slots(kind: TaskKind) -> int:
    return SLOTS_FOR_SHOP if kind is TaskKind.TELL_SHOP else SLOTS


async def _tell(stop: asyncio.Event, wakes: Iterable[asyncio.Event]) -> None:
    await stop.wait()
    for wake in wakes:
        wake.set()


async def _woken(wake: asyncio.Event, within_s: float) -> bool:
    """Whether it was woken within that time."""
    try:
        async with asyncio.timeout(within_s):
            await wake.wait()
    except TimeoutError:
        return False
    return True
