"""SQLite among several processes: what was said to be written is there, and written once."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from adapters.sqlite.task_queue import SqliteTaskQueue
from domain.tasks import TaskKind
from ports.errors import RepositoryUnavailable
from tests.contract.evolution import next_version
from tests.support.factories import NOON, ORDER_ID, a_task, an_order

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def another_process(path: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.contract.sqlite.another_process", str(path), *words]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str], lines: int | None = None) -> list[str]:
    """Read so many lines of the process, or all of them until it ends."""
    assert process.stdout is not None
    if lines is None:
        return process.stdout.read().split()
    return [process.stdout.readline().strip() for _ in range(lines)]


def begin(*processes: subprocess.Popen[str]) -> None:
    """Let them go when all of them have the file open."""
    for process in processes:
        assert said(process, 1) == ["ready"]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


async def test_a_file_that_others_keep_busy_is_unavailable_until_they_let_go(
    impatient: SqliteDatabase, path: Path
) -> None:
    orders, tasks = SqliteOrderRepository(impatient), SqliteTaskQueue(impatient)
    await orders.add(an_order(), [])

    with another_process(path, "hold") as other:
        assert said(other, 1) == ["held"]
        for asked in (
            orders.save(next_version(an_order()), [a_task()]),
            orders.ping(),
            tasks.claim(TaskKind.RECHECK, NOON, NOON, 1),
        ):
            with pytest.raises(RepositoryUnavailable, match="databaseBusy"):
                await asked
        newcomer = SqliteDatabase(path, busy_timeout_s=0.2)
        with pytest.raises(RepositoryUnavailable, match="databaseBusy"):
            await newcomer.open()
        other.communicate()

    await orders.save(next_version(an_order()), [a_task()])
    assert (await tasks.count())["waiting"] == 1


async def test_readers_wait_for_a_writer_only_without_wal(
    impatient: SqliteDatabase, path: Path
) -> None:
    orders = SqliteOrderRepository(impatient)
    await orders.add(an_order(), [])
    mode = await impatient.read(
        lambda connection: connection.execute("PRAGMA journal_mode").fetchone()[0]
    )

    with another_process(path, "hold") as other:
        assert said(other, 1) == ["held"]
        if mode == "wal":
            assert await orders.find_by_id(ORDER_ID) == an_order()
        else:
            with pytest.raises(RepositoryUnavailable, match="databaseBusy"):
                await orders.find_by_id(ORDER_ID)
        other.communicate()

    assert await orders.find_by_id(ORDER_ID) == an_order()


async def test_a_short_wait_for_others_is_not_noticed(path: Path) -> None:
    database = SqliteDatabase(path, busy_timeout_s=60)
    await database.open()
    orders = SqliteOrderRepository(database)

    with another_process(path, "hold") as other:
        assert said(other, 1) == ["held"]
        assert other.stdin is not None
        other.stdin.close()
        assert await orders.add(an_order(), [])

    await database.close()


async def test_each_version_is_written_by_one_process(database: SqliteDatabase, path: Path) -> None:
    versions = 100
    orders = SqliteOrderRepository(database)
    await orders.add(an_order(), [])
    words = ("append", ORDER_ID, str(versions))

    with another_process(path, *words) as one, another_process(path, *words) as other:
        begin(one, other)
        won = said(one), said(other)

    found = await orders.find_by_id(ORDER_ID)
    assert found is not None
    assert all(won)
    assert sorted(map(int, won[0] + won[1])) == list(range(1, versions + 1))
    assert [entry.version for entry in found.history] == list(range(1, versions + 1))


async def test_a_reading_sees_one_state_of_the_database(
    database: SqliteDatabase, path: Path
) -> None:
    await SqliteOrderRepository(database).add(an_order(name="before"), [])

    def read_twice(connection: sqlite3.Connection) -> list[str]:
        return [name_read(connection), write_beside(path), name_read(connection)]

    first, wrote, second = await database.read(read_twice)

    assert (first, second) == ("before", "before"), wrote


def name_read(connection: sqlite3.Connection) -> str:
    (name,) = connection.execute("SELECT name FROM orders").fetchone()
    return str(name)


def write_beside(path: Path) -> str:
    """Try to change what another connection is reading; SQLite refuses, or shows it to others."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("UPDATE orders SET name = 'after'")
        except sqlite3.OperationalError as error:
            return str(error)
    return "written"


async def test_each_task_is_lent_to_one_process(database: SqliteDatabase, path: Path) -> None:
    details = [str(number) for number in range(120)]
    tasks = SqliteTaskQueue(database)
    for detail in details:
        await tasks.put(a_task(detail=detail))

    with another_process(path, "take") as one, another_process(path, "take") as other:
        begin(one, other)
        taken = said(one), said(other)

    assert all(taken)
    assert sorted(taken[0] + taken[1]) == sorted(details)
    assert (await tasks.count())["done"] == len(details)


async def test_what_was_said_to_be_written_survives_a_kill(path: Path) -> None:
    database = SqliteDatabase(path)
    await database.open()
    await SqliteOrderRepository(database).add(an_order(), [])
    await database.close()
    last_said = 0

    for lines in (1, 7, 20):
        with another_process(path, "append", ORDER_ID, "100000") as process:
            begin(process)
            said(process, lines - 1)
            (last,) = said(process, 1)
            process.kill()
            last_said = int(([last, *said(process)])[-1])

        await database.open()
        order = await SqliteOrderRepository(database).find_by_id(ORDER_ID)
        counted = await SqliteTaskQueue(database).count()
        await database.close()
        assert order is not None
        # One more may have been written than could be said.
        assert order.version in (last_said, last_said + 1)
        assert [entry.version for entry in order.history] == list(range(1, order.version + 1))
        assert counted["waiting"] == order.version
        assert integrity(path) == ["ok"]
    assert last_said >= 28


def integrity(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [row for (row,) in connection.execute("PRAGMA integrity_check")]
    finally:
        connection.close()
