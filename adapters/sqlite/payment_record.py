"""The record of payments in SQLite."""

import json
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from adapters.sqlite import statements as sql
from adapters.sqlite.cells import Cells, microseconds, moment
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.rows import UNREADABLE, payment_from
from domain.recorded_payment import RecordedPayment
from ports.payment_record import RecordedPayments

_PAGE = 1000


class SqlitePaymentRecord:
    """A `PaymentRecord` on SQLite."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def find_recorded(
        self, gateway: str, payment_ids: Sequence[str], /
    ) -> Mapping[str, RecordedPayment]:
        wanted: Cells = {"gateway": gateway, "payment_ids": json.dumps(list(payment_ids))}
        found = await self._database.read(
            lambda connection: _recorded(connection.execute(sql.FIND_RECORDED, wanted).fetchall())
        )
        return {recorded.payment.key.payment_id: recorded for recorded in found.payments}

    async def paid_between(
        self, gateway: str, since: datetime, until: datetime, /
    ) -> AsyncIterator[RecordedPayments]:
        after: Cells = {"after_moment": microseconds(since), "after_id": ""}
        fixed: Cells = {"gateway": gateway, "until": microseconds(until)}
        while rows := await self._page(sql.PAID_BETWEEN, fixed | after):
            yield _recorded(rows)
            after = {"after_moment": rows[-1]["paid_at"], "after_id": rows[-1]["payment_id"]}

    async def awaiting_deposit(self, gateway: str, /) -> AsyncIterator[RecordedPayments]:
        after = ""
        while rows := await self._page(
            sql.PAYMENTS_AWAITING_DEPOSIT, {"gateway": gateway, "after_id": after}
        ):
            yield _recorded(rows)
            after = rows[-1]["payment_id"]

    async def open_orders(
        self, since: datetime, until: datetime, /
    ) -> AsyncIterator[Sequence[str]]:
        after: Cells = {"after_moment": microseconds(since), "after_id": ""}
        fixed: Cells = {"until": microseconds(until)}
        while rows := await self._page(sql.OPEN_ORDERS, fixed | after):
            yield [row["order_id"] for row in rows]
            after = {"after_moment": rows[-1]["created_at"], "after_id": rows[-1]["order_id"]}

    async def oldest_open_order(self) -> datetime | None:
        row = await self._database.read(
            lambda connection: connection.execute(sql.OLDEST_OPEN_ORDER).fetchone()
        )
        return None if row is None else moment(row["created_at"])

    async def known_orders(self, order_ids: Sequence[str], /) -> frozenset[str]:
        wanted: Cells = {"order_ids": json.dumps(list(order_ids))}
        rows = await self._database.read(
            lambda connection: connection.execute(sql.KNOWN_ORDERS, wanted).fetchall()
        )
        return frozenset(row["order_id"] for row in rows)

    async def _page(self, statement: str, values: Cells) -> list[sqlite3.Row]:
        page = values | {"limit": _PAGE}
        return await self._database.read(
            lambda connection: connection.execute(statement, page).fetchall()
        )


def _recorded(rows: Sequence[sqlite3.Row]) -> RecordedPayments:
    payments, unreadable = [], []
    for row in rows:
        try:
            payment = payment_from(row)
        except UNREADABLE:
            unreadable.append(str(row["order_id"]))
        else:
            payments.append(RecordedPayment(payment=payment, settles=bool(row["settles"])))
    return RecordedPayments(payments=payments, unreadable=unreadable)
