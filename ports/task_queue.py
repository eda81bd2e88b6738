"""Tasks that wait for a worker. Those of a verdict are born in `OrderRepository.save`."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.tasks import Task, TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedTask:
    """A task lent to one worker. `lease` proves it; `attempts` counts the claims, this one too."""

    task: Task
    lease: str
    attempts: int


class TaskQueue(Protocol):
    """Lends each due task to one worker at a time.

    A task is waiting, leased, done or parked. Every method may raise `RepositoryUnavailable`.
    The three that end a lease do nothing, and return False, when the lease is no longer held. It
    is held until the task is lent or put again, even past its time: work that was done is done.
    """

    @abstractmethod
    async def put(self, task: Task, /) -> None:
        """Stores a task outside any verdict; durable on return.

        If its id exists: one that waits stays as it is. One that is leased, done or parked waits
        again, from zero attempts; a lease on it is void, since whoever holds it may have looked
        before this call's reason to look. The order need not exist.
        """

    @abstractmethod
    async def claim(
        self, kind: TaskKind, now: datetime, lease_until: datetime, limit: int, /
    ) -> Sequence[ClaimedTask]:
        """Leases up to `limit` tasks of that kind that are due at `now`, longest due first.

        Due are waiting tasks whose `due_at` is reached, and leased ones whose lease has run out.
        No other claim gets them before `lease_until`.

        A task in a lane is not due while one of its order and lane, with a lower position, waits
        or is leased. However many tasks of other kinds are due, this costs no more for it. One
        that cannot be read is parked; one of a kind that this version does not know is left to
        a version that does.
        """

    @abstractmethod
    async def complete(self, claimed: ClaimedTask, /) -> bool:
        """Marks the task done: it is never lent again, and its id is remembered."""

    @abstractmethod
    async def retry(self, claimed: ClaimedTask, due_at: datetime, reason: str, /) -> bool:
        """Gives the task back, to be lent again from `due_at` on.

        `reason` is a short, loggable word, kept until the lease that follows has ended.
        """

    @abstractmethod
    async def park(self, claimed: ClaimedTask, reason: str, now: datetime, /) -> bool:
        """Sets the task aside for a person to look at; `reason` is such a word, and is kept."""

    @abstractmethod
    async def count(self) -> dict[str, int]:
        """How many tasks are in each state: `waiting`, `leased`, `done`, `parked`."""
