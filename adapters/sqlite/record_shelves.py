"""The records in SQLite, to be carried whole from store to store."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from adapters.sqlite import board_statements as board
from adapters.sqlite import statements as sql
from adapters.sqlite import webhook_statements
from adapters.sqlite.cells import Cells, microseconds, optional_microseconds, optional_moment
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.operator_log import action_cells, action_from
from adapters.sqlite.order_repository import add_order, load_order
from adapters.sqlite.rows import UNREADABLE, stored_task_cells, stored_task_from, stray_from
from adapters.sqlite.seen_webhooks import seen_cells, seen_from
from adapters.sqlite.stray_payments import stray_cells
from adapters.sqlite.sweep_log import report_cells, report_from
from domain.money import Currency, Money
from domain.order import Order
from ports.errors import PaymentBoundElsewhere, RecordCorrupt
from ports.operator_log import OperatorAction
from ports.record_shelf import Page, RecordShelf
from ports.seen_webhooks import SeenWebhook
from ports.stored_task import StoredTask
from ports.stray_payments import StrayPayment
from ports.sweep_log import SweepReport
from ports.sweep_state import SweepState
from ports.taken_allowance import TakenAllowance

Record = TypeVar("Record")
_NOT_READ = (RecordCorrupt, *UNREADABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[Record]):
    """One kind of record: its statements, where its pages begin, and how it becomes rows.

    `page` lists what is beyond the columns of `start`; `find` looks for what `identity` says.
    """

    count: str
    page: str
    find: str
    start: Cells
    identity: Callable[[Record], Cells]
    load: Callable[[sqlite3.Connection, sqlite3.Row], Record]
    store: Callable[[sqlite3.Connection, Record], object]
    name: Callable[[Record], str]


class SqliteShelf(Generic[Record]):
    """A `RecordShelf` on SQLite."""

    def __init__(self, database: SqliteDatabase, kind: Kind[Record]) -> None:
        self._database = database
        self._kind = kind

    async def count(self) -> int:
        return await self._database.read(
            lambda connection: int(connection.execute(self._kind.count).fetchone()["records"])
        )

    async def page(self, after: str, limit: int, /) -> Page[Record]:
        place: Cells = json.loads(after) if after else self._kind.start
        return await self._database.read(lambda connection: self._read(connection, place, limit))

    async def find(self, records: Sequence[Record], /) -> Sequence[Record | None]:
        return await self._database.read(
            lambda connection: [self._look_up(connection, each) for each in records]
        )

    async def put(self, records: Sequence[Record], /) -> None:
        def put(connection: sqlite3.Connection) -> None:
            for each in records:
                self._kind.store(connection, each)

        await self._database.write(put)

    def name(self, record: Record, /) -> str:
        return self._kind.name(record)

    def _read(self, connection: sqlite3.Connection, place: Cells, limit: int) -> Page[Record]:
        records: list[Record] = []
        unreadable: list[str] = []
        rows = connection.execute(self._kind.page, place | {"limit": limit}).fetchall()
        for row in rows:
            try:
                records.append(self._kind.load(connection, row))
            except _NOT_READ:
                unreadable.append("/".join(str(row[column]) for column in place))
        after = json.dumps({column: rows[-1][column] for column in place}) if rows else ""
        return Page(
            records=records, unreadable=unreadable, after=after if len(rows) == limit else None
        )

    def _look_up(self, connection: sqlite3.Connection, record: Record) -> Record | None:
        row = connection.execute(self._kind.find, self._kind.identity(record)).fetchone()
        try:
            return None if row is None else self._kind.load(connection, row)
        except _NOT_READ:
            return None


def _add_order(connection: sqlite3.Connection, order: Order) -> None:
    connection.execute("SAVEPOINT carried")
    try:
        add_order(connection, order)
    except PaymentBoundElsewhere:
        connection.execute("ROLLBACK TO carried")
    connection.execute("RELEASE carried")


def _state_cells(state: SweepState) -> Cells:
    return {
        "gateway": state.gateway,
        "cursor": optional_microseconds(state.cursor),
        "token": state.token,
        "lease_until": optional_microseconds(state.lease_until),
        "ended_at": optional_microseconds(state.ended_at),
    }


def _state_from(row: sqlite3.Row) -> SweepState:
    return SweepState(
        gateway=row["gateway"],
        cursor=optional_moment(row["cursor"]),
        token=row["token"],
        lease_until=optional_moment(row["lease_until"]),
        ended_at=optional_moment(row["ended_at"]),
    )


def _taken_cells(taken: TakenAllowance) -> Cells:
    return {
        "day": taken.day.isoformat(),
        "currency": taken.amount.currency_code,
        "refund_id": taken.refund_id,
        "amount_minor": taken.amount.amount_minor,
    }


def _taken_from(row: sqlite3.Row) -> TakenAllowance:
    return TakenAllowance(
        day=date.fromisoformat(row["day"]),
        refund_id=row["refund_id"],
        amount=Money(amount_minor=row["amount_minor"], currency=Currency(row["currency"])),
    )


ORDERS: Kind[Order] = Kind(
    count=sql.COUNT_ORDERS,
    page=sql.PAGE_OF_ORDERS,
    find=sql.FIND_ORDER,
    start={"order_id": ""},
    identity=lambda order: {"order_id": order.order_id},
    load=load_order,
    store=_add_order,
    name=lambda order: order.order_id,
)
TASKS: Kind[StoredTask] = Kind(
    count=sql.COUNT_ALL_TASKS,
    page=sql.PAGE_OF_ALL_TASKS,
    find=sql.FIND_STORED_TASK,
    start={"task_id": ""},
    identity=lambda stored: {"task_id": stored.task.task_id},
    load=lambda _, row: stored_task_from(row),
    store=lambda connection, each: connection.execute(sql.CARRY_TASK, stored_task_cells(each)),
    name=lambda stored: stored.task.task_id,
)
STRAYS: Kind[StrayPayment] = Kind(
    count=sql.COUNT_STRAYS,
    page=sql.PAGE_OF_STRAYS,
    find=sql.FIND_STRAY,
    start={"gateway": "", "payment_id": ""},
    identity=stray_cells,
    load=lambda _, row: stray_from(row),
    store=lambda connection, each: connection.execute(sql.CARRY_STRAY, stray_cells(each)),
    name=lambda stray: str(stray.payment.key),
)
SWEEP_STATES: Kind[SweepState] = Kind(
    count=sql.COUNT_SWEEP_STATES,
    page=sql.PAGE_OF_SWEEP_STATES,
    find=sql.FIND_SWEEP_STATE,
    start={"gateway": ""},
    identity=lambda state: {"gateway": state.gateway},
    load=lambda _, row: _state_from(row),
    store=lambda connection, each: connection.execute(sql.CARRY_SWEEP_STATE, _state_cells(each)),
    name=lambda state: state.gateway,
)
SWEEPS: Kind[SweepReport] = Kind(
    count=sql.COUNT_SWEEPS,
    page=sql.PAGE_OF_SWEEPS,
    find=sql.FIND_SWEEP,
    start={"sweep_id": 0},
    identity=lambda report: {
        "gateway": report.gateway,
        "asked_by": report.by,
        "began_at": microseconds(report.began_at),
    },
    load=lambda _, row: report_from(row),
    store=lambda connection, each: connection.execute(sql.CARRY_SWEEP, report_cells(each)),
    name=lambda report: f"{report.gateway}, by {report.by} at {report.began_at}",
)
ALLOWANCES: Kind[TakenAllowance] = Kind(
    count=sql.COUNT_ALLOWANCES,
    page=sql.PAGE_OF_ALLOWANCES,
    find=sql.FIND_TAKEN_ALLOWANCE,
    start={"day": "", "currency": "", "refund_id": ""},
    identity=_taken_cells,
    load=lambda _, row: _taken_from(row),
    store=lambda connection, each: connection.execute(sql.CARRY_ALLOWANCE, _taken_cells(each)),
    name=lambda taken: f"{taken.refund_id} of {taken.day}/{taken.amount.currency_code}",
)
ACTIONS: Kind[OperatorAction] = Kind(
    count=board.COUNT_ACTIONS,
    page=board.PAGE_OF_ACTIONS,
    find=board.FIND_ACTION,
    start={"action_id": ""},
    identity=action_cells,
    load=lambda _, row: action_from(row),
    store=lambda connection, each: connection.execute(board.ADD_ACTION, action_cells(each)),
    name=lambda action: action.action_id,
)
SEEN_WEBHOOKS: Kind[SeenWebhook] = Kind(
    count=webhook_statements.COUNT_SEEN_WEBHOOKS,
    page=webhook_statements.PAGE_OF_SEEN_WEBHOOKS,
    find=webhook_statements.FIND_SEEN_WEBHOOK,
    start={"gateway": "", "delivery_id": ""},
    identity=seen_cells,
    load=lambda _, row: seen_from(row),
    store=lambda connection, each: connection.execute(
        webhook_statements.MARK_WEBHOOK_SEEN, seen_cells(each)
    ),
    name=lambda webhook: f"{webhook.gateway}/{webhook.delivery_id}",
)


def shelves(database: SqliteDatabase) -> dict[str, RecordShelf[Any]]:
    """All that a SQLite file keeps, by kind."""
    return {
        "orders": SqliteShelf(database, ORDERS),
        "tasks": SqliteShelf(database, TASKS),
        "stray payments": SqliteShelf(database, STRAYS),
        "sweep cursors": SqliteShelf(database, SWEEP_STATES),
        "sweep reports": SqliteShelf(database, SWEEPS),
        "allowances": SqliteShelf(database, ALLOWANCES),
        "operator actions": SqliteShelf(database, ACTIONS),
        "seen webhooks": SqliteShelf(database, SEEN_WEBHOOKS),
    }
