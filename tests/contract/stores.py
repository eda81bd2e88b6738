"""Every store that the contract is tried on. Another store is one more entry in `STORES`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args

from adapters.memory.operator_log import MemoryOperatorLog
from adapters.memory.order_board import MemoryOrderBoard
from adapters.memory.order_repository import MemoryOrderRepository
from adapters.memory.payment_record import MemoryPaymentRecord
from adapters.memory.record_shelves import MemoryOrderShelf, MemoryTaskShelf
from adapters.memory.refund_allowance import MemoryRefundAllowance
from adapters.memory.seen_webhooks import MemorySeenWebhooks
from adapters.memory.store import MemoryStore
from adapters.memory.stray_payments import MemoryStrayPayments
from adapters.memory.sweep_log import MemorySweepLog
from adapters.memory.task_desk import MemoryTaskDesk
from adapters.memory.task_queue import MemoryTaskQueue
from adapters.mongodb.database import Driver, MongoDatabase
from adapters.mongodb.operator_log import MongoOperatorLog
from adapters.mongodb.order_board import MongoOrderBoard
from adapters.mongodb.order_repository import MongoOrderRepository
from adapters.mongodb.payment_record import MongoPaymentRecord
from adapters.mongodb.record_shelves import shelves as mongodb_shelves
from adapters.mongodb.refund_allowance import MongoRefundAllowance
from adapters.mongodb.seen_webhooks import MongoSeenWebhooks
from adapters.mongodb.stray_payments import MongoStrayPayments
from adapters.mongodb.sweep_log import MongoSweepLog
from adapters.mongodb.task_desk import MongoTaskDesk
from adapters.mongodb.task_queue import MongoTaskQueue
from adapters.sqlite.database import SqliteDatabase
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
from ports.errors import RepositoryUnavailable
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
from tests.support.mongodb_server import lay_out_as_sharded, new_database, shared_mongodb


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The ports of one empty database; `cut` puts it out of reach, for good."""

    orders: OrderRepository
    tasks: TaskQueue
    record: PaymentRecord
    strays: StrayPayments
    sweeps: SweepLog
    allowance: RefundAllowance
    seen_webhooks: SeenWebhooks
    shelves: Mapping[str, RecordShelf[Any]]
    desk: TaskDesk
    board: OrderBoard
    actions: OperatorLog
    cut: Callable[[], Awaitable[None]]


# Every port that a store stands behind.
PORTS = (
    OrderRepository,
    TaskQueue,
    TaskDesk,
    OrderBoard,
    OperatorLog,
    PaymentRecord,
    StrayPayments,
    SweepLog,
    RefundAllowance,
    SeenWebhooks,
)

OpenStore = Callable[[Path], AbstractAsyncContextManager[Store]]


@asynccontextmanager
async def memory_store(_folder: Path) -> AsyncIterator[Store]:
    store = MemoryStore()

    async def cut() -> None:
        # Methods of one name in two ports fail each by a name of its own.
        names = [
            "count_tasks",
            "retry_parked",
            "drop_parked",
            "find_task",
            "page_of_board",
            "count_board",
            "add_action",
            "actions_of_order",
        ]
        for port in (*PORTS, RecordShelf):
            names += vars(port)
        for name in names:
            store.faults.fail_always(name, RepositoryUnavailable("cut"))

    yield Store(
        orders=MemoryOrderRepository(store),
        tasks=MemoryTaskQueue(store),
        record=MemoryPaymentRecord(store),
        strays=MemoryStrayPayments(store),
        sweeps=MemorySweepLog(store),
        allowance=MemoryRefundAllowance(store),
        seen_webhooks=MemorySeenWebhooks(store),
        shelves={"orders": MemoryOrderShelf(store), "tasks": MemoryTaskShelf(store)},
        desk=MemoryTaskDesk(store),
        board=MemoryOrderBoard(store),
        actions=MemoryOperatorLog(store),
        cut=cut,
    )


@asynccontextmanager
async def sqlite_store(folder: Path) -> AsyncIterator[Store]:
    database = SqliteDatabase(folder / "payproof.db")
    await database.open()
    try:
        yield Store(
            orders=SqliteOrderRepository(database),
            tasks=SqliteTaskQueue(database),
            record=SqlitePaymentRecord(database),
            strays=SqliteStrayPayments(database),
            sweeps=SqliteSweepLog(database),
            allowance=SqliteRefundAllowance(database),
            seen_webhooks=SqliteSeenWebhooks(database),
            shelves=sqlite_shelves(database),
            desk=SqliteTaskDesk(database),
            board=SqliteOrderBoard(database),
            actions=SqliteOperatorLog(database),
            cut=database.close,
        )
    finally:
        await database.close()


@asynccontextmanager
async def mongodb_store(
    _folder: Path, *, driver: Driver = "motor", claims_apart: bool = False
) -> AsyncIterator[Store]:
    with new_database(shared_mongodb()) as url:
        if claims_apart:
            lay_out_as_sharded(shared_mongodb(), url)
        database = MongoDatabase(url, driver=driver, timeout_s=30)
        await database.open()
        try:
            yield Store(
                orders=MongoOrderRepository(database),
                tasks=MongoTaskQueue(database),
                record=MongoPaymentRecord(database),
                strays=MongoStrayPayments(database),
                sweeps=MongoSweepLog(database),
                allowance=MongoRefundAllowance(database),
                seen_webhooks=MongoSeenWebhooks(database),
                shelves=mongodb_shelves(database),
                desk=MongoTaskDesk(database),
                board=MongoOrderBoard(database),
                actions=MongoOperatorLog(database),
                cut=database.close,
            )
        finally:
            await database.close()


# Each opens an empty store; what it needs on disk goes into the folder.
EMBEDDED: dict[str, OpenStore] = {"memory": memory_store, "sqlite": sqlite_store}
# These need a server, which may not be had everywhere.
ON_MONGODB: dict[str, OpenStore] = {
    **{f"mongodb-{driver}": partial(mongodb_store, driver=driver) for driver in get_args(Driver)},
    "mongodb-sharded": partial(mongodb_store, claims_apart=True),
}
STORES = EMBEDDED | ON_MONGODB
