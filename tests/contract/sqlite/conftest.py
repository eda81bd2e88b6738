"""A SQLite database in a file of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
    # As long as a slow disk on a busy machine may take.
    async with opened(path, busy_timeout_s=60) as database:
        yield database


@pytest.fixture
async def impatient(path: Path) -> AsyncIterator[SqliteDatabase]:
    """Open the same database with hardly a wait for others, to see it give up."""
    async with opened(path, busy_timeout_s=0.2) as database:
        yield database


@asynccontextmanager
async def opened(path: Path, *, busy_timeout_s: float) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase(path, busy_timeout_s=busy_timeout_s)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
def orders(database: SqliteDatabase) -> SqliteOrderRepository:
    return SqliteOrderRepository(database)


@pytest.fixture
def tasks(database: SqliteDatabase) -> SqliteTaskQueue:
    return SqliteTaskQueue(database)
