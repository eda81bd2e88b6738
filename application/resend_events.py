"""Resend events: let the shop hear news of an order once more, under the id it had before."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from application.tell_shop import event_id
from domain.errors import InvalidValue
from domain.events import Event
from domain.tasks import Task, TaskKind
from ports.clock import Clock
from ports.task_desk import TaskDesk, TaskStanding
from ports.task_queue import TaskQueue

# An order has a few; a person can look at no more.
_MAX_TOLD = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Resent:
    """An event that a worker will deliver again, after those before it in its order."""

    event_id: str
    type: str
    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """An event of an order, and where its delivery stands."""

    event_id: str
    type: str
    standing: TaskStanding


class ResendEvents:
    """Puts the tasks that deliver events back into the queue; what waits already stays as it is."""

    def __init__(self, desk: TaskDesk, tasks: TaskQueue, clock: Clock) -> None:
        self._desk = desk
        self._tasks = tasks
        self._clock = clock

    async def of_order(self, order_id: str) -> Sequence[Resent]:
        """All events of an order, oldest first."""
        told = await self._desk.of_order(TaskKind.TELL_SHOP, order_id)
        return [await self._resend(task) for task in told]

    async def one(self, wanted_id: str) -> Resent | None:
        """The event of that id. It names no order, so every event is looked at."""
        async for task in self._desk.every(TaskKind.TELL_SHOP):
            if event_id(task) == wanted_id:
                return await self._resend(task)
        return None

    async def one_of_order(self, order_id: str, wanted_id: str) -> Resent | None:
        """The event of that id, if it is that order's."""
        for task in await self._desk.of_order(TaskKind.TELL_SHOP, order_id):
            if event_id(task) == wanted_id:
                return await self._resend(task)
        return None

    async def told(self, order_id: str) -> Sequence[ToldEvent]:
        """The latest events of an order, and whether the shop has them; oldest first.

        One that this version cannot read is left out.
        """
        tasks = await self._desk.of_order(TaskKind.TELL_SHOP, order_id)
        found = []
        for task in tasks[-_MAX_TOLD:]:
            standing = await self._desk.find(task.task_id)
            with suppress(InvalidValue):
                told = Event.parse(task.detail)
                if standing is not None:
                    found.append(
                        ToldEvent(event_id=event_id(task), type=told.type, standing=standing)
                    )
        return found

    async def _resend(self, task: Task) -> Resent:
        event = Event.parse(task.detail)
        await self._tasks.put(replace(task, due_at=self._clock.now()))
        return Resent(event_id=event_id(task), type=event.type, order_id=task.order_id)
