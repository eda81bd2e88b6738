"""Which database the settings mean, and the ports that it stands behind."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.errors import DatabaseUnusable
from adapters.sqlite.operator_log import SqliteOperatorLog
from adapters.sqlite.order_board import SqliteOrderBoard
from adapters.sqlite.order_repository import SqliteOrderRepository
from adapters.sqlite.payment_record import SqlitePaymentRecord
from adapters.sqlite.record_shelves import shelves as sqlite_shelves
from adapters.sqlite.refund_allowance import SqliteRefundAllowance
from adapters.sqlite.seen_webhooks import SqliteSeenWebhooks
from adapters.sqlite.stray_payments import SqliteStrayPayments
from adapters.sqlite.sweep_log import SqliteSweepLog
from adapters.sqlite.task_desk import SqliteTaskDesk
from adapters.sqlite.task_queue import SqliteTaskQueue
from adapters.sqlite.url import path_of
from domain.errors import InvalidValue
from entrypoints.settings import SettingsError
from ports.operator_log import OperatorLog
from ports.order_board import OrderBoard
from ports.order_repository import OrderRepository
from ports.payment_record import PaymentRecord
from ports.record_shelf import RecordShelf
from ports.refund_allowance import RefundAllowance
from ports.seen_webhooks import SeenWebhooks
from ports.stray_payments import StrayPayments
from ports.sweep_log import SweepLog
from ports.task_desk import TaskDesk
from ports.task_queue import TaskQueue

# How long one question may take, from a buyer's point of view.
_SQLITE_PATIENCE_S = 5.0
_MONGODB_PATIENCE_S = 2.0


class Database(Protocol):
    """What opens and closes with the container."""

    async def open(self) -> None: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One database, and the ports it stands behind.

    `create_indexes` is None where opening has seen to them; `add_up`, which brings the board up to
    date, where every write does so.
    """

    database: Database
    orders: OrderRepository
    tasks: TaskQueue
    allowance: RefundAllowance
    shelves: Mapping[str, RecordShelf[Any]]
    create_indexes: Callable[[], Awaitable[None]] | None = None
    add_up: Callable[[], Awaitable[None]] | None = None
    desk: TaskDesk
    board: OrderBoard
    actions: OperatorLog
    record: PaymentRecord
    strays: StrayPayments
    sweeps: SweepLog
    seen_webhooks: SeenWebhooks


def store_of(url: str, mongodb_driver: str, *, patience_s: float | None = None) -> Store:
    """The store that the address names; nothing is opened yet.

    `patience_s` is for work that asks for more at once than the service does.
    """
    if url.startswith(("mongodb://", "mongodb+srv://")):
        return _mongodb_store(url, mongodb_driver, patience_s)
    return _sqlite_store(path_of(url), patience_s)


@asynccontextmanager
async def open_store(
    name: str, url: str, mongodb_driver: str, *, patience_s: float, must_exist: bool
) -> AsyncIterator[Store]:
    """The store, opened for a while; `name` is what a person knows its address by.

    Raises `SettingsError` for one that cannot be, and for a missing file if it must exist.
    """
    try:
        if must_exist and url.startswith("sqlite:") and not path_of(url).exists():
            raise SettingsError(name, "names a file that is not there")
        store = store_of(url, mongodb_driver, patience_s=patience_s)
        await store.database.open()
    except (DatabaseUnusable, InvalidValue) as error:
        raise SettingsError(name, f"cannot be used: {error}") from None
    try:
        yield store
    finally:
        await store.database.close()


def _sqlite_store(path: Path, patience_s: float | None) -> Store:
    sqlite = SqliteDatabase(path, busy_timeout_s=patience_s or _SQLITE_PATIENCE_S)
    return Store(
        database=sqlite,
        orders=SqliteOrderRepository(sqlite),
        tasks=SqliteTaskQueue(sqlite),
        allowance=SqliteRefundAllowance(sqlite),
        shelves=sqlite_shelves(sqlite),
        desk=SqliteTaskDesk(sqlite),
        board=SqliteOrderBoard(sqlite),
        actions=SqliteOperatorLog(sqlite),
        record=SqlitePaymentRecord(sqlite),
        strays=SqliteStrayPayments(sqlite),
        sweeps=SqliteSweepLog(sqlite),
        seen_webhooks=SqliteSeenWebhooks(sqlite),
    )


def _mongodb_store(url: str, driver: str, patience_s: float | None) -> Store:
    # Here, so that nobody waits at the start for drivers that they do not use.
    from adapters.mongodb.database import MongoDatabase  # noqa: PLC0415
    from adapters.mongodb.operator_log import MongoOperatorLog  # noqa: PLC0415
    from adapters.mongodb.order_board import MongoOrderBoard  # noqa: PLC0415
    from adapters.mongodb.order_repository import MongoOrderRepository  # noqa: PLC0415
    from adapters.mongodb.payment_record import MongoPaymentRecord  # noqa: PLC0415
    from adapters.mongodb.record_shelves import shelves  # noqa: PLC0415
    from adapters.mongodb.refund_allowance import MongoRefundAllowance  # noqa: PLC0415
    from adapters.mongodb.seen_webhooks import MongoSeenWebhooks  # noqa: PLC0415
    from adapters.mongodb.stray_payments import MongoStrayPayments  # noqa: PLC0415
    from adapters.mongodb.sweep_log import MongoSweepLog  # noqa: PLC0415
    from adapters.mongodb.task_desk import MongoTaskDesk  # noqa: PLC0415
    from adapters.mongodb.task_queue import MongoTaskQueue  # noqa: PLC0415

    mongodb = MongoDatabase(
        url,
        driver="pymongo-async" if driver == "pymongo-async" else "motor",
        timeout_s=patience_s or _MONGODB_PATIENCE_S,
    )
    board = MongoOrderBoard(mongodb)
    return Store(
        database=mongodb,
        orders=MongoOrderRepository(mongodb),
        tasks=MongoTaskQueue(mongodb),
        allowance=MongoRefundAllowance(mongodb),
        shelves=shelves(mongodb),
        create_indexes=mongodb.create_indexes,
        add_up=board.add_up,
        desk=MongoTaskDesk(mongodb),
        board=board,
        actions=MongoOperatorLog(mongodb),
        record=MongoPaymentRecord(mongodb),
        strays=MongoStrayPayments(mongodb),
        sweeps=MongoSweepLog(mongodb),
        seen_webhooks=MongoSeenWebhooks(mongodb),
    )
