"""A database that is away, wrong or full of holes: said in time, in a word, without its secrets."""

import logging
import socket
from time import monotonic

import pytest

from adapters.mongodb.database import Driver, MongoDatabase
from adapters.mongodb.order_repository import MongoOrderRepository
from domain.errors import InvalidValue
from ports.errors import RepositoryUnavailable
from tests.integration.mongodb.conftest import collect_sockets, opened
from tests.integration.mongodb.test_faults import until_reachable, wires
from tests.support.factories import ORDER_ID, an_order
from tests.support.mongodb_proxy import Fault

PASSWORD = "hunter2-s3cret"


def an_unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


async def ask(url: str, driver: Driver, timeout_s: float) -> RepositoryUnavailable:
    async with opened(url, driver, timeout_s) as database:
        with pytest.raises(RepositoryUnavailable) as refusal:
            await MongoOrderRepository(database).find_by_id(ORDER_ID)
    error = refusal.value.with_traceback(None)
    error.__context__ = None  # it holds the driver's frames, and they its socket
    del refusal
    await collect_sockets()
    return error


async def test_an_unreachable_database_is_said_in_time(driver: Driver) -> None:
    began_s = monotonic()

    error = await ask(f"mongodb://127.0.0.1:{an_unused_port()}/shop", driver, 0.6)

    assert error.code in ("databaseUnreachable", "databaseTimeout")
    assert monotonic() - began_s < 10.0  # the driver alone would wait for 30 s


async def test_something_that_is_no_database_is_said_in_time(driver: Driver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began_s = monotonic()

        error = await ask(f"mongodb://127.0.0.1:{silent.getsockname()[1]}/shop", driver, 0.6)

    assert error.code in ("databaseUnreachable", "databaseTimeout")
    assert monotonic() - began_s < 10.0  # the driver alone would wait for 30 s


async def test_a_password_is_in_no_error_and_no_log(
    driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = f"mongodb://shop:{PASSWORD}@127.0.0.1:{an_unused_port()}/shop"

    error = await ask(url, driver, 0.6)

    assert error.__cause__ is None
    assert error.__suppress_context__
    assert PASSWORD not in f"{error!r} {error} {caplog.text}"


@pytest.mark.parametrize(
    "url",
    [
        f"mongodb://shop:{PASSWORD}@host:no-port/shop",
        f"mongodb://shop:{PASSWORD}@@host/shop",
        f"mongodb://shop:{PASSWORD}@host/sh$op",
        f"mongodb://shop:{PASSWORD}@host/shop?authMechanism={PASSWORD}",
        f"postgres://shop:{PASSWORD}@host/shop",
    ],
)
async def test_an_address_that_cannot_be_is_refused_without_repeating_it(
    url: str, driver: Driver
) -> None:
    database = MongoDatabase(url, driver=driver)

    with pytest.raises(InvalidValue) as refusal:
        await database.open()

    assert refusal.value.field == "database_url"
    assert refusal.value.__cause__ is None
    assert PASSWORD not in f"{refusal.value!r}"


async def test_nothing_is_opened_before_it_is_told_to(mongodb_url: str, driver: Driver) -> None:
    database = MongoDatabase(mongodb_url, driver=driver)

    with pytest.raises(RepositoryUnavailable, match="databaseClosed"):
        await MongoOrderRepository(database).ping()
    with pytest.raises(RepositoryUnavailable, match="databaseClosed"):
        await database.create_indexes()


async def test_closing_twice_is_fine(mongodb_url: str, driver: Driver) -> None:
    database = MongoDatabase(mongodb_url, driver=driver)
    await database.open()
    await MongoOrderRepository(database).ping()

    await database.close()
    await database.close()


async def test_it_recovers_by_itself(mongodb_url: str, driver: Driver) -> None:
    async with wires(mongodb_url, driver, 2.0) as (_, bad, proxy):
        proxy.plan(*((number, Fault.DROP_BEFORE) for number in range(1, 100)))
        with pytest.raises(RepositoryUnavailable):
            await bad.orders.add(an_order(), [])
        proxy.plan()

        await until_reachable(bad)

        assert await bad.orders.find_by_id(ORDER_ID) is None
        assert await bad.orders.add(an_order(), [])


async def test_indexes_that_cannot_be_made_are_said(driver: Driver) -> None:
    url = f"mongodb://127.0.0.1:{an_unused_port()}/shop"

    async with opened(url, driver, 0.6) as database:
        with pytest.raises(RepositoryUnavailable, match="databaseUnreachable"):
            await database.create_indexes()


async def test_creating_the_indexes_again_changes_nothing(
    database: MongoDatabase, orders: MongoOrderRepository
) -> None:
    await database.create_indexes()
    await orders.add(an_order(), [])

    await database.create_indexes()

    assert await orders.find_by_id(ORDER_ID) == an_order()
