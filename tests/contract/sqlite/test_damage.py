"""A file that was damaged or tampered with: nothing is guessed, nothing is shown."""

import sqlite3
from pathlib import Path

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from adapters.sqlite.task_queue import SqliteTaskQueue
from domain.payment import PaymentStatus
from domain.tasks import TaskKind
from ports.errors import RecordCorrupt
from ports.order_repository import UnreadableOrder
from tests.contract.evolution import next_version, stored
from tests.support.factories import (
    NOON,
    ORDER_ID,
    a_customer,
    a_key,
    a_payment,
    a_task,
    an_order,
)


def execute(path: Path, statement: str, *values: object) -> None:
    """Do what no payproof would do to the file."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        assert connection.execute(statement, values).rowcount != 0
    finally:
        connection.close()


async def test_a_damaged_page_is_a_corrupt_record(
    path: Path, database: SqliteDatabase, orders: SqliteOrderRepository
) -> None:
    await orders.add(an_order(), [])
    await database.close()
    with sqlite3.connect(path) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'orders'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    await database.open()

    with pytest.raises(RecordCorrupt, match="databaseDamaged"):
        await orders.find_by_id(ORDER_ID)


async def test_a_missing_table_is_a_corrupt_record(
    path: Path, orders: SqliteOrderRepository
) -> None:
    await orders.add(an_order(), [])
    execute(path, "DROP TABLE history")

    with pytest.raises(RecordCorrupt, match="databaseError"):
        await orders.find_by_id(ORDER_ID)


@pytest.mark.parametrize(
    ("tampering", "field"),
    [
        ("UPDATE orders SET amount_minor = -1", "amount"),
        ("UPDATE orders SET amount_minor = 0", "amount"),
        ("UPDATE orders SET currency = 'XXX'", "currency"),
        ("UPDATE orders SET status = 'pay'", ""),
        ("UPDATE orders SET created_at = 9e17", ""),
        ("UPDATE orders SET expires_at = -9e18", ""),
        ("UPDATE orders SET customer_phone = 'call me'", "customer.phone"),
        ("UPDATE orders SET customer_locale = 'fr'", "customer.locale"),
        ("UPDATE orders SET settled_by_payment_id = '..'", "payment_id"),
        ("UPDATE orders SET name = ''", "name"),
        ("UPDATE payments SET status = 'PAID'", ""),
        ("UPDATE payments SET status = 'cancelled'", "cancelled"),
        ("UPDATE payments SET mode = ''", ""),
        ("UPDATE payments SET total_currency = 'krw'", "currency"),
        ("UPDATE payments SET account_number = NULL", "virtual_account"),
        ("UPDATE payments SET account_number = ' '", "virtual_account"),
        ("UPDATE payments SET gateway = 'PortOne'", "gateway"),
        ("UPDATE payments SET paid_at = 9e18", ""),
        ("UPDATE history SET triggered_by = 'nobody'", ""),
        ("UPDATE history SET outcome = 'maybe'", ""),
        ("UPDATE history SET discrepancies = '[1]'", ""),
        ("UPDATE history SET payment_status = 'paidish'", ""),
        ("""UPDATE history SET discrepancies = '[{"field": "amount"}]'""", ""),
    ],
)
async def test_a_row_that_was_tampered_with_is_not_guessed_at(
    path: Path, orders: SqliteOrderRepository, tampering: str, field: str
) -> None:
    waits = a_payment(status=PaymentStatus.AWAITING_DEPOSIT)
    await stored(orders, an_order(), waits, settled_by=a_key())
    execute(path, tampering)

    with pytest.raises(RecordCorrupt) as caught:
        await orders.find_by_id(ORDER_ID)

    assert caught.value.order_id == ORDER_ID
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("tampering", "field"),
    [
        ("UPDATE orders SET amount_minor = 0 WHERE order_id = 'b'", "amount"),
        ("UPDATE orders SET status = 'pay' WHERE order_id = 'b'", ""),
        ("UPDATE orders SET name = CAST(x'ff' AS TEXT) WHERE order_id = 'b'", ""),
        ("UPDATE payments SET method = CAST(x'ff' AS TEXT) WHERE order_id = 'b'", ""),
        ("UPDATE history SET evidence = CAST(x'ff' AS TEXT) WHERE order_id = 'b'", ""),
    ],
)
async def test_an_order_that_cannot_be_read_keeps_no_other_back(
    path: Path, orders: SqliteOrderRepository, tampering: str, field: str
) -> None:
    for order_id in ("a", "b", "c"):
        payment = a_payment(order_id=order_id, key=a_key(f"imp_{order_id}"))
        await stored(orders, an_order(order_id=order_id), payment)
    execute(path, tampering)

    found = await orders.list_all("", 10)

    assert [each.order_id for each in found] == ["a", "b", "c"]
    assert found[1] == UnreadableOrder(order_id="b", field=field)


async def test_a_row_that_cannot_be_read_leaves_the_file_to_others(
    path: Path, orders: SqliteOrderRepository
) -> None:
    await stored(orders, an_order(), a_payment())
    execute(path, "UPDATE payments SET status = 'PAID'")
    with pytest.raises(RecordCorrupt) as caught:
        await orders.find_by_id(ORDER_ID)

    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    connection.execute("UPDATE payments SET status = 'paid'")
    connection.close()

    assert caught.value.order_id == ORDER_ID
    assert await orders.find_by_id(ORDER_ID) is not None


async def test_a_damaged_file_is_not_told_as_one_bad_order(
    path: Path, orders: SqliteOrderRepository
) -> None:
    await stored(orders, an_order(), a_payment())
    execute(path, "DROP TABLE history")

    with pytest.raises(RecordCorrupt, match="databaseError"):
        await orders.list_all("", 10)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE orders SET customer_phone = CAST(x'303130ff' AS TEXT)",
        "UPDATE orders SET customer_phone = '010x'",
    ],
)
async def test_an_error_shows_nothing_of_the_row(
    path: Path, orders: SqliteOrderRepository, tampering: str
) -> None:
    await orders.add(an_order(), [])
    execute(path, tampering)

    with pytest.raises(RecordCorrupt) as caught:
        await orders.find_by_id(ORDER_ID)

    assert "010" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE orders SET amount_minor = 'a thousand'",
        "UPDATE payments SET order_id = 'nobody'",
        "UPDATE payments SET total_minor = NULL",
        "UPDATE payments SET total_unreadable = '1000'",
        "UPDATE history SET discrepancies = '{}'",
        "UPDATE history SET discrepancies = 'none'",
        "UPDATE tasks SET state = 'lost'",
    ],
)
async def test_the_schema_itself_refuses_nonsense(
    path: Path, orders: SqliteOrderRepository, tampering: str
) -> None:
    await orders.add(an_order(), [])
    await orders.save(next_version(an_order(), a_payment()), [a_task()])
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys = ON")

    with pytest.raises(sqlite3.Error):
        connection.execute(tampering)

    connection.close()


async def test_an_unreadable_task_is_parked_and_the_others_are_lent(
    path: Path, database: SqliteDatabase
) -> None:
    tasks = SqliteTaskQueue(database)
    for detail in ("1", "2"):
        await tasks.put(a_task(detail=detail))
    execute(path, "UPDATE tasks SET gateway = 'PortOne' WHERE detail = '1'")

    claimed = await tasks.claim(TaskKind.RECHECK, NOON, NOON, 10)

    assert [each.task.detail for each in claimed] == ["2"]
    assert await tasks.count() == {"waiting": 0, "leased": 1, "done": 0, "parked": 1}


async def test_a_task_of_another_version_is_left_to_it(
    path: Path, database: SqliteDatabase
) -> None:
    tasks = SqliteTaskQueue(database)
    await tasks.put(a_task())
    execute(path, "UPDATE tasks SET kind = 'dance'")

    for kind in TaskKind:
        assert await tasks.claim(kind, NOON, NOON, 10) == []

    assert (await tasks.count())["waiting"] == 1


async def test_text_that_is_no_text_is_refused_and_the_next_write_succeeds(
    orders: SqliteOrderRepository,
) -> None:
    order = await stored(orders, an_order())
    unwritable = a_payment(receipt_url="\ud800")

    with pytest.raises(UnicodeEncodeError):
        await orders.save(next_version(order, unwritable), [])

    assert await orders.find_by_id(ORDER_ID) == order
    await orders.save(next_version(order, a_payment()), [])


async def test_no_phone_is_shown_by_what_is_stored(orders: SqliteOrderRepository) -> None:
    await orders.add(an_order(customer=a_customer(phone="010-9999-8888")), [])

    assert "9999" not in repr(await orders.find_by_id(ORDER_ID))
