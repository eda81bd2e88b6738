"""A look behind payproof's back: is the database whole, and does any task still wait?"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pymongo

from tests.support.mongodb_server import database_name

# It waits for days while an account stays open, as it should.
_PATIENT = "depositDeadline"


class Record(Protocol):
    """The database of one leg. `url` is as payproof takes it."""

    url: str

    def unfinished(self) -> Counter[str]:
        """The tasks that wait, run or are parked, counted by kind and state."""
        ...

    def last_try_at_s(self) -> float:
        """When the last of them is tried next, in seconds of Unix time; 0 if there are none."""
        ...

    def lent(self, kind: str) -> list[str]:
        """The ids of the tasks of that kind that a worker holds."""
        ...

    def damages(self) -> list[str]:
        """What is not whole, empty if all is."""
        ...


class SqliteRecord:
    """A file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.url = f"sqlite:///{path}"

    def unfinished(self) -> Counter[str]:
        found = self._rows(
            "SELECT kind || ' ' || state, count(*) FROM tasks WHERE state <> 'done' AND kind <> ? "
            "GROUP BY 1",
            _PATIENT,
        )
        return Counter(dict(found))

    def last_try_at_s(self) -> float:
        [(found,)] = self._rows(
            "SELECT max(ready_at) FROM tasks WHERE state IN ('waiting', 'leased') AND kind <> ?",
            _PATIENT,
        )
        return (found or 0) / 1e6

    def lent(self, kind: str) -> list[str]:
        found = self._rows("SELECT task_id FROM tasks WHERE state = 'leased' AND kind = ?", kind)
        return [task_id for (task_id,) in found]

    def damages(self) -> list[str]:
        whole = self._rows("PRAGMA integrity_check")
        dangling = self._rows("PRAGMA foreign_key_check")
        gaps = self._rows(
            "SELECT order_id FROM history GROUP BY order_id HAVING max(version) <> count(*)"
        )
        return [str(row) for row in [*whole, *dangling, *gaps] if row != ("ok",)]

    def _rows(self, sql: str, *values: str) -> list[Any]:
        with closing(sqlite3.connect(self._path, timeout=60)) as connection:
            return connection.execute(sql, values).fetchall()


class MongoRecord:
    """A database on a server that outlives payproof's processes."""

    def __init__(self, url: str) -> None:
        self.url = url

    def unfinished(self) -> Counter[str]:
        return Counter(f"{task['kind']} {task['state']}" for task in self._tasks())

    def last_try_at_s(self) -> float:
        tries = [task["ready_at"] for task in self._tasks() if task["state"] != "parked"]
        return datetime.fromisoformat(max(tries)).timestamp() if tries else 0.0

    def _tasks(self) -> Iterator[dict[str, Any]]:
        states = {"$in": ["waiting", "leased", "parked"]}
        for document in self._orders({"tasks.state": states}, {"tasks": 1}):
            for task in document["tasks"]:
                if task["kind"] != _PATIENT and task["state"] != "done":
                    yield task

    def lent(self, kind: str) -> list[str]:
        return [
            task["task_id"]
            for document in self._orders({"tasks.state": "leased"}, {"tasks": 1})
            for task in document["tasks"]
            if task["kind"] == kind and task["state"] == "leased"
        ]

    def damages(self) -> list[str]:
        """Each order's versions are contiguous."""
        return [
            str(document["_id"])
            for document in self._orders({}, {"history": 1, "version": 1, "stub": 1})
            if not document.get("stub") and document["version"] != len(document["history"])
        ]

    def _orders(self, wanted: Any, shown: Any) -> Iterator[dict[str, Any]]:
        with pymongo.MongoClient[dict[str, Any]](self.url, timeoutMS=60_000) as client:
            yield from client[database_name(self.url)]["orders"].find(wanted, shown)
