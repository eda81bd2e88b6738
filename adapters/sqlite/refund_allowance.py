"""The day's allowance in SQLite: a row for each refund that was given back unasked."""

import sqlite3
from datetime import date

from adapters.sqlite import statements as sql
from adapters.sqlite.cells import Cells
from adapters.sqlite.database import SqliteDatabase
from domain.money import Money


class SqliteRefundAllowance:
    """A `RefundAllowance` on SQLite: looking and counting are one write transaction."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def take(self, refund_id: str, amount: Money, day: date, limit: Money, /) -> bool:
        cells: Cells = {
            "day": day.isoformat(),
            "currency": amount.currency_code,
            "refund_id": refund_id,
            "amount_minor": amount.amount_minor,
            "limit_minor": limit.amount_minor,
        }
        return await self._database.write(lambda connection: _take(connection, cells))


def _take(connection: sqlite3.Connection, cells: Cells) -> bool:
    connection.execute(sql.TAKE_ALLOWANCE, cells)
    return connection.execute(sql.FIND_ALLOWANCE, cells).fetchone() is not None
