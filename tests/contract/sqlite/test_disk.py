"""A disk that gives out."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from ports.errors import RepositoryUnavailable
from tests.contract.evolution import next_version, stored
from tests.support.factories import (
    ORDER_ID,
    a_payment,
    a_task,
    an_order,
)


def remove(path: Path) -> None:
    path.unlink()


def replace_by_another(path: Path) -> None:
    """Put a copy in its place, as restoring a backup does."""
    copy = path.with_name("copy.db")
    shutil.copy(path, copy)
    copy.replace(path)


def contents(path: Path) -> dict[str, bytes]:
    """Read the file and any journal beside it; what is shared between processes is not kept."""
    files = path.parent.iterdir()
    return {file.name: file.read_bytes() for file in files if not file.name.endswith("-shm")}


async def test_a_full_disk_is_unavailable_and_changes_nothing(
    database: SqliteDatabase, orders: SqliteOrderRepository
) -> None:
    order = await stored(orders, an_order())
    big = next_version(order, a_payment(failure_reason="x" * 100_000))
    await database.read(lambda connection: connection.execute("PRAGMA max_page_count = 1").close())

    with pytest.raises(RepositoryUnavailable, match="diskFull"):
        await orders.save(big, [a_task()])

    assert await orders.find_by_id(ORDER_ID) == order
    await database.read(
        lambda connection: connection.execute("PRAGMA max_page_count = 100000").close()
    )
    await orders.save(big, [a_task()])
    assert await orders.find_by_id(ORDER_ID) == big


@pytest.mark.parametrize("meddle", [remove, replace_by_another], ids=["removed", "replaced"])
async def test_a_file_that_is_taken_away_is_unavailable(
    path: Path, orders: SqliteOrderRepository, meddle: Callable[[Path], None]
) -> None:
    await orders.add(an_order(), [])
    meddle(path)

    with pytest.raises(RepositoryUnavailable, match="databaseMoved"):
        await orders.save(next_version(an_order()), [])
    with pytest.raises(RepositoryUnavailable, match="databaseMoved"):
        await orders.find_by_id(ORDER_ID)
    with pytest.raises(RepositoryUnavailable, match="databaseMoved"):
        await orders.ping()


async def test_ping_changes_no_byte(path: Path, orders: SqliteOrderRepository) -> None:
    await orders.add(an_order(), [])
    before = contents(path)

    await orders.ping()

    assert contents(path) == before
