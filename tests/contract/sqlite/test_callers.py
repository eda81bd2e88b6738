"""Callers that go away, and a database that closes: no write is ever half done."""

import asyncio
import sqlite3
import threading
from functools import partial
from pathlib import Path

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from adapters.sqlite.task_queue import SqliteTaskQueue
from ports.errors import RepositoryUnavailable
from tests.contract.evolution import next_version, stored
from tests.support.factories import (
    ORDER_ID,
    a_payment,
    a_task,
    an_order,
    evidence,
)


class Gate:
    """Holds the database's thread in the middle of a transaction."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self._entered, self._opened = threading.Event(), threading.Event()

    async def hold(self) -> "asyncio.Task[None]":
        held = asyncio.create_task(self._database.write(self._wait))
        await asyncio.to_thread(self._entered.wait, 10)
        return held

    def open(self) -> None:
        self._opened.set()

    def _wait(self, connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE orders SET name = 'held'")
        self._entered.set()
        assert self._opened.wait(10)


async def close_and_go_away(database: SqliteDatabase) -> None:
    """Closes it in the middle of a transaction, and does not wait for that."""
    gate = Gate(database)
    held = await gate.hold()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)
    gate.open()
    await held


async def test_a_cancelled_write_ends_whole(
    database: SqliteDatabase, orders: SqliteOrderRepository
) -> None:
    await orders.add(an_order(), [])
    gate = Gate(database)
    held = await gate.hold()

    held.cancel()
    gate.open()

    assert [type(each) for each in await asyncio.gather(held, return_exceptions=True)] == [
        asyncio.CancelledError
    ]
    found = await orders.find_by_id(ORDER_ID)
    assert found is not None
    assert found.name == "held"


async def test_a_write_that_is_cancelled_while_it_waits_never_begins(
    database: SqliteDatabase, orders: SqliteOrderRepository
) -> None:
    await orders.add(an_order(), [])
    gate = Gate(database)
    held = await gate.hold()
    waiting = asyncio.create_task(orders.save(next_version(an_order(), name="late"), []))
    await asyncio.sleep(0)

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    gate.open()
    await held

    found = await orders.find_by_id(ORDER_ID)
    assert found is not None
    assert (found.version, found.name) == (0, "held")


async def test_cancelling_at_any_moment_leaves_whole_versions(
    orders: SqliteOrderRepository, database: SqliteDatabase
) -> None:
    tasks = SqliteTaskQueue(database)
    order = await stored(orders, an_order())

    for number in range(60):
        later = next_version(order, a_payment(evidence=evidence(str(number))))
        saving = asyncio.create_task(orders.save(later, [a_task(detail=str(later.version))]))
        await asyncio.sleep(number * 0.000_03)
        saving.cancel()
        await asyncio.gather(saving, return_exceptions=True)
        found = await orders.find_by_id(ORDER_ID)
        assert found in (order, later)
        order = found

    assert (await tasks.count())["waiting"] == order.version


async def test_closing_waits_for_work_that_was_begun(
    path: Path, database: SqliteDatabase, orders: SqliteOrderRepository
) -> None:
    await orders.add(an_order(), [])

    await close_and_go_away(database)

    with pytest.raises(RepositoryUnavailable, match="databaseClosed"):
        await orders.ping()
    await database.open()
    found = await orders.find_by_id(ORDER_ID)
    assert found is not None
    assert found.name == "held"


async def test_a_late_close_leaves_what_was_opened_since(
    database: SqliteDatabase, orders: SqliteOrderRepository
) -> None:
    entered = threading.Event()
    held = asyncio.create_task(database.read(lambda _: entered.wait(10)))
    await asyncio.sleep(0)
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)

    await database.open()
    entered.set()
    await asyncio.gather(held, closing)

    await orders.ping()


async def test_a_cancelled_close_closes_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = threading.Event()

    class Watched(sqlite3.Connection):
        def close(self) -> None:
            super().close()
            closed.set()

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Watched))
    database = SqliteDatabase(tmp_path / "watched.db")
    await database.open()

    await close_and_go_away(database)

    assert await asyncio.to_thread(closed.wait, 10)


async def test_what_is_asked_while_opening_fails_has_its_answer(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "missing" / "payproof.db")
    opening = asyncio.create_task(database.open())
    await asyncio.sleep(0)

    with pytest.raises(RepositoryUnavailable, match="databaseClosed"):
        await SqliteOrderRepository(database).ping()

    (error,) = await asyncio.gather(opening, return_exceptions=True)
    assert "missing" in str(error)
