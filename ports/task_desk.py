"""What an operator sees of the tasks, and what may be done about one that is parked."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.tasks import Task, TaskKind


class TaskState(StrEnum):
    """Where a task stands."""

    WAITING = "waiting"
    LEASED = "leased"
    PARKED = "parked"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStanding:
    """A task as it is stored: words to be shown, even where no worker could read them.

    `ready_at` is when it is due, or its lease runs out, or ran out when it was set aside.
    `reason` says why it was parked, or why its last try did not end it; `drop_note` who dropped it
    and why.
    """

    task_id: str
    kind: str
    order_id: str
    payment: str
    state: TaskState
    attempts: int
    ready_at: datetime
    reason: str | None = None
    set_aside_at: datetime | None = None
    drop_note: str | None = None

    @property
    def rank(self) -> tuple[str, datetime, str]:
        """Where it comes in a list: kind by kind, the longest due first."""
        return (self.kind, self.ready_at, self.task_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """How much is to be done: `tasks` counts by kind and state, but for those that are done.

    `due_since` is when the longest due of each kind that waits, or whose lease ran out, became
    due; a kind of which none is due is not in it.
    """

    tasks: Mapping[tuple[str, TaskState], int]
    due_since: Mapping[str, datetime]


class TaskDesk(Protocol):
    """Shows tasks, and lets go of parked ones. Every method may raise `RepositoryUnavailable`."""

    @abstractmethod
    async def depth(self, now: datetime, /) -> QueueDepth:
        """What is to be done; costs nothing for what is done."""

    @abstractmethod
    async def count(self, state: TaskState, at_most: int, /) -> int:
        """How many tasks are in that state, counted no further than `at_most`.

        Not for those that are done. Costs no more for what is past the bound.
        """

    @abstractmethod
    async def page(
        self, state: TaskState, after: TaskStanding | None, limit: int, /
    ) -> Sequence[TaskStanding]:
        """Up to `limit` tasks in that state, by rank, from the one that follows `after`.

        Not for those that are done: `find` and `of_order` know them.
        """

    @abstractmethod
    async def find(self, task_id: str, /) -> TaskStanding | None:
        """The task of that id, whatever its state."""

    @abstractmethod
    async def retry(self, task_id: str, now: datetime, /) -> bool:
        """Lets a parked task wait again: due at once, from zero attempts. False if not parked."""

    @abstractmethod
    async def drop(self, task_id: str, note: str, now: datetime, /) -> bool:
        """Ends a parked task undone: never lent again, and remembered. False if not parked."""

    @abstractmethod
    async def of_order(self, kind: TaskKind, order_id: str, /) -> Sequence[Task]:
        """All tasks of that kind and order, in any state, by position."""

    @abstractmethod
    def every(self, kind: TaskKind, /) -> AsyncIterator[Task]:
        """All tasks of that kind, in any state and in no order. What cannot be read is left out."""
