"""What SQLite's errors become."""

import sqlite3

import pytest

from adapters.sqlite.errors import cause_of, port_error
from ports.errors import RecordCorrupt, RepositoryUnavailable


class CodedError(sqlite3.Error):
    """One of SQLite's, as the driver raises it."""

    def __init__(self, code: int) -> None:
        super().__init__("as SQLite says")
        self.sqlite_errorcode = code


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (sqlite3.SQLITE_BUSY, "databaseBusy"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "databaseBusy"),
        (sqlite3.SQLITE_LOCKED, "databaseBusy"),
        (sqlite3.SQLITE_IOERR_FSYNC, "diskError"),
        (sqlite3.SQLITE_FULL, "diskFull"),
        (sqlite3.SQLITE_CANTOPEN_ISDIR, "databaseCannotBeOpened"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "databaseReadOnly"),
        (sqlite3.SQLITE_NOMEM, "outOfMemory"),
    ],
)
def test_what_may_pass_is_unavailable(code: int, word: str) -> None:
    error = port_error(CodedError(code))

    assert isinstance(error, RepositoryUnavailable)
    assert error.code == word


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (sqlite3.SQLITE_CORRUPT_INDEX, "databaseDamaged"),
        (sqlite3.SQLITE_NOTADB, "databaseDamaged"),
        (sqlite3.SQLITE_ERROR, "databaseError"),
        (sqlite3.SQLITE_CONSTRAINT_CHECK, "databaseError"),
    ],
)
def test_what_will_not_pass_is_corrupt(code: int, word: str) -> None:
    error = port_error(CodedError(code))

    assert isinstance(error, RecordCorrupt)
    assert error.code == word


def test_an_error_that_may_quote_a_row_is_no_cause() -> None:
    coded, driver_s_own = CodedError(sqlite3.SQLITE_FULL), sqlite3.OperationalError("could not…")

    assert cause_of(coded) is coded
    assert cause_of(driver_s_own) is None
