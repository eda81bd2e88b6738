"""Many orders at once share a command, and each has its own result, whatever becomes of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pymongo.common
import pytest

from adapters.mongodb.database import Driver
from domain.order import Order
from ports.errors import ConcurrentUpdate, PaymentBoundElsewhere, RepositoryUnavailable
from tests.integration.mongodb.conftest import RawDatabase
from tests.integration.mongodb.fault_cases import Ports
from tests.integration.mongodb.test_faults import (
    LATE_S,
    PATIENT_S,
    TIMEOUT_S,
    empty,
    until_reachable,
    wires,
)
from tests.support.factories import a_key, a_payment, a_task, an_entry, an_order
from tests.support.mongodb_proxy import Fault, MongoProxy
from tests.support.mongodb_server import MongoServer, lay_out_as_sharded

MANY = 12


@pytest.fixture(autouse=True)
def quick_recovery(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drivers wait half a second before they look at a server again."""
    monkeypatch.setattr(pymongo.common, "MIN_HEARTBEAT_INTERVAL", 0.01)


@pytest.fixture
async def wire(mongodb_url: str, driver: Driver) -> AsyncIterator[tuple[Ports, MongoProxy]]:
    """The ports, and every command that they send from here on."""
    async with wires(mongodb_url, driver, PATIENT_S) as (_, watched, proxy):
        proxy.plan()
        yield watched, proxy


def names(proxy: MongoProxy) -> list[str]:
    return [next(iter(command)) for command in proxy.commands]


def stored(number: int) -> Order:
    return an_order(order_id=f"order-{number:04}")


def paid(number: int, payment: int | None = None) -> Order:
    """The order after its payment, which may be another one's."""
    key = a_key(f"imp_{number if payment is None else payment}")
    before = stored(number)
    payment_of_it = a_payment(key=key, order_id=before.order_id)
    return replace(before, version=1, payments=(payment_of_it,), history=(an_entry(key=key),))


async def add(ports: Ports, *numbers: int) -> None:
    await asyncio.gather(*(ports.orders.add(stored(number), []) for number in numbers))


async def read(ports: Ports, *numbers: int) -> list[Order | None]:
    asked = (ports.orders.find_by_id(stored(number).order_id) for number in numbers)
    return await asyncio.gather(*asked)


async def save(ports: Ports, *orders: Order) -> list[Any]:
    """What each save gave: None, or its error."""
    saves = (
        ports.orders.save(order, [a_task(order_id=order.order_id, key=order.payments[0].key)])
        for order in orders
    )
    return await asyncio.gather(*saves, return_exceptions=True)


async def test_orders_that_come_together_are_stored_and_read_by_one_command_each(
    wire: tuple[Ports, MongoProxy],
) -> None:
    ports, proxy = wire
    numbers = range(MANY)

    await add(ports, *numbers)
    found = await read(ports, *numbers, 99, 0)

    assert found == [*map(stored, numbers), None, stored(0)]
    assert names(proxy) == ["update", "find"]


async def test_verdicts_that_come_together_are_written_by_one_command_as_safe_as_each_alone(
    wire: tuple[Ports, MongoProxy],
) -> None:
    ports, proxy = wire
    await add(ports, *range(MANY))
    proxy.plan()

    assert await save(ports, *map(paid, range(MANY))) == [None] * MANY

    (command,) = proxy.commands
    assert len(command["updates"]) == MANY
    assert command["writeConcern"] == {"w": "majority", "j": True}
    assert await read(ports, *range(MANY)) == [*map(paid, range(MANY))]
    assert (await ports.tasks.count())["waiting"] == MANY


async def test_one_that_loses_its_race_makes_no_other_lose(
    wire: tuple[Ports, MongoProxy],
) -> None:
    ports, proxy = wire
    await add(ports, *range(MANY))
    proxy.plan()
    rival = replace(paid(3), payments=(a_payment(key=a_key("imp_x"), order_id=paid(3).order_id),))

    told = await save(ports, *map(paid, range(MANY)), rival)

    assert told[:MANY] == [None] * MANY
    assert isinstance(told[MANY], ConcurrentUpdate)
    # The server does not say which has lost, so all look for their stamps: together, too.
    assert names(proxy) == ["update", "find"]
    assert await read(ports, *range(MANY)) == [*map(paid, range(MANY))]


async def test_one_whose_payment_is_bound_elsewhere_is_told_so_and_no_other(
    wire: tuple[Ports, MongoProxy],
) -> None:
    ports, proxy = wire
    await add(ports, *range(MANY))
    await save(ports, paid(0))
    proxy.plan()

    told = await save(ports, *map(paid, range(1, MANY - 1)), paid(MANY - 1, payment=0))

    assert told[:-1] == [None] * (MANY - 2)
    assert isinstance(told[-1], PaymentBoundElsewhere)
    assert names(proxy) == ["update"]
    assert await read(ports, MANY - 1) == [stored(MANY - 1)]


async def test_an_id_that_is_taken_is_told_to_its_own_caller(
    wire: tuple[Ports, MongoProxy],
) -> None:
    ports, _ = wire
    await add(ports, 0)

    added = await asyncio.gather(*(ports.orders.add(stored(each), []) for each in (1, 0, 2, 2)))

    assert added == [True, False, True, False]


async def test_a_task_that_exists_already_is_left_as_it_is(
    wire: tuple[Ports, MongoProxy],
) -> None:
    ports, _ = wire
    await add(ports, *range(3))
    task = a_task(order_id=paid(1).order_id, key=paid(1).payments[0].key)
    await ports.tasks.put(task)

    assert await save(ports, *map(paid, range(3))) == [None] * 3

    assert await read(ports, *range(3)) == [*map(paid, range(3))]
    assert (await ports.tasks.count())["waiting"] == 3


async def test_callers_that_go_leave_the_others_their_answers(
    wire: tuple[Ports, MongoProxy],
) -> None:
    ports, proxy = wire
    await add(ports, *range(MANY))
    proxy.plan((1, Fault.DELAY_REPLY))
    reading = [
        asyncio.create_task(ports.orders.find_by_id(stored(each).order_id)) for each in (1, 2)
    ]
    while not proxy.commands:
        await asyncio.sleep(0.001)

    reading[0].cancel()

    assert await reading[1] == stored(2)
    assert reading[0].cancelled()


async def test_on_a_sharded_cluster_each_goes_alone(
    mongodb_server: MongoServer, mongodb_url: str, driver: Driver
) -> None:
    lay_out_as_sharded(mongodb_server, mongodb_url)
    async with wires(mongodb_url, driver, PATIENT_S) as (_, ports, proxy):
        await add(ports, 0, 1, 2)
        proxy.plan()

        assert await read(ports, 0, 1, 2) == [*map(stored, range(3))]

    assert names(proxy) == ["find"] * 3


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
async def test_a_fault_is_an_outage_for_each_and_settled_afterwards(
    fault: Fault, mongodb_url: str, driver: Driver, raw: RawDatabase
) -> None:
    """With a rival among them, so that the look afterwards is put under the fault too."""
    numbers = range(3)
    rival = replace(paid(2), payments=(a_payment(key=a_key("imp_x"), order_id=paid(2).order_id),))
    timeout_s = TIMEOUT_S.get(fault, PATIENT_S)
    results: list[str] = []
    async with wires(mongodb_url, driver, timeout_s) as (good, bad, proxy):
        position, was_injected = 1, True
        while was_injected:
            empty(raw)
            await add(good, *numbers)
            await until_reachable(bad)
            proxy.plan((position, fault), (position + 1, fault))

            told = await save(bad, *map(paid, numbers), rival)

            was_injected = bool(proxy.injected)
            proxy.faults = {}
            await asyncio.sleep(2 * LATE_S if fault is Fault.DELAY_COMMAND else 0)
            now = await read(good, *numbers)
            for number, said in zip(numbers, told, strict=False):
                results.append(type(said).__name__)
                assert now[number] in (stored(number), paid(number), rival)
                if said is None:
                    assert now[number] == paid(number)
                else:
                    assert isinstance(said, RepositoryUnavailable | ConcurrentUpdate)
                if isinstance(said, ConcurrentUpdate):
                    assert now[number] == rival
            if told[-1] is None:
                assert now[2] == rival

            await until_reachable(bad)
            await settled(bad)
            final = await read(good, *numbers)
            assert final[:2] == [paid(0), paid(1)]
            assert final[2] in (paid(2), rival)
            position += 1

    assert position > 2
    assert "NoneType" in results


async def settled(ports: Ports) -> None:
    """The settle rule's next tries, all at once, until none of them has anything left to write."""
    async with asyncio.timeout(PATIENT_S):
        while True:
            try:
                missing = [
                    paid(number)
                    for number, order in enumerate(await read(ports, 0, 1, 2))
                    if order == stored(number)
                ]
                told = await save(ports, *missing)
                if not any(told):
                    return
            except RepositoryUnavailable:
                pass
            await asyncio.sleep(0.02)
