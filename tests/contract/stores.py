"""Every store that the contract is tried on. Another store is one more entry in `STORES`."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.memory.order_repository import MemoryOrderRepository
from adapters.memory.store import MemoryStore
from adapters.memory.task_queue import MemoryTaskQueue
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from adapters.sqlite.task_queue import SqliteTaskQueue
from ports.errors import RepositoryUnavailable
from ports.order_repository import OrderRepository
from ports.task_queue import TaskQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The two ports of one empty database; `cut` puts it out of reach, for good."""

    orders: OrderRepository
    tasks: TaskQueue
    cut: Callable[[], Awaitable[None]]


OpenStore = Callable[[Path], AbstractAsyncContextManager[Store]]


@asynccontextmanager
async def memory_store(_folder: Path) -> AsyncIterator[Store]:
    store = MemoryStore()

    async def cut() -> None:
        for port in (OrderRepository, TaskQueue):
            for method in vars(port):
                store.faults.fail_always(method, RepositoryUnavailable("cut"))

    yield Store(orders=MemoryOrderRepository(store), tasks=MemoryTaskQueue(store), cut=cut)


@asynccontextmanager
async def sqlite_store(folder: Path) -> AsyncIterator[Store]:
    database = SqliteDatabase(folder / "payproof.db")
    await database.open()
    try:
        yield Store(
            orders=SqliteOrderRepository(database),
            tasks=SqliteTaskQueue(database),
            cut=database.close,
        )
    finally:
        await database.close()


# Each opens an empty store; what it needs on disk goes into the folder.
STORES: dict[str, OpenStore] = {"memory": memory_store, "sqlite": sqlite_store}
