"""Stray payments in SQLite."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from adapters.sqlite import statements as sql
from adapters.sqlite.cells import Cells, microseconds
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.rows import UNREADABLE, snapshot_cells, stray_from
from domain.payment import Payment, PaymentKey
from domain.tasks import AlertReason
from ports.errors import RecordCorrupt
from ports.stray_payments import StrayPayment

_MAX_OF_ORDER = 100
_PAGE = 500


class SqliteStrayPayments:
    """`StrayPayments` on SQLite."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def keep(self, payment: Payment, reason: AlertReason, now: datetime, /) -> StrayPayment:
        cells = stray_cells(StrayPayment(payment=payment, reason=reason, found_at=now))
        row = await self._database.write(
            lambda connection: connection.execute(sql.KEEP_STRAY, cells).fetchone()
        )
        try:
            return stray_from(row)
        except UNREADABLE:
            raise RecordCorrupt("strayUnreadable") from None

    async def mark_told(self, key: PaymentKey, /) -> None:
        cells = _key_cells(key)
        await self._database.write(
            lambda connection: connection.execute(sql.MARK_STRAY_TOLD, cells)
        )

    async def drop(self, key: PaymentKey, /) -> bool:
        cells = _key_cells(key)
        dropped = await self._database.write(
            lambda connection: connection.execute(sql.DROP_STRAY, cells).rowcount
        )
        return dropped == 1

    async def walk(self) -> AsyncIterator[Sequence[StrayPayment]]:
        after: Cells = {"gateway": "", "payment_id": ""}
        while rows := await self._page(after):
            yield _readable(rows)
            after = {"gateway": rows[-1]["gateway"], "payment_id": rows[-1]["payment_id"]}

    async def find_by_order(self, order_id: str, /) -> Sequence[PaymentKey]:
        wanted: Cells = {"order_id": order_id, "limit": _MAX_OF_ORDER}
        rows = await self._database.read(
            lambda connection: connection.execute(sql.STRAYS_OF_ORDER, wanted).fetchall()
        )
        return [PaymentKey(gateway=row["gateway"], payment_id=row["payment_id"]) for row in rows]

    async def _page(self, after: Cells) -> list[sqlite3.Row]:
        page = after | {"limit": _PAGE}
        return await self._database.read(
            lambda connection: connection.execute(sql.PAGE_OF_STRAYS, page).fetchall()
        )


def stray_cells(stray: StrayPayment) -> Cells:
    return snapshot_cells(stray.payment) | {
        "reason": stray.reason.value,
        "found_at": microseconds(stray.found_at),
        "told": int(stray.told),
    }


def _readable(rows: Sequence[sqlite3.Row]) -> list[StrayPayment]:
    strays = []
    for row in rows:
        try:
            strays.append(stray_from(row))
        except UNREADABLE:
            continue
    return strays


def _key_cells(key: PaymentKey) -> Cells:
    return {"gateway": key.gateway, "payment_id": key.payment_id}
