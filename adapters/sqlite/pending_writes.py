"""Writes that wait for the database's thread, and are then made durable together.

Theory of operation. Waiting for the disk is what a write costs, and it costs the same for many.
While the thread waits, others arrive; its next visit takes them all into one transaction, each
within a savepoint, so that one that fails takes no other with it. Nobody is answered before the
common commit. With one at a time nothing is gained and nothing lost.
"""

import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from adapters.sqlite import connection as sqlite

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], Any]
# Runs something on the connection, or raises the port's error.
OnConnection = Callable[[Work], Any]

# So many take a fraction of a second, and nobody should wait for more.
_MAX_TOGETHER = 100


class PendingWrites:
    """Filled by the callers' thread, emptied by the database's."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Work, Future[Any]]] = deque()

    def add(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Queues the work; cancelling the future before its turn takes it out again."""
        answer: Future[T] = Future()
        self._waiting.append((work, answer))
        return answer

    def run_all(self, on_connection: OnConnection) -> None:
        """Runs all that wait now, up to a bound, and answers each."""
        batch = self._take()
        if len(batch) > 1:
            works = [work for work, _ in batch]
            try:
                written = on_connection(lambda connection: sqlite.write_together(connection, works))
            except BaseException as error:  # noqa: BLE001 - as an executor does: it is the callers'
                for _, answer in batch:
                    answer.set_exception(error)
                return
            if written is not None:
                for (_, answer), each in zip(batch, written, strict=True):
                    _answer(answer, each)
                return
        for work, answer in batch:
            _run_alone(work, answer, on_connection)

    def _take(self) -> list[tuple[Work, Future[Any]]]:
        batch: list[tuple[Work, Future[Any]]] = []
        while self._waiting and len(batch) < _MAX_TOGETHER:
            work, answer = self._waiting.popleft()
            if answer.set_running_or_notify_cancel():
                batch.append((work, answer))
        return batch


def _run_alone(work: Work, answer: "Future[Any]", on_connection: OnConnection) -> None:
    try:
        result = on_connection(lambda connection: sqlite.write(connection, work))
    except BaseException as error:  # noqa: BLE001 - as an executor does: it is the caller's
        answer.set_exception(error)
    else:
        answer.set_result(result)


def _answer(answer: "Future[Any]", written: sqlite.Written) -> None:
    if written.error is None:
        answer.set_result(written.result)
    else:
        answer.set_exception(written.error)
