"""Review tasks: see what is to be done and what was given up, and decide about the latter."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from ports.clock import Clock
from ports.task_desk import TaskDesk, TaskStanding, TaskState

_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSize:
    """`tasks` counts by kind and state; `age_s` is how long the longest due of a kind is due."""

    tasks: dict[tuple[str, TaskState], int]
    age_s: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """It was parked, and is no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotParked:
    """Nothing was changed: it stands so, or there is no such task."""

    standing: TaskStanding | None


class ReviewTasks:
    """What an operator and a machine that watches may ask of the tasks."""

    def __init__(self, desk: TaskDesk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock

    async def size(self) -> QueueSize:
        now = self._clock.now()
        depth = await self._desk.depth(now)
        age_s = {
            kind: max((now - since).total_seconds(), 0.0) for kind, since in depth.due_since.items()
        }
        return QueueSize(tasks=dict(depth.tasks), age_s=age_s)

    async def every(self, state: TaskState) -> AsyncIterator[TaskStanding]:
        """All tasks in that state, kind by kind, the longest due first."""
        last: TaskStanding | None = None
        while page := await self._desk.page(state, last, _PAGE):
            for standing in page:
                yield standing
            last = page[-1]

    async def retry(self, task_id: str) -> Decided | NotParked:
        """Lets a parked task be tried again at once, as often as a new one."""
        was_parked = await self._desk.retry(task_id, self._clock.now())
        return Decided() if was_parked else await self._not_parked(task_id)

    async def drop(self, task_id: str, note: str) -> Decided | NotParked:
        """Ends a parked task undone; `note` says who wanted it and why."""
        was_parked = await self._desk.drop(task_id, note, self._clock.now())
        return Decided() if was_parked else await self._not_parked(task_id)

    async def _not_parked(self, task_id: str) -> NotParked:
        return NotParked(standing=await self._desk.find(task_id))
