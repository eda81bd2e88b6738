"""A SQLite database in a file of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from adapters.sqlite.task_queue import SqliteTaskQueue


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "payproof.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase(path, busy_timeout_s=0.2)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def orders(database: SqliteDatabase) -> SqliteOrderRepository:
    return SqliteOrderRepository(database)


@pytest.fixture
def tasks(database: SqliteDatabase) -> SqliteTaskQueue:
    return SqliteTaskQueue(database)
