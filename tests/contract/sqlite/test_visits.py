"""What waits together shares a visit and a commit, but no error and no half-done work."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from adapters.sqlite.database import SqliteDatabase
from ports.errors import ConcurrentUpdate, RecordCorrupt, RepositoryUnavailable
from tests.contract.sqlite.test_callers import Gate

Work = Callable[[sqlite3.Connection], Any]


def naming(number: int, then: Exception | None = None) -> Work:
    """Work that leaves a row, and then fails if told to."""

    def work(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO names VALUES (?)", (number,))
        if then is not None:
            raise then
        return number

    return work


async def together(database: SqliteDatabase, *works: Work) -> list[Any]:
    """Let these wait for the thread until all of them are there, and give what each is answered."""
    gate = Gate(database)
    held = await gate.hold()
    waiting = [asyncio.create_task(database.write(work)) for work in works]
    await asyncio.sleep(0)
    gate.open()
    await held
    return await asyncio.gather(*waiting, return_exceptions=True)


async def names(database: SqliteDatabase) -> list[int]:
    return await database.read(
        lambda connection: [row[0] for row in connection.execute("SELECT * FROM names ORDER BY 1")]
    )


@pytest.fixture(autouse=True)
async def _table(database: SqliteDatabase) -> None:
    await database.write(lambda connection: connection.execute("CREATE TABLE names (name INT)"))


async def test_writes_that_wait_together_are_committed_once(
    path: Path, database: SqliteDatabase
) -> None:
    seen: list[int] = []

    def look(_connection: sqlite3.Connection) -> None:
        # While the last of them runs, another connection must not see the first.
        with sqlite3.connect(path) as other:
            seen.append(other.execute("SELECT count(*) FROM names").fetchone()[0])
        other.close()

    answers = await together(database, *map(naming, range(50)), look)

    assert answers == [*range(50), None]
    assert seen == [0]
    assert await names(database) == list(range(50))


async def test_one_that_fails_takes_no_other_with_it(database: SqliteDatabase) -> None:
    lost = ConcurrentUpdate("versionChanged")

    answers = await together(database, naming(1), naming(2, then=lost), naming(3))

    assert answers == [1, lost, 3]
    assert await names(database) == [1, 3]


async def test_an_error_of_sqlite_takes_no_other_with_it(database: SqliteDatabase) -> None:
    def wrong(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO names VALUES (2)")
        connection.execute("SELECT nothing")

    answers = await together(database, naming(1), wrong, naming(3))

    assert [answers[0], type(answers[1]).__name__, answers[2]] == [1, "RecordCorrupt", 3]
    assert await names(database) == [1, 3]


async def test_a_transaction_that_sqlite_gave_up_is_made_again_for_the_others(
    database: SqliteDatabase,
) -> None:
    def give_up(connection: sqlite3.Connection) -> None:
        # As after a full disk: all is undone, whatever savepoint it was in.
        connection.execute("INSERT OR ROLLBACK INTO unique_names VALUES (1), (1)")

    await database.write(
        lambda connection: connection.execute("CREATE TABLE unique_names (name INT UNIQUE)")
    )

    answers = await together(database, naming(1), give_up, naming(3))

    assert [answers[0], type(answers[1]).__name__, answers[2]] == [1, "RecordCorrupt", 3]
    assert await names(database) == [1, 3]


async def test_one_that_is_cancelled_while_it_waits_never_begins(
    database: SqliteDatabase,
) -> None:
    gate = Gate(database)
    held = await gate.hold()
    waiting = [asyncio.create_task(database.write(naming(number))) for number in range(3)]
    await asyncio.sleep(0)

    waiting[1].cancel()
    await asyncio.gather(waiting[1], return_exceptions=True)
    gate.open()
    await held
    await asyncio.gather(*waiting, return_exceptions=True)

    assert await names(database) == [0, 2]


@pytest.mark.parametrize("number", [1, 5])
async def test_each_is_told_of_a_commit_that_could_not_begin(path: Path, number: int) -> None:
    database = SqliteDatabase(path, busy_timeout_s=0.01)
    await database.open()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    entered = threading.Event()
    try:
        held = asyncio.create_task(database.read(lambda _: entered.wait(10)))
        waiting = [asyncio.create_task(database.write(naming(each))) for each in range(number)]
        await asyncio.sleep(0)
        entered.set()
        await held
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        other.execute("ROLLBACK")
        kept = await names(database)
    finally:
        other.close()
        await database.close()

    assert [type(each) for each in answers] == [RepositoryUnavailable] * number
    assert kept == []


async def test_a_closed_database_answers_each(database: SqliteDatabase) -> None:
    gate = Gate(database)
    held = await gate.hold()
    waiting = [asyncio.create_task(database.write(naming(number))) for number in range(3)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    late = asyncio.create_task(database.write(naming(9)))
    gate.open()
    await held
    answers = await asyncio.gather(*waiting, late, return_exceptions=True)
    await closing

    assert answers[:3] == [0, 1, 2]
    assert isinstance(answers[3], RepositoryUnavailable)


async def test_what_does_not_fit_into_one_commit_is_done_before_the_end(
    database: SqliteDatabase,
) -> None:
    gate = Gate(database)
    held = await gate.hold()
    waiting = [asyncio.create_task(database.write(naming(number))) for number in range(250)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    gate.open()
    await held

    assert await asyncio.gather(*waiting) == list(range(250))
    await closing


async def test_a_read_beside_a_write_sees_what_is_durable_alone(database: SqliteDatabase) -> None:
    gate = Gate(database)
    held = await gate.hold()
    writing = asyncio.create_task(database.write(naming(1)))
    reading = asyncio.create_task(names(database))
    await asyncio.sleep(0)
    gate.open()
    await held

    assert await reading == []
    await writing
    assert await names(database) == [1]


async def test_a_read_that_fails_takes_no_other_with_it(database: SqliteDatabase) -> None:
    def wrong(connection: sqlite3.Connection) -> None:
        connection.execute("SELECT nothing")

    def lost(_connection: sqlite3.Connection) -> None:
        raise ConcurrentUpdate("versionChanged")

    await database.write(naming(1))
    for failing in (wrong, lost):
        gate = Gate(database)
        held = await gate.hold()
        waiting = [
            asyncio.create_task(names(database)),
            asyncio.create_task(database.read(failing)),
            asyncio.create_task(names(database)),
        ]
        await asyncio.sleep(0)
        gate.open()
        await held
        answers = await asyncio.gather(*waiting, return_exceptions=True)

        assert [answers[0], answers[2]] == [[1], [1]]
        assert isinstance(answers[1], RecordCorrupt | ConcurrentUpdate)


async def test_reads_that_wait_together_see_one_state(path: Path, database: SqliteDatabase) -> None:
    def write_elsewhere(connection: sqlite3.Connection) -> list[int]:
        found = [row[0] for row in connection.execute("SELECT * FROM names")]
        with closing(sqlite3.connect(path, timeout=0.01)) as other:
            other.execute("INSERT INTO names VALUES (1)")
            with suppress(sqlite3.OperationalError):
                other.commit()
        return found

    gate = Gate(database)
    held = await gate.hold()
    waiting = [asyncio.create_task(database.read(write_elsewhere)) for _ in range(3)]
    await asyncio.sleep(0)
    gate.open()
    await held

    assert await asyncio.gather(*waiting) == [[], [], []]
