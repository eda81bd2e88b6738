"""The adapter on a real wire, once with each driver."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, get_args

import pymongo
import pymongo.common
import pytest

from adapters.mongodb.database import Driver, MongoDatabase
from adapters.mongodb.order_repository import MongoOrderRepository
from adapters.mongodb.task_queue import MongoTaskQueue
from tests.support.mongodb_server import MongoServer, admin_client, database_name

RawDatabase = pymongo.database.Database[dict[str, Any]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the server can prove is seen first: the rest means little without it."""
    items.sort(key=lambda item: item.path.name != "test_conformance.py")


@pytest.fixture(params=get_args(Driver))
def driver(request: pytest.FixtureRequest) -> Driver:
    chosen: Driver = request.param
    return chosen


@asynccontextmanager
async def opened(url: str, driver: Driver, timeout_s: float) -> AsyncIterator[MongoDatabase]:
    """The database, opened for a while."""
    database = MongoDatabase(url, driver=driver, timeout_s=timeout_s)
    await database.open()
    try:
        yield database
    finally:
        await database.close()
        await collect_sockets()


async def collect_sockets() -> None:
    """Collects what pymongo's async client drops when it is closed while it still connects.

    Its monitor is cancelled and leaves its socket to the garbage collector, which would complain
    in the middle of some other test.
    """
    await asyncio.sleep(0.02)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def quick_recovery(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drivers wait half a second before they look at a server again: here, hundreds of times."""
    monkeypatch.setattr(pymongo.common, "MIN_HEARTBEAT_INTERVAL", 0.01)


@pytest.fixture
async def database(mongodb_url: str, driver: Driver) -> AsyncIterator[MongoDatabase]:
    async with opened(mongodb_url, driver, 10) as database:
        yield database


@pytest.fixture
def orders(database: MongoDatabase) -> MongoOrderRepository:
    return MongoOrderRepository(database)


@pytest.fixture
def tasks(database: MongoDatabase) -> MongoTaskQueue:
    return MongoTaskQueue(database)


@pytest.fixture
def raw(mongodb_server: MongoServer, mongodb_url: str) -> Iterator[RawDatabase]:
    """The same database behind the adapter's back."""
    with admin_client(mongodb_server) as client:
        yield client[database_name(mongodb_url)]
