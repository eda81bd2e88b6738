"""Every method under every fault of the wire, at every command it sends."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from adapters.mongodb import refund_allowance, stray_payments
from adapters.mongodb.adding_up import BATCHES, LINES, TAKINGS
from adapters.mongodb.database import Driver
from adapters.mongodb.order_board import MongoOrderBoard
from adapters.mongodb.order_repository import MongoOrderRepository
from adapters.mongodb.payment_record import MongoPaymentRecord
from adapters.mongodb.refund_allowance import MongoRefundAllowance
from adapters.mongodb.stray_payments import MongoStrayPayments
from adapters.mongodb.sweep_log import CURSORS, REPORTS, MongoSweepLog
from adapters.mongodb.task_desk import MongoTaskDesk
from adapters.mongodb.task_queue import MongoTaskQueue
from ports.errors import RepositoryUnavailable
from tests.integration.mongodb.conftest import RawDatabase, opened
from tests.integration.mongodb.fault_cases import CASES, Case, Ports, State, state_of
from tests.support.mongodb_proxy import Fault, MongoProxy, mongodb_proxy

LATE_S = 0.25
# A late answer must be later than half the time for the whole question.
TIMEOUT_S = {Fault.DELAY_REPLY: 0.42, Fault.DELAY_COMMAND: 0.42}
PATIENT_S = 10.0
pytestmark = pytest.mark.usefixtures("quick_recovery")


@asynccontextmanager
async def connected(url: str, driver: Driver, timeout_s: float) -> AsyncIterator[Ports]:
    async with opened(url, driver, timeout_s) as database:
        yield Ports(
            orders=MongoOrderRepository(database),
            tasks=MongoTaskQueue(database),
            record=MongoPaymentRecord(database),
            desk=MongoTaskDesk(database),
            board=MongoOrderBoard(database),
            strays=MongoStrayPayments(database),
            sweeps=MongoSweepLog(database),
            allowance=MongoRefundAllowance(database),
        )


@asynccontextmanager
async def wires(
    url: str, driver: Driver, timeout_s: float
) -> AsyncIterator[tuple[Ports, Ports, MongoProxy]]:
    """The same database over a good wire and over a bad one."""
    parts = urlsplit(url)
    if "," in parts.netloc:
        pytest.skip("NOT TESTED on a replica set of several nodes: the proxy stands before one")
    assert parts.hostname is not None
    async with (
        mongodb_proxy(parts.hostname, parts.port or 27017, delay_s=LATE_S) as proxy,
        connected(url, driver, PATIENT_S) as good,
        connected(
            parts._replace(
                netloc=proxy.address, query="directConnection=true&serverMonitoringMode=poll"
            ).geturl(),
            driver,
            timeout_s,
        ) as bad,
    ):
        await good.orders.ping()
        await until_reachable(bad)
        yield good, bad, proxy


async def until_reachable(ports: Ports) -> None:
    async with asyncio.timeout(PATIENT_S):
        while True:
            try:
                return await ports.orders.ping()
            except RepositoryUnavailable:
                await asyncio.sleep(0.02)


def empty(raw: RawDatabase) -> None:
    apart = (stray_payments.COLLECTION, CURSORS, REPORTS, refund_allowance.COLLECTION)
    for collection in ("orders", *apart, TAKINGS, LINES, BATCHES):
        raw[collection].delete_many({})


async def run_well(case: Case, good: Ports, raw: RawDatabase) -> tuple[State, State, object]:
    """What was before, what is after, and the answer, when nothing fails."""
    empty(raw)
    prepared = await case.prepare(good)
    before = await state_of(good)
    answer = await case.act(good, prepared)
    return before, await state_of(good), answer


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
@pytest.mark.parametrize("name", CASES)
async def test_the_contract_holds_under_the_fault(
    name: str, fault: Fault, mongodb_url: str, driver: Driver, raw: RawDatabase
) -> None:
    await hold_to_the_contract(CASES[name], fault, mongodb_url, driver, raw)


async def hold_to_the_contract(
    case: Case, fault: Fault, mongodb_url: str, driver: Driver, raw: RawDatabase
) -> None:
    """Tries the case with the fault at every position; fails where the contract does not hold."""
    results: Counter[str] = Counter()
    async with wires(mongodb_url, driver, TIMEOUT_S.get(fault, PATIENT_S)) as (good, bad, proxy):
        before, after, answer = await run_well(case, good, raw)

        position = 1
        while True:
            empty(raw)
            prepared = await case.prepare(good)
            await until_reachable(bad)
            proxy.plan((position, fault), (position + 1, fault))
            try:
                answered = await case.act(bad, prepared)
                results["answered"] += 1
                assert answered == answer
            except RepositoryUnavailable:
                results["unavailable"] += 1
            was_injected = bool(proxy.injected)
            proxy.faults = {}
            await asyncio.sleep(2 * LATE_S if fault is Fault.DELAY_COMMAND else 0)
            assert await state_of(good) in (before, after)

            await until_reachable(bad)
            await retried(case, bad, prepared)
            assert await state_of(good) == after
            if not was_injected:
                break
            position += 1

    assert position > 1
    assert results["answered"] > 0


async def retried(case: Case, ports: Ports, prepared: object) -> None:
    """The caller's next tries, until the database answers one."""
    async with asyncio.timeout(PATIENT_S):
        while True:
            try:
                await case.again(ports, prepared)
            except RepositoryUnavailable:
                await asyncio.sleep(0.02)
            else:
                return


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.CUT_REPLY])
@pytest.mark.parametrize("name", ["add", "add over a stub", "save", "put", "claim", "complete"])
async def test_one_lost_reply_is_recognised(
    name: str, fault: Fault, mongodb_url: str, driver: Driver, raw: RawDatabase
) -> None:
    case = CASES[name]
    async with wires(mongodb_url, driver, PATIENT_S) as (good, bad, proxy):
        _, after, answer = await run_well(case, good, raw)
        commands = await count_commands(case, good, bad, proxy, raw)

        for position in range(1, commands + 1):
            empty(raw)
            prepared = await case.prepare(good)
            await until_reachable(bad)
            proxy.plan((position, fault))

            assert await case.act(bad, prepared) == answer
            assert proxy.injected == [fault]
            assert await state_of(good) == after


async def count_commands(
    case: Case, good: Ports, bad: Ports, proxy: MongoProxy, raw: RawDatabase
) -> int:
    empty(raw)
    prepared = await case.prepare(good)
    proxy.plan()
    await case.act(bad, prepared)
    return len(proxy.commands)
