"""The adapter on a real wire, once with each driver."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, get_args

import pymongo
import pytest

from adapters.mongodb.database import Driver, MongoDatabase
from adapters.mongodb.order_repository import MongoOrderRepository
from adapters.mongodb.task_queue import MongoTaskQueue
from tests.support.mongodb_server import MongoServer, admin_client

RawDatabase = pymongo.database.Database[dict[str, Any]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the server can prove is seen first: the rest means little without it."""
    items.sort(key=lambda item: item.path.name != "test_conformance.py")


@pytest.fixture(params=get_args(Driver))
def driver(request: pytest.FixtureRequest) -> Driver:
    chosen: Driver = request.param
    return chosen


@pytest.fixture
async def database(mongodb_url: str, driver: Driver) -> AsyncIterator[MongoDatabase]:
    opened = MongoDatabase(mongodb_url, driver=driver, timeout_s=10)
    await opened.open()
    yield opened
    await opened.close()


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
        yield client.get_database(mongodb_url.partition("?")[0].rpartition("/")[2])
