"""A task and where it stands, as a store keeps it."""

from dataclasses import dataclass
from datetime import datetime

from domain.tasks import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTask:
    """`state` is a word of the queue; `ready_at` is when it is due, or when its lease runs out.

    `reason` says why it was parked, or why its last try did not end it.
    """

    task: Task
    state: str
    ready_at: datetime
    attempts: int = 0
    lease: str | None = None
    reason: str | None = None
    set_aside_at: datetime | None = None
    drop_note: str | None = None

    @classmethod
    def waiting(cls, task: Task) -> "StoredTask":
        return cls(task=task, state="waiting", ready_at=task.due_at)

    @property
    def rank(self) -> tuple[datetime, str]:
        """Longest due first; the id decides between equals."""
        return (self.ready_at, self.task.task_id)
