"""Opening a database: a new one, one of ours, and everything else."""

import asyncio
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from adapters.sqlite import connection as sqlite
from adapters.sqlite.connection import pragmas
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.errors import DatabaseUnusable
from adapters.sqlite.migrations import APPLICATION_ID, SCHEMA_VERSION
from adapters.sqlite.order_repository import SqliteOrderRepository
from ports.errors import RepositoryUnavailable
from tests.support.factories import ORDER_ID, an_order


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def a_text(folder: Path) -> Path:
    path = folder / "notes.txt"
    path.write_text("These are notes, and no database at all.\n" * 100, encoding="utf-8")
    return path


def a_folder(folder: Path) -> Path:
    return folder


def in_no_folder(folder: Path) -> Path:
    return folder / "missing" / "payproof.db"


def below_a_file(folder: Path) -> Path:
    return a_text(folder) / "payproof.db"


def of_another_program(folder: Path) -> Path:
    path = folder / "other.db"
    with raw(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE photos (name TEXT)")
    return path


def marked_by_another_program(folder: Path) -> Path:
    path = folder / "other.db"
    with raw(path) as connection:
        connection.execute("PRAGMA application_id = 7")
    return path


def of_the_future(folder: Path) -> Path:
    path = folder / "new.db"
    with raw(path) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    return path


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (a_text, "is not a SQLite database, or is damaged"),
        (a_folder, "cannot be opened: unable to open database file"),
        (in_no_folder, "cannot be created: No such file or directory"),
        (below_a_file, "cannot be created: Not a directory"),
        (of_another_program, "is the database of another program"),
        (marked_by_another_program, "is the database of another program"),
        (of_the_future, f"has schema {SCHEMA_VERSION + 1}, but this payproof knows no newer one"),
    ],
)
async def test_what_cannot_be_used_is_refused_in_one_line_and_left_alone(
    tmp_path: Path, make: Callable[[Path], Path], reason: str
) -> None:
    path = make(tmp_path)
    before = contents(tmp_path)
    database = SqliteDatabase(path)

    with pytest.raises(DatabaseUnusable) as caught:
        await database.open()

    assert str(caught.value).startswith(f"{path} {reason}")
    assert "\n" not in str(caught.value)
    assert contents(tmp_path) == before
    with pytest.raises(RepositoryUnavailable):
        await database.ping()


async def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))

    with pytest.raises(DatabaseUnusable, match=r"needs SQLite 3\.37"):
        await SqliteDatabase(tmp_path / "payproof.db").open()


async def test_a_driver_that_fails_at_once_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> sqlite3.Connection:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(sqlite3, "connect", fail)

    with pytest.raises(DatabaseUnusable, match="cannot be opened"):
        await SqliteDatabase(tmp_path / "payproof.db").open()


def test_nothing_is_opened_before_it_is_asked_for(tmp_path: Path) -> None:
    SqliteOrderRepository(SqliteDatabase(tmp_path / "payproof.db"))

    assert list(tmp_path.iterdir()) == []


async def test_a_relative_path_is_a_file_in_the_folder_of_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # The name that SQLite would keep in memory is a file like any other.
    database = SqliteDatabase(Path(":memory:"))
    monkeypatch.chdir(tmp_path.parent)

    await database.open()
    await database.ping()
    await database.close()

    assert (tmp_path / ":memory:").exists()


async def test_a_database_may_be_closed_before_it_is_opened_and_twice(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "payproof.db")
    await database.close()
    await database.open()

    await database.close()
    await database.close()

    assert (tmp_path / "payproof.db").exists()


async def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "payproof.db")
    orders = SqliteOrderRepository(database)
    await database.open()
    await orders.add(an_order(), [])
    await database.close()

    await database.open()
    found = await orders.find_by_id(ORDER_ID)
    await database.close()

    assert found == an_order()


async def test_the_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "payproof.db"
    database = SqliteDatabase(path)

    await database.open()
    await database.close()

    assert mode_of(path) == 0o600


async def test_an_empty_file_becomes_ours_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "payproof.db"
    path.touch(mode=0o640)
    mode = mode_of(path)
    database = SqliteDatabase(path)

    await database.open()
    await database.ping()
    await database.close()

    assert mode_of(path) == mode


async def test_many_may_make_one_new_database_at_once(tmp_path: Path) -> None:
    databases = [SqliteDatabase(tmp_path / "payproof.db", busy_timeout_s=60) for _ in range(5)]

    await asyncio.gather(*(database.open() for database in databases))
    for database in databases:
        await database.ping()

    await asyncio.gather(*(database.close() for database in databases))


async def test_an_opening_that_is_cancelled_leaves_nothing_open(tmp_path: Path) -> None:
    for tenths_ms in range(0, 40, 4):
        database = SqliteDatabase(tmp_path / "payproof.db")
        opening = asyncio.create_task(database.open())
        await asyncio.sleep(tenths_ms / 10_000)
        was_open = opening.done()

        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)

        if was_open:
            await database.ping()
            await database.close()
        else:
            with pytest.raises(RepositoryUnavailable):
                await database.ping()


@pytest.mark.parametrize("version", [(3, 37, 0), (3, 40, 1), (3, 51, 2)])
def test_wal_is_not_used_where_it_could_damage_the_file(version: tuple[int, int, int]) -> None:
    assert "PRAGMA journal_mode = DELETE" in pragmas(version)
    assert "PRAGMA synchronous = EXTRA" in pragmas(version)


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 52, 0), (4, 0, 0)])
def test_wal_is_used_where_it_is_safe_and_synced_at_each_commit(
    version: tuple[int, int, int],
) -> None:
    assert "PRAGMA journal_mode = WAL" in pragmas(version)
    assert "PRAGMA synchronous = FULL" in pragmas(version)


def test_the_pragmas_are_in_force(tmp_path: Path) -> None:
    with closing(sqlite.connect(tmp_path / "payproof.db", 1.5)) as connection:
        in_force = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in (
                "foreign_keys",
                "temp_store",
                "journal_mode",
                "synchronous",
                "busy_timeout",
            )
        }

    always = {"foreign_keys": 1, "temp_store": 2, "busy_timeout": 1500}
    assert in_force in (
        {**always, "journal_mode": "delete", "synchronous": 3},
        {**always, "journal_mode": "wal", "synchronous": 2},
    )


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
