"""The tasks within one order's document, and what may become of them. Pure.

Theory of operation. A worker reads an order's tasks, changes the list here, and writes the whole
list back if its revision is still the one read; a save only ever appends, and raises the revision
too. `next_due` beside the list says for each kind when its first task is due, or its first lease
runs out; an index for each kind finds the work. Each change leaves its stamp on the task, so that
a worker who lost the reply sees that the change was made.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from adapters.mongodb.documents import read_task, task_fields
from adapters.mongodb.stored_fields import Document, StoredFields, moment_text
from domain.tasks import Task, TaskKind
from ports.errors import RecordCorrupt, RepositoryUnavailable
from ports.stored_task import StoredTask
from ports.task_queue import ClaimedTask

WAITING, LEASED, DONE, PARKED = TASK_STATES = ("waiting", "leased", "done", "parked")
TASK_FIELDS: Final[Document] = {"tasks": 1, "tasks_rev": 1, "next_due": 1}
# In which order an operator sees the tasks of one state, and the index of it.
RANK: Final = ("kind", "ready_at", "task_id")
TASKS_BY_RANK: Final = "tasks_by_rank"

_KINDS = frozenset(kind.value for kind in TaskKind)

# Verdicts bear a few hundred tasks at most. The rest are re-checks that strangers may cause: past
# this bound the longest done are forgotten, and if none is done the next is refused.
MAX_TASKS = 1_000


def waiting_entry(task: Task) -> Document:
    """A new task as the list keeps it."""
    entry = task_fields(task)
    return entry | {"state": WAITING, "ready_at": entry["due_at"], "attempts": 0}


def stored_entry(stored: StoredTask) -> Document:
    """A task as the list keeps it, wherever it stands."""
    return task_fields(stored.task) | {
        "state": stored.state,
        "ready_at": moment_text(stored.ready_at),
        "attempts": stored.attempts,
        "lease": stored.lease,
        "reason": stored.reason,
        "set_aside_at": stored.set_aside_at and moment_text(stored.set_aside_at),
        "drop_note": stored.drop_note,
    }


def read_stored_task(fields: StoredFields, order_id: str) -> StoredTask:
    """A stored task of that order and where it stands. Raises `RecordCorrupt`."""
    state = fields.text("state")
    return StoredTask(
        task=read_task(fields, order_id),
        state=state if state in TASK_STATES else fields.refuse("state"),
        ready_at=fields.moment("ready_at"),
        attempts=fields.whole("attempts"),
        lease=fields.text_or_none("lease"),
        reason=fields.text_or_none("reason"),
        set_aside_at=fields.moment_or_none("set_aside_at"),
        drop_note=fields.text_or_none("drop_note"),
    )


def appending(tasks: Iterable[Task]) -> Document:
    """The change that adds new tasks to a document without reading it."""
    entries = [waiting_entry(task) for task in tasks]
    if not entries:
        return {}
    return {
        "$push": {"tasks": {"$each": entries}},
        "$inc": {"tasks_rev": 1},
        "$min": {due_field(kind): at for kind, at in _first_due(entries).items()},
    }


def due_field(kind: str) -> str:
    """Where the document says when its first task of that kind is due."""
    return f"next_due.{kind}"


def _first_due(entries: Iterable[Document]) -> dict[str, str]:
    """When the first task of each kind is due."""
    first: dict[str, str] = {}
    for entry in entries:
        kind, ready_at = entry["kind"], entry["ready_at"]
        first[kind] = min(ready_at, first.get(kind, ready_at))
    return first


class TaskLedger:
    """One order's tasks as read. Raises `RecordCorrupt` if there is no list to work on."""

    def __init__(self, document: Document) -> None:
        fields = StoredFields(document, document.get("_id"))
        self.order_id = fields.text("_id")
        self.revision = fields.whole("tasks_rev")
        if not isinstance(document.get("tasks"), list):
            fields.refuse("tasks")
        self._entries: list[object] = document["tasks"]
        self.has_changed = False
        self._set_unreadable_aside()
        self.has_changed |= self._next_due() != (document.get("next_due") or {})

    def change(self) -> Document:
        """The change that writes this list in place of the one read."""
        fields: Document = {"tasks": self._entries, "next_due": self._next_due()}
        return {"$set": fields, "$inc": {"tasks_rev": 1}}

    def due(self, kind: TaskKind, now: datetime, lease: str) -> list[tuple[str, str]]:
        """When each due task of that kind became due, and its id; not those under that lease."""
        limit = moment_text(now)
        return [
            (entry["ready_at"], entry["task_id"])
            for entry in self._first_in_lanes()
            if entry["kind"] == kind and entry["ready_at"] <= limit and entry.get("lease") != lease
        ]

    def holds(self, task_ids: Sequence[str]) -> bool:
        """Whether one of these tasks is in the list."""
        return any(self._find(task_id) is not None for task_id in task_ids)

    def lend(
        self, task_id: str, now: datetime, lease_until: datetime, lease: str
    ) -> ClaimedTask | None:
        """Leases the task; None if it is no longer due. The same lease again changes nothing."""
        entry = self._find(task_id)
        if entry is None or entry["state"] not in (WAITING, LEASED):
            return None
        if entry.get("lease") != lease:
            if entry["ready_at"] > moment_text(now) or entry not in self._first_in_lanes():
                return None
            self._mark(
                entry,
                state=LEASED,
                lease=lease,
                ready_at=moment_text(lease_until),
                attempts=entry["attempts"] + 1,
            )
        return ClaimedTask(
            task=read_task(self._fields(entry), self.order_id),
            lease=lease,
            attempts=entry["attempts"],
        )

    def end_lease(self, claimed: ClaimedTask, stamp: str, **marks: object) -> bool:
        """Whether this lease was still held, or this very change has been made before."""
        entry = self._find(claimed.task.task_id)
        if entry is None:
            return False
        if entry.get("stamp") == stamp:
            return True
        if entry.get("lease") != claimed.lease:
            return False
        self._mark(entry, lease=None, stamp=stamp, **marks)
        return True

    def end_parking(self, task_id: str, stamp: str, **marks: object) -> bool:
        """Whether the task was parked, or this very change has been made before."""
        entry = self._find(task_id)
        if entry is None:
            return False
        if entry.get("stamp") == stamp:
            return True
        if entry.get("state") != PARKED:
            return False
        self._mark(entry, stamp=stamp, **marks)
        return True

    def put(self, task: Task) -> None:
        """Adds the task, or makes it wait again from zero attempts; a lease on it is void."""
        entry = self._find(task.task_id)
        if entry is None:
            self._make_room()
            self._entries.append(waiting_entry(task))
            self.has_changed = True
        elif entry.get("state") != WAITING:
            entry.clear()
            self._mark(entry, **waiting_entry(task))

    def carry(self, records: Iterable[StoredTask]) -> None:
        """Adds each as it stands, unless its id is taken; there is always room."""
        for stored in records:
            if self._find(stored.task.task_id) is None:
                self._entries.append(stored_entry(stored))
                self.has_changed = True

    def _make_room(self) -> None:
        if len(self._entries) < MAX_TASKS:
            return
        for position, entry in enumerate(self._entries):
            if isinstance(entry, dict) and entry.get("state") == DONE:
                del self._entries[position]
                return
        raise RepositoryUnavailable("tooManyTasks")

    def _mark(self, entry: Document, **marks: object) -> None:
        entry.update(marks)
        self.has_changed = True

    def _find(self, task_id: str) -> Document | None:
        for entry in self._entries:
            if isinstance(entry, dict) and entry.get("task_id") == task_id:
                return entry
        return None

    def _active(self) -> list[Document]:
        return [
            entry
            for entry in self._entries
            if isinstance(entry, dict) and entry.get("state") in (WAITING, LEASED)
        ]

    def _next_due(self) -> dict[str, str]:
        return _first_due(entry for entry in self._first_in_lanes() if entry["kind"] in _KINDS)

    def _is_of_another_version(self, entry: Document) -> bool:
        """Whether it is whole, but of a kind that only another version knows."""
        kind = entry.get("kind")
        is_placed = isinstance(entry.get("lane"), str) and isinstance(entry.get("position"), int)
        return isinstance(kind, str) and kind not in _KINDS and is_placed

    def _first_in_lanes(self) -> list[Document]:
        """The active tasks that wait for no other: of those in one lane, the first."""
        active = self._active()
        firsts: dict[object, int] = {}
        for entry in active:
            lane, position = entry["lane"], entry["position"]
            firsts[lane] = min(position, firsts.get(lane, position))
        return [
            entry
            for entry in active
            if entry["lane"] == "" or entry["position"] == firsts[entry["lane"]]
        ]

    def _fields(self, entry: Document) -> StoredFields:
        return StoredFields(entry, self.order_id, "tasks")

    def _set_unreadable_aside(self) -> None:
        """Parks what no worker can read, so that it is shown, and stops nothing else."""
        for entry in self._active():
            fields = self._fields(entry)
            if self._is_of_another_version(entry):
                continue
            try:
                read_task(fields, self.order_id)
                fields.moment("ready_at")
                fields.whole("attempts")
            except RecordCorrupt as error:
                self._mark(entry, state=PARKED, reason=f"{error.code}:{error.field}")
