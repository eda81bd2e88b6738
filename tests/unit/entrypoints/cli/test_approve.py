"""`payproof approve` without a refund: what waits for a person, and what cannot be read."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from domain.refund import RefundStatus
from tests.support.commands import RunCommand
from tests.support.factories import a_refund, an_order


async def fill(path: Path) -> None:
    database = SqliteDatabase(path)
    await database.open()
    for order_id in ("first", "second", "third"):
        refund = a_refund(refund_id=f"rf-{order_id}", status=RefundStatus.AWAITING_APPROVAL)
        order = an_order(order_id=order_id, refunds=(refund,))
        await SqliteOrderRepository(database).add(order, [])
    await database.close()


def test_an_order_that_cannot_be_read_hides_no_other(payproof: RunCommand, tmp_path: Path) -> None:
    path = tmp_path / "payproof.db"
    asyncio.run(fill(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE orders SET currency = 'XXX' WHERE order_id = 'second'")

    ended = payproof("approve")

    assert ended.exit_code == 75
    assert "rf-first" in ended.out
    assert "rf-third" in ended.out
    assert "order second cannot be read: currency" in ended.err
