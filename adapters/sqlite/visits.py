"""Work that waits for the database's thread, and is then done together.

Theory of operation. To wait for the disk is what a write costs, and to wake another thread is
what a read costs; either costs the same for many. While the thread is busy, others arrive; its
next visit takes up all of them. First the reads, on one state of the database and answered at
once; then the writes in one transaction, each within a savepoint, so that one that fails takes no
other with it, and none answered before the common commit. With one at a time nothing is gained
and nothing lost.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from adapters.sqlite import connection as sqlite
from adapters.sqlite.connection import Ended
from adapters.sqlite.errors import cause_of, port_error

Work = Callable[[sqlite3.Connection], Any]

# So many take a fraction of a second, and nobody should wait for more.
_MAX_TOGETHER = 100


class Kind(Enum):
    """What a piece of work does with the database."""

    READ = auto()
    WRITE = auto()
    # Something that ends its own transaction.
    ALONE = auto()


@dataclass(frozen=True, slots=True)
class _Job:
    kind: Kind
    work: Work
    answer: "asyncio.Future[Any]"


class Visits:
    """Filled on the callers' loop, emptied on the database's thread."""

    def __init__(self, ask_for_visit: Callable[[], object]) -> None:
        self._ask_for_visit = ask_for_visit
        self._waiting: deque[_Job] = deque()
        self._is_asked_for = False

    def add(self, kind: Kind, work: Work) -> "asyncio.Future[Any]":
        """The answer to come; cancelling it before the work's turn takes the work out again."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Job(kind, work, answer))
        if not self._is_asked_for:
            self._is_asked_for = True
            self._ask_for_visit()
        return answer

    def do_all(self, usable: Callable[[], sqlite3.Connection]) -> None:
        """Does all that waits, and what comes meanwhile; `usable` may raise for any of it."""
        while True:
            while jobs := self._take():
                _visit(usable, jobs)
            # In this order: who comes before the look is seen, who comes after it asks anew.
            self._is_asked_for = False
            if not self._waiting:
                return

    def _take(self) -> list[_Job]:
        jobs: list[_Job] = []
        while self._waiting and len(jobs) < _MAX_TOGETHER:
            job = self._waiting.popleft()
            # Cancelled a moment later it is done to its end, and nobody listens.
            if not job.answer.cancelled():
                jobs.append(job)
        return jobs


def _visit(usable: Callable[[], sqlite3.Connection], jobs: Sequence[_Job]) -> None:
    try:
        connection = usable()
    except Exception as error:  # noqa: BLE001 - as an executor does: it is the callers'
        _answer(jobs, [Ended(error=error)] * len(jobs))
        return
    for kind, do_together in _TOGETHER:
        some = [job for job in jobs if job.kind is kind]
        if some:
            _answer(some, _do(connection, [job.work for job in some], do_together))


DoTogether = Callable[[sqlite3.Connection, Sequence[Work]], list[Ended] | None]


def _each_alone(connection: sqlite3.Connection, works: Sequence[Work]) -> list[Ended]:
    return [Ended(result=work(connection)) for work in works]


_TOGETHER: tuple[tuple[Kind, DoTogether], ...] = (
    (Kind.READ, sqlite.read_together),
    (Kind.ALONE, _each_alone),
    (Kind.WRITE, sqlite.write_together),
)


def _do(
    connection: sqlite3.Connection, works: Sequence[Work], do_together: DoTogether
) -> list[Ended]:
    """Together if that can be; each by itself if SQLite itself has failed in one of them."""
    try:
        together = do_together(connection, works)
    except BaseException as error:  # noqa: BLE001 - as an executor does: it is the callers'
        return [Ended(error=_in_port_words(error))] * len(works)
    if together is not None:
        return together
    return [each for work in works for each in _do(connection, [work], do_together)]


def _in_port_words(error: BaseException) -> BaseException:
    if not isinstance(error, sqlite3.Error):
        return error
    told = port_error(error)
    told.__cause__ = cause_of(error)
    return told


def _answer(jobs: Sequence[_Job], ended: Sequence[Ended]) -> None:
    """Tells the callers, on their loop; a loop that is closed has no callers left."""
    if jobs:
        with suppress(RuntimeError):
            jobs[0].answer.get_loop().call_soon_threadsafe(_tell, jobs, ended)


def _tell(jobs: Sequence[_Job], ended: Sequence[Ended]) -> None:
    for job, each in zip(jobs, ended, strict=True):
        if job.answer.done():
            continue
        if each.error is None:
            job.answer.set_result(each.result)
        else:
            job.answer.set_exception(each.error)
