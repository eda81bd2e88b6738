"""A file of an older payproof is brought up to date when it is opened, and loses nothing."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.sqlite.board_schema import BOARD
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.migrations import APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION
from adapters.sqlite.order_board import SqliteOrderBoard
from adapters.sqlite.order_repository import SqliteOrderRepository
from domain.history_audit import first_break, unchained_entries
from domain.takings import TakingsKind
from ports.order_board import BoardList
from tests.contract.evolution import next_version
from tests.support.factories import NOON, ORDER_ID, a_payment, an_entry, an_order

BOARD_SCHEMA = MIGRATIONS.index(BOARD) + 1
OLD = an_order(version=1, history=(an_entry(),))


def file_of_schema(path: Path, schema: int) -> None:
    """Make the file as the payproof of that schema made it, with one order of one entry."""
    at = int(NOON.timestamp()) * 1_000_000 + NOON.microsecond
    customer, key = OLD.customer, OLD.history[0].key
    assert customer is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        for step in MIGRATIONS[:schema]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {schema}")
        connection.execute(
            "INSERT INTO orders (order_id, version, status, amount_minor, currency, client_token,"
            " created_at, name, customer_id, customer_phone, customer_locale, awaits_deposit)"
            " VALUES (?, 1, 'pending', 1000, 'KRW', ?, ?, ?, ?, ?, 'ko', 0)",
            (ORDER_ID, OLD.client_token, at, OLD.name, customer.customer_id, customer.phone),
        )
        connection.execute(
            "INSERT INTO history (order_id, version, at, triggered_by, outcome, gateway,"
            " payment_id, evidence, discrepancies)"
            " VALUES (?, 1, ?, 'browser', 'paid', ?, ?, ?, '[]')",
            (ORDER_ID, at, key.gateway, key.payment_id, OLD.history[0].evidence),
        )


@pytest.mark.parametrize("schema", range(1, SCHEMA_VERSION + 1))
async def test_an_order_of_an_older_file_is_read_and_goes_on(tmp_path: Path, schema: int) -> None:
    path = tmp_path / "payproof.db"
    file_of_schema(path, schema)
    database = SqliteDatabase(path)
    orders = SqliteOrderRepository(database)
    await database.open()

    found = await orders.find_by_id(ORDER_ID)
    later = next_version(OLD, a_payment())
    await orders.save(later, [])
    saved = await orders.find_by_id(ORDER_ID)
    await database.close()

    assert found == OLD
    assert saved == later
    assert first_break(later) is None
    assert unchained_entries(later) == 1


async def test_what_an_older_file_holds_is_added_up_once(tmp_path: Path) -> None:
    path = tmp_path / "payproof.db"
    file_of_schema(path, BOARD_SCHEMA - 1)
    hour = NOON.replace(minute=0, second=0, microsecond=0)
    columns = (
        "gateway, payment_id, order_id, position, mode, status, total_minor, total_currency,"
        " cancelled_minor, cancelled_currency, evidence, paid_at, lapsed"
    )
    paid = (int(NOON.timestamp()) * 1_000_000, 0)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for payment_id in ("imp_1", "imp_2"):
            connection.execute(
                f"INSERT INTO payments ({columns}) VALUES ('portone-v1', ?, ?, 0, 'live', 'paid',"
                " 1000, 'KRW', 0, 'KRW', '', ?, ?)",
                (payment_id, ORDER_ID, *paid),
            )
        connection.execute(
            "UPDATE orders SET settled_by_gateway = 'portone-v1', settled_by_payment_id = 'imp_1'"
        )
        connection.execute("UPDATE history SET outcome = 'forged'")
    database = SqliteDatabase(path)
    board = SqliteOrderBoard(database)
    await database.open()

    sums = await board.takings(hour, hour + timedelta(hours=1))
    surplus = await board.page(BoardList.SURPLUS, None, 9)
    await database.close()

    assert [(each.kind, each.count, each.amount_minor) for each in sums] == [
        (TakingsKind.PAID, 2, 2000),
        (TakingsKind.SURPLUS, 1, 1000),
        (TakingsKind.FORGED, 1, 1000),
    ]
    assert [line.key and line.key.payment_id for line in surplus] == ["imp_2"]
