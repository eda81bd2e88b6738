"""Which database the settings mean, and the ports that it stands behind."""

from dataclasses import dataclass
from typing import Protocol

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from adapters.sqlite.refund_allowance import SqliteRefundAllowance
from adapters.sqlite.task_queue import SqliteTaskQueue
from adapters.sqlite.url import path_of
from entrypoints.settings import Settings
from ports.order_repository import OrderRepository
from ports.refund_allowance import RefundAllowance
from ports.task_queue import TaskQueue


class Database(Protocol):
    """What opens and closes with the container."""

    async def open(self) -> None: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One database, and the ports it stands behind."""

    database: Database
    orders: OrderRepository
    tasks: TaskQueue
    allowance: RefundAllowance


def store_of(settings: Settings) -> Store:
    """The store that the address of the database names; nothing is opened yet."""
    if settings.database_url.startswith(("mongodb://", "mongodb+srv://")):
        return _mongodb_store(settings)
    sqlite = SqliteDatabase(path_of(settings.database_url))
    return Store(
        database=sqlite,
        orders=SqliteOrderRepository(sqlite),
        tasks=SqliteTaskQueue(sqlite),
        allowance=SqliteRefundAllowance(sqlite),
    )


def _mongodb_store(settings: Settings) -> Store:
    # Here, so that nobody waits at the start for drivers that they do not use.
    from adapters.mongodb.database import MongoDatabase  # noqa: PLC0415
    from adapters.mongodb.order_repository import MongoOrderRepository  # noqa: PLC0415
    from adapters.mongodb.refund_allowance import MongoRefundAllowance  # noqa: PLC0415
    from adapters.mongodb.task_queue import MongoTaskQueue  # noqa: PLC0415

    is_successor = settings.mongodb_driver == "pymongo-async"
    mongodb = MongoDatabase(
        settings.database_url, driver="pymongo-async" if is_successor else "motor"
    )
    return Store(
        database=mongodb,
        orders=MongoOrderRepository(mongodb),
        tasks=MongoTaskQueue(mongodb),
        allowance=MongoRefundAllowance(mongodb),
    )
