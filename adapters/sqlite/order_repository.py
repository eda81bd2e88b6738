"""Orders in SQLite: an order is rows in four tables, written in one transaction."""

import sqlite3
from collections.abc import Sequence

from adapters.sqlite import statements as sql
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.errors import cause_of
from adapters.sqlite.refund_rows import refund_cells
from adapters.sqlite.rows import history_cells, order_cells, order_from, payment_cells
from adapters.sqlite.task_queue import add_tasks
from domain.order import Order
from domain.payment import PaymentKey
from domain.tasks import Task
from ports.errors import ConcurrentUpdate, PaymentBoundElsewhere, RecordCorrupt
from ports.order_repository import UnreadableOrder

_MAX_AWAITING = 100


class SqliteOrderRepository:
    """An `OrderRepository` on SQLite."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def find_by_id(self, order_id: str, /) -> Order | None:
        orders = await self._find(sql.FIND_ORDER, {"order_id": order_id})
        return orders[0] if orders else None

    async def add(self, order: Order, tasks: Sequence[Task], /) -> bool:
        return await self._database.write(lambda connection: add_order(connection, order, tasks))

    async def save(self, order: Order, tasks: Sequence[Task], /) -> None:
        await self._database.write(lambda connection: _save(connection, order, tasks))

    async def find_order_id_by_payment(self, key: PaymentKey, /) -> str | None:
        binding = {"gateway": key.gateway, "payment_id": key.payment_id}
        rows = await self._database.read(
            lambda connection: connection.execute(sql.FIND_BINDING, binding).fetchall()
        )
        return rows[0]["order_id"] if rows else None

    async def find_awaiting_deposit(self, customer_id: str, /) -> Sequence[Order]:
        return await self._find(
            sql.FIND_AWAITING_DEPOSIT, {"customer_id": customer_id, "limit": _MAX_AWAITING}
        )

    async def list_awaiting_approval(self, after_order_id: str, limit: int, /) -> Sequence[Order]:
        page: dict[str, str | int] = {"after": after_order_id, "limit": limit}
        return await self._database.read(lambda connection: _readable_page(connection, page))

    async def list_all(
        self, after_order_id: str, limit: int, /
    ) -> Sequence[Order | UnreadableOrder]:
        page = {"after": after_order_id, "limit": limit}
        return await self._database.read(
            lambda connection: [
                _load_if_readable(connection, row["order_id"])
                for row in connection.execute(sql.LIST_IDS, page).fetchall()
            ]
        )

    async def estimate_count(self) -> int:
        rows = await self._database.read(
            lambda connection: connection.execute(sql.COUNT_ORDERS).fetchall()
        )
        return int(rows[0]["records"])

    async def ping(self) -> None:
        await self._database.ping()

    async def _find(self, query: str, values: dict[str, str | int]) -> list[Order]:
        return await self._database.read(
            lambda connection: [
                load_order(connection, row) for row in connection.execute(query, values).fetchall()
            ]
        )


def _readable_page(connection: sqlite3.Connection, page: dict[str, str | int]) -> list[Order]:
    """The orders up to the first that cannot be read; that one alone, at the front, is raised."""
    orders: list[Order] = []
    for row in connection.execute(sql.LIST_AWAITING_APPROVAL, page).fetchall():
        try:
            orders.append(load_order(connection, row))
        except RecordCorrupt:
            if not orders:
                raise
            break
    return orders


def load_order(connection: sqlite3.Connection, row: sqlite3.Row) -> Order:
    """The order of that row, with its payments and history, or `RecordCorrupt`."""
    order_id = {"order_id": row["order_id"]}
    # All at once: a query left half read, at a row that makes no sense, would go on holding its
    # lock on the file.
    return order_from(
        row,
        connection.execute(sql.FIND_PAYMENTS, order_id).fetchall(),
        connection.execute(sql.FIND_HISTORY, order_id).fetchall(),
        connection.execute(sql.FIND_REFUNDS, order_id).fetchall(),
    )


def _load_if_readable(connection: sqlite3.Connection, order_id: str) -> Order | UnreadableOrder:
    try:
        (row,) = connection.execute(sql.FIND_ORDER, {"order_id": order_id}).fetchall()
        return load_order(connection, row)
    except RecordCorrupt as error:
        return UnreadableOrder(order_id=order_id, field=error.field)
    except sqlite3.Error as error:
        if cause_of(error) is not None:
            raise  # SQLite's own: it is not about this order alone
        return UnreadableOrder(order_id=order_id, field="")


def add_order(connection: sqlite3.Connection, order: Order, tasks: Sequence[Task] = ()) -> bool:
    """Adds order and tasks as they are, in the caller's transaction; False if its id is taken."""
    if connection.execute(sql.ADD_ORDER, order_cells(order)).rowcount == 0:
        return False
    _write_parts(connection, order, after_version=-1)
    add_tasks(connection, tasks)
    return True


def _save(connection: sqlite3.Connection, order: Order, tasks: Sequence[Task]) -> None:
    if connection.execute(sql.REPLACE_ORDER, order_cells(order)).rowcount == 0:
        raise ConcurrentUpdate("versionChanged")
    _write_parts(connection, order, after_version=order.version - 1)
    add_tasks(connection, tasks)


def _write_parts(connection: sqlite3.Connection, order: Order, *, after_version: int) -> None:
    """Writes payments and refunds, and the history that is newer than the version stored."""
    for position in range(len(order.payments)):
        written = connection.execute(sql.PUT_PAYMENT, payment_cells(order, position))
        if written.rowcount == 0:
            raise PaymentBoundElsewhere("paymentBoundElsewhere")
    for position in range(len(order.refunds)):
        connection.execute(sql.PUT_REFUND, refund_cells(order, position))
    for entry in order.history:
        if entry.version > after_version:
            connection.execute(sql.ADD_HISTORY, history_cells(order.order_id, entry))
