"""One SQLite file, reached by one connection that lives on one thread."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from adapters.sqlite import connection as sqlite
from adapters.sqlite.errors import cause_of, port_error
from ports.errors import RepositoryUnavailable

T = TypeVar("T")
FileId = tuple[int, int]
_CLOSED = "databaseClosed"


class SqliteDatabase:
    """Runs pieces of work on a SQLite file, each in one transaction and one visit to its thread.

    Several processes may use one file: each waits for the others' writes up to `busy_timeout_s`.
    A caller that is cancelled leaves nothing half done: its work runs to the end, or never began.
    """

    def __init__(self, path: Path, *, busy_timeout_s: float = 5.0) -> None:
        # As it is now: a later change of folder must not change the file.
        self._path = path.absolute()
        self._busy_timeout_s = busy_timeout_s
        self._executor: ThreadPoolExecutor | None = None
        # Both are touched on the executor's thread alone.
        self._connection: sqlite3.Connection | None = None
        self._file: FileId | None = None

    async def open(self) -> None:
        """Opens the file, makes it if it is missing, and brings its schema up to date.

        Raises `DatabaseUnusable`, or `RepositoryUnavailable` if other processes keep it busy.
        """
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        try:
            await self._on_thread(self._connect)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Closes the file after all work that was begun before. Closing twice does nothing."""
        executor, self._executor = self._executor, None
        if executor is None:
            return
        closing = asyncio.get_running_loop().run_in_executor(executor, self._disconnect)
        executor.shutdown(wait=False)
        # Shielded: a caller that is cancelled must not leave the file open.
        await asyncio.shield(closing)

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs work that only reads, on one state of the database."""
        return await self._on_connection(lambda connection: sqlite.read(connection, work))

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs work that writes: all or nothing, and durable on return."""
        return await self._on_connection(lambda connection: sqlite.write(connection, work))

    async def ping(self) -> None:
        """Returns if the database can be read and written now."""
        await self._on_connection(sqlite.rehearse)

    async def _on_connection(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def run() -> T:
            if self._connection is None:
                raise RepositoryUnavailable(_CLOSED)
            # SQLite itself would go on writing to a file that nobody can find any more.
            if _file_at(self._path) != self._file:
                raise RepositoryUnavailable("databaseMoved")
            try:
                return work(self._connection)
            except sqlite3.Error as error:
                raise port_error(error) from cause_of(error)

        return await self._on_thread(run)

    async def _on_thread(self, job: Callable[[], T]) -> T:
        if self._executor is None:
            raise RepositoryUnavailable(_CLOSED)
        return await asyncio.get_running_loop().run_in_executor(self._executor, job)

    def _connect(self) -> None:
        self._connection = sqlite.connect(self._path, self._busy_timeout_s)
        self._file = _file_at(self._path)

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
