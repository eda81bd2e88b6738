"""The board of orders in SQLite."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from adapters.sqlite import board_statements as sql
from adapters.sqlite.cells import Cells, microseconds, moment, optional_moment
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.rows import UNREADABLE
from domain.money import Currency, Money
from domain.order import OrderStatus
from domain.payment import PaymentKey
from domain.takings import TakingsKind
from ports.order_board import BoardLine, BoardList, Place, Takings

_HOUR = 3_600_000_000
_PAGES = {
    BoardList.NEWEST: sql.NEWEST,
    BoardList.AWAITING_DEPOSIT: sql.AWAITING,
    BoardList.FORGED: sql.FORGED,
    BoardList.SURPLUS: sql.SURPLUS,
}
_COUNTS = {
    BoardList.NEWEST: sql.COUNT_NEWEST,
    BoardList.AWAITING_DEPOSIT: sql.COUNT_AWAITING,
    BoardList.FORGED: sql.COUNT_FORGED,
    BoardList.SURPLUS: sql.COUNT_SURPLUS,
}
# Of each kind, the columns that count it.
_KINDS = tuple((kind, kind.value, f"{kind.value}_minor") for kind in TakingsKind)
# After any time there can be.
_AFTER_ALL: Cells = {"at": 2**63 - 1, "order_id": "", "ordinal": 0}


class SqliteOrderBoard:
    """An `OrderBoard` on SQLite."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def takings(self, since: datetime, until: datetime, /) -> Sequence[Takings]:
        window: Cells = {"since": _hour_of(since), "until": _hour_of(until)}
        rows = await self._rows(sql.TAKINGS, window)
        return [each for row in rows for each in _takings(row)]

    async def page(
        self, which: BoardList, after: Place | None, limit: int, /
    ) -> Sequence[BoardLine]:
        return await self._lines(_PAGES[which], _start(after) | {"limit": limit})

    async def count(self, which: BoardList, at_most: int, /) -> int:
        rows = await self._rows(_COUNTS[which], {"at_most": at_most})
        return int(rows[0]["lines"])

    async def of_customer(
        self, customer_id: str, after: Place | None, limit: int, /
    ) -> Sequence[BoardLine]:
        wanted = _start(after) | {"customer_id": customer_id, "limit": limit}
        return await self._lines(sql.OF_CUSTOMER, wanted)

    async def beginning_with(self, text: str, limit: int, /) -> Sequence[BoardLine]:
        return await self._lines(sql.BEGINNING_WITH, {"text": text, "limit": limit})

    async def refused(self, payment_id: str, limit: int, /) -> Sequence[BoardLine]:
        return await self._lines(sql.REFUSED, {"payment_id": payment_id, "limit": limit})

    async def _lines(self, query: str, values: Cells) -> list[BoardLine]:
        lines = []
        for row in await self._rows(query, values):
            try:
                lines.append(_line(row))
            except UNREADABLE:
                continue
        return lines

    async def _rows(self, query: str, values: Cells) -> list[sqlite3.Row]:
        return await self._database.read(
            lambda connection: connection.execute(query, values).fetchall()
        )


def _hour_of(at: datetime) -> int:
    return microseconds(at) // _HOUR


def _start(after: Place | None) -> Cells:
    if after is None:
        return _AFTER_ALL
    return {"at": microseconds(after.at), "order_id": after.order_id, "ordinal": after.ordinal}


def _takings(row: sqlite3.Row) -> list[Takings]:
    try:
        hour, currency = moment(row["hour"] * _HOUR), Currency(row["currency"])
        return [
            Takings(
                hour=hour,
                kind=kind,
                currency=currency,
                count=row[count],
                amount_minor=row[amount_minor],
            )
            for kind, count, amount_minor in _KINDS
            if row[count]
        ]
    except UNREADABLE:
        return []


def _line(row: sqlite3.Row) -> BoardLine:
    gateway, payment_id = row["gateway"], row["payment_id"]
    return BoardLine(
        place=Place(at=moment(row["at"]), order_id=row["order_id"], ordinal=row["ordinal"]),
        status=OrderStatus(row["status"]),
        amount=Money(amount_minor=row["amount_minor"], currency=Currency(row["currency"])),
        expires_at=optional_moment(row["expires_at"]),
        name=row["name"],
        customer_id=row["customer_id"],
        key=None if gateway is None else PaymentKey(gateway=gateway, payment_id=payment_id),
    )
