"""What SQLite's errors mean to the ports, and why a database cannot be used at all."""

import sqlite3

from ports.errors import PortError, RecordCorrupt, RepositoryUnavailable

_BUSY = "databaseBusy"
_DAMAGED = "databaseDamaged"
# By SQLite's primary result code; what is not here is a damaged schema or a mistake of ours.
_MEANING: dict[int | None, tuple[type[PortError], str]] = {
    sqlite3.SQLITE_BUSY: (RepositoryUnavailable, _BUSY),
    sqlite3.SQLITE_LOCKED: (RepositoryUnavailable, _BUSY),
    sqlite3.SQLITE_PROTOCOL: (RepositoryUnavailable, _BUSY),
    sqlite3.SQLITE_CANTOPEN: (RepositoryUnavailable, "databaseCannotBeOpened"),
    sqlite3.SQLITE_FULL: (RepositoryUnavailable, "diskFull"),
    sqlite3.SQLITE_IOERR: (RepositoryUnavailable, "diskError"),
    sqlite3.SQLITE_NOMEM: (RepositoryUnavailable, "outOfMemory"),
    sqlite3.SQLITE_PERM: (RepositoryUnavailable, "databaseReadOnly"),
    sqlite3.SQLITE_READONLY: (RepositoryUnavailable, "databaseReadOnly"),
    sqlite3.SQLITE_CORRUPT: (RecordCorrupt, _DAMAGED),
    sqlite3.SQLITE_NOTADB: (RecordCorrupt, _DAMAGED),
}


class DatabaseUnusable(Exception):
    """A database that cannot be used as it is: one line that names it and says why."""

    def __init__(self, what: object, reason: str) -> None:
        super().__init__(f"{what} {reason}")


def port_error(error: sqlite3.Error) -> PortError:
    """The port's error for one of SQLite's."""
    kind, code = _meaning(error)
    return kind(code)


def cause_of(error: sqlite3.Error) -> sqlite3.Error | None:
    """The error, if it may be shown: the driver's own, without a code, can quote a row's text."""
    return error if hasattr(error, "sqlite_errorcode") else None


def opening_error(path: object, error: sqlite3.Error) -> PortError | DatabaseUnusable:
    """The error for a file that could not be opened: only a busy one may be tried again."""
    _, code = _meaning(error)
    if code == _BUSY:
        return RepositoryUnavailable(code)
    if code == _DAMAGED:
        return DatabaseUnusable(path, "is not a SQLite database, or is damaged")
    return DatabaseUnusable(path, f"cannot be opened: {error}")


def _meaning(error: sqlite3.Error) -> tuple[type[PortError], str]:
    # The lowest byte is the primary code. Errors of the driver itself have none.
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    return _MEANING.get(primary, (RecordCorrupt, "databaseError"))
