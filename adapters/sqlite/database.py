"""One SQLite file, reached by one connection that lives on one thread."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from adapters.sqlite import connection as sqlite
from adapters.sqlite.visits import Kind, Visits
from ports.errors import RepositoryUnavailable

T = TypeVar("T")
FileId = tuple[int, int]
_CLOSED = "databaseClosed"


class SqliteDatabase:
    """Runs pieces of work on a SQLite file, each all or nothing, and durable when it returns.

    Several processes may use one file: each waits for the others' writes up to `busy_timeout_s`.
    What waits at the same time is done together: writes share one wait for the disk. A caller
    that is cancelled leaves nothing half done: its work runs to the end, or never began.
    """

    def __init__(self, path: Path, *, busy_timeout_s: float = 5.0) -> None:
        # As it is now: a later change of folder must not change the file.
        self._path = path.absolute()
        self._busy_timeout_s = busy_timeout_s
        self._opened: _Opened | None = None

    async def open(self) -> None:
        """Opens the file, makes it if it is missing, and brings its schema up to date.

        Raises `DatabaseUnusable`, or `RepositoryUnavailable` if other processes keep it busy.
        """
        self._opened = _Opened(self._path, self._busy_timeout_s)
        try:
            await self._opened.connect()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Closes the file after all work that was begun before. Closing twice does nothing."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.close()

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs work that only reads, on one state of the database."""
        return await self._now_open().visit(Kind.READ, work)

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs work that writes: all or nothing, and durable on return.

        It may be run again after an error of SQLite that undid it, so it keeps nothing of its own.
        """
        return await self._now_open().visit(Kind.WRITE, work)

    async def ping(self) -> None:
        """Returns if the database can be read and written now."""
        await self._now_open().visit(Kind.ALONE, sqlite.rehearse)

    def _now_open(self) -> "_Opened":
        if self._opened is None:
            raise RepositoryUnavailable(_CLOSED)
        return self._opened


class _Opened:
    """One opening of the file, from its thread to its connection, which that thread alone uses."""

    def __init__(self, path: Path, busy_timeout_s: float) -> None:
        self._path = path
        self._busy_timeout_s = busy_timeout_s
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._visits = Visits(lambda: self._executor.submit(self._visit))
        self._connection: sqlite3.Connection | None = None
        self._file: FileId | None = None

    async def connect(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._executor, self._connect)

    async def close(self) -> None:
        closing = asyncio.get_running_loop().run_in_executor(self._executor, self._disconnect)
        self._executor.shutdown(wait=False)
        # Shielded: a caller that is cancelled must not leave the file open.
        await asyncio.shield(closing)

    async def visit(self, kind: Kind, work: Callable[[sqlite3.Connection], T]) -> T:
        result: T = await self._visits.add(kind, work)
        return result

    def _connect(self) -> None:
        self._connection = sqlite.connect(self._path, self._busy_timeout_s)
        self._file = _file_at(self._path)

    def _visit(self) -> None:
        self._visits.do_all(self._usable)

    def _usable(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RepositoryUnavailable(_CLOSED)
        # SQLite itself would go on writing to a file that nobody can find any more.
        if _file_at(self._path) != self._file:
            raise RepositoryUnavailable("databaseMoved")
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _file_at(path: Path) -> FileId | None:
    """Which file that is, by device and number, whatever its name; None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino)
