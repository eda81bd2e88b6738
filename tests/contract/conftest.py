"""Gives each test of the contract every store in turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ports.operator_log import OperatorLog
from ports.order_board import OrderBoard
from ports.order_repository import OrderRepository
from ports.payment_record import PaymentRecord
from ports.stray_payments import StrayPayments
from ports.sweep_log import SweepLog
from ports.task_queue import TaskQueue
from tests.contract.stores import ON_MONGODB, STORES, Store


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    if request.param in ON_MONGODB:
        request.getfixturevalue("mongodb_server")  # or skips, and says why
    async with STORES[request.param](tmp_path) as opened:
        yield opened


@pytest.fixture
def orders(store: Store) -> OrderRepository:
    return store.orders


@pytest.fixture
def tasks(store: Store) -> TaskQueue:
    return store.tasks


@pytest.fixture
def record(store: Store) -> PaymentRecord:
    return store.record


@pytest.fixture
def strays(store: Store) -> StrayPayments:
    return store.strays


@pytest.fixture
def sweeps(store: Store) -> SweepLog:
    return store.sweeps


@pytest.fixture
def board(store: Store) -> OrderBoard:
    return store.board


@pytest.fixture
def actions(store: Store) -> OperatorLog:
    return store.actions
