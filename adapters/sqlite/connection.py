"""Opening a SQLite file so that what it says is durable, and running work on it."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from adapters.sqlite.errors import DatabaseUnusable, opening_error
from adapters.sqlite.migrations import SCHEMA_VERSION, migrate

T = TypeVar("T")
Version = tuple[int, int, int]
Work = Callable[[sqlite3.Connection], Any]

# STRICT tables are the latest of all that we use.
_OLDEST: Version = (3, 37, 0)
# Before this version, WAL with several connections could damage the file.
_WAL_IS_SAFE: Version = (3, 51, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of one piece of work: its result, or the error that it ended with."""

    result: Any = None
    error: BaseException | None = None


def connect(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    """A connection with our pragmas and our schema, for the calling thread alone."""
    if sqlite3.sqlite_version_info < _OLDEST:
        raise DatabaseUnusable(path, f"needs SQLite 3.37; this is {sqlite3.sqlite_version}")
    try:
        _create_private(path)
        connection = sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None)
    except OSError as error:
        raise DatabaseUnusable(path, f"cannot be created: {error.strerror}") from error
    except sqlite3.Error as error:
        raise opening_error(path, error) from error
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def pragmas(version: Version) -> tuple[str, ...]:
    """How that version of SQLite is told to lose nothing that it has said is written."""
    if version >= _WAL_IS_SAFE:
        journal = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL")
    else:
        journal = ("PRAGMA journal_mode = DELETE", "PRAGMA synchronous = EXTRA")
    # What a savepoint would bring back is held in memory: no file is made and removed for it.
    return ("PRAGMA foreign_keys = ON", "PRAGMA temp_store = MEMORY", *journal)


def write(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Runs work that writes, all or nothing."""
    return _transact(connection, "BEGIN IMMEDIATE", work, "COMMIT")


def read_together(connection: sqlite3.Connection, works: Sequence[Work]) -> list[Ended] | None:
    """Runs works that only read, all on one state of the database; None as in `write_together`."""
    return _together(connection, "BEGIN", works, _attempt)


def write_together(connection: sqlite3.Connection, works: Sequence[Work]) -> list[Ended] | None:
    """Runs works that write, each of them all or nothing, and makes them durable all at once.

    None, with nothing written, if SQLite itself failed within one of several: which of the others
    it has undone as well is its secret, so each is to be run alone.
    """
    attempt = _attempt if len(works) == 1 else _attempt_within_savepoint
    return _together(connection, "BEGIN IMMEDIATE", works, attempt)


def _together(
    connection: sqlite3.Connection,
    begin: str,
    works: Sequence[Work],
    attempt: Callable[[sqlite3.Connection, Work], Ended],
) -> list[Ended] | None:
    is_alone = len(works) == 1
    connection.execute(begin)
    try:
        try:
            ended = [attempt(connection, work) for work in works]
        except sqlite3.Error:
            if is_alone:
                raise
            _roll_back(connection)
            return None
        has_failed = is_alone and ended[0].error is not None
        connection.execute("ROLLBACK" if has_failed else "COMMIT")
    except BaseException:
        _roll_back(connection)
        raise
    return ended


def _attempt(connection: sqlite3.Connection, work: Work) -> Ended:
    try:
        return Ended(result=work(connection))
    except sqlite3.Error:
        raise
    except Exception as error:  # noqa: BLE001 - it is its caller's, and stops no other's work
        return Ended(error=error)


def _attempt_within_savepoint(connection: sqlite3.Connection, work: Work) -> Ended:
    connection.execute("SAVEPOINT work")
    ended = _attempt(connection, work)
    if ended.error is not None:
        connection.execute("ROLLBACK TO work")
    connection.execute("RELEASE work")
    return ended


def rehearse(connection: sqlite3.Connection) -> None:
    """Reads, writes what is written there already, and takes it back: no byte changes."""
    _transact(connection, "BEGIN IMMEDIATE", _read_and_write, "ROLLBACK")


def _transact(
    connection: sqlite3.Connection, begin: str, work: Callable[[sqlite3.Connection], T], end: str
) -> T:
    try:
        connection.execute(begin)
        result = work(connection)
        connection.execute(end)
    except BaseException:
        _roll_back(connection)
        raise
    return result


def _roll_back(connection: sqlite3.Connection) -> None:
    # After some errors SQLite has rolled back by itself.
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _read_and_write(connection: sqlite3.Connection) -> None:
    connection.execute("SELECT 1 FROM orders LIMIT 1").fetchall()
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.row_factory = sqlite3.Row
    try:
        # First, since it refuses a file that is not ours before the journal's mode changes it.
        write(connection, lambda _: migrate(connection, path))
        for pragma in pragmas(sqlite3.sqlite_version_info):
            connection.execute(pragma)
    except sqlite3.Error as error:
        raise opening_error(path, error) from error


def _create_private(path: Path) -> None:
    """Makes the file, if it is missing, readable by its owner alone: there are phones in it."""
    # Never opens one that exists: closing it would drop SQLite's locks in this whole process.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
