"""A full SQLite file is carried to MongoDB and back: nothing stays behind, and damage is named."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.mongodb.database import MongoDatabase
from adapters.mongodb.record_shelves import shelves as mongodb_shelves
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.record_shelves import shelves as sqlite_shelves
from application.migrate_store import Carried, Fault, MigrateStore, Step
from ports.record_shelf import RecordShelf
from tests.integration.mongodb.conftest import RawDatabase
from tests.support.factories import ORDER_ID
from tests.support.full_store import RECORDS

Rows = set[tuple[tuple[str, object], ...]]


class _Watch:
    def __call__(self, kind: str, step: Step, done: int, total: int) -> None:
        assert 0 <= done <= total, f"{step} {kind}"


async def migrated(
    source: Mapping[str, RecordShelf[Any]], target: Mapping[str, RecordShelf[Any]]
) -> dict[str, Carried]:
    return {each.kind: each for each in await MigrateStore(source, target, _Watch())()}


def tables(path: Path) -> dict[str, Rows]:
    """Everything in the file, but for numbers that it has given by itself."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        return {
            name: {
                tuple(sorted(item for item in dict(row).items() if item[0] != "sweep_id"))
                for row in connection.execute(f"SELECT * FROM {name}")
            }
            for (name,) in names.fetchall()
        }


async def test_nothing_stays_behind(tmp_path: Path, database: MongoDatabase) -> None:
    paths = tmp_path / "from.db", tmp_path / "back.db"
    source, target = (SqliteDatabase(path) for path in paths)
    for each in (source, target):
        await each.open()
    for kind, shelf in sqlite_shelves(source).items():
        await shelf.put(RECORDS[kind]())

    there = await migrated(sqlite_shelves(source), mongodb_shelves(database))
    back = await migrated(mongodb_shelves(database), sqlite_shelves(target))
    for each in (source, target):
        await each.close()

    before, after = (tables(path) for path in paths)
    assert [carried for carried in (*there.values(), *back.values()) if not carried.is_whole] == []
    assert after == before
    for name, rows in before.items():
        empty = {column for row in rows for column, _ in row}
        empty -= {column for row in rows for column, value in row if value is not None}
        assert rows, f"put something into {name}: see tests/support/full_store.py"
        assert not empty, f"put something into {name}, {empty}: see tests/support/full_store.py"


async def test_what_cannot_be_read_is_named_and_stops_nothing(
    tmp_path: Path, database: MongoDatabase, raw: RawDatabase
) -> None:
    for kind, shelf in mongodb_shelves(database).items():
        await shelf.put(RECORDS[kind]())
    raw.orders.update_one({"_id": ORDER_ID}, {"$set": {"amount.currency": "WON"}})
    raw.orders.update_one({"_id": "bare"}, {"$set": {"tasks.0.state": "dancing"}})
    raw.stray_payments.update_many({}, {"$set": {"reason": "none"}})
    raw.sweep_cursors.update_one({"_id": "toss"}, {"$set": {"ended_at": 7}})
    raw.sweeps.update_one({"by": "cli"}, {"$set": {"pages": "3"}})
    raw.operator_actions.update_one({"_id": "action-2"}, {"$set": {"act": "danced"}})
    raw.seen_webhooks.update_one({"_id": "x/msg/1"}, {"$set": {"seen_at": 7}})
    raw.refund_allowances.update_one({"_id": "2026-03-02/USD"}, {"$set": {"refunds.0": 7}})
    target = SqliteDatabase(tmp_path / "to.db")
    await target.open()

    carried = await migrated(mongodb_shelves(database), sqlite_shelves(target))
    await target.close()

    assert {kind: each.faults for kind, each in carried.items()} == {
        "orders": {Fault.UNREADABLE: 1},
        "tasks": {Fault.UNREADABLE: 1},
        "stray payments": {Fault.UNREADABLE: 2},
        "sweep cursors": {Fault.UNREADABLE: 1},
        "sweep reports": {Fault.UNREADABLE: 1},
        "allowances": {Fault.UNREADABLE: 1},
        "operator actions": {Fault.UNREADABLE: 1},
        "seen webhooks": {Fault.UNREADABLE: 1},
    }
    assert carried["orders"].named == [(f"{ORDER_ID} (currency)", Fault.UNREADABLE)]
    assert carried["tasks"].named == [("bare (tasks.state)", Fault.UNREADABLE)]
    assert carried["orders"].equal == len(RECORDS["orders"]()) - 1


@pytest.mark.parametrize(
    ("collection", "change"),
    [
        ("orders", {"version": "many"}),
        ("orders", {"tasks": "none"}),
        ("stray_payments", {"told": "perhaps"}),
        ("sweep_cursors", {"ended_at": 7}),
        ("sweeps", {"pages": "3"}),
        ("operator_actions", {"operator": ""}),
        ("refund_allowances", {"refunds.0.amount_minor": "3"}),
        ("seen_webhooks", {"seen_at": "yesterday"}),
    ],
)
async def test_what_cannot_be_read_at_the_target_is_not_there(
    tmp_path: Path,
    database: MongoDatabase,
    raw: RawDatabase,
    collection: str,
    change: dict[str, object],
) -> None:
    for kind, shelf in mongodb_shelves(database).items():
        await shelf.put(RECORDS[kind]())
    source = SqliteDatabase(tmp_path / "from.db")
    await source.open()
    for kind, shelf in sqlite_shelves(source).items():
        await shelf.put(RECORDS[kind]())
    raw[collection].update_many({}, {"$set": change})

    carried = await migrated(sqlite_shelves(source), mongodb_shelves(database))
    await source.close()

    found = {fault for each in carried.values() for fault in each.faults}
    assert found == {Fault.MISSING}
