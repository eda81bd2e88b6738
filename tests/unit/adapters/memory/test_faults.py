"""Failing on demand."""

import asyncio

import pytest

from adapters.memory.faults import Faults
from adapters.memory.order_repository import MemoryOrderRepository
from adapters.memory.store import MemoryStore
from adapters.memory.task_queue import MemoryTaskQueue
from ports.errors import RepositoryUnavailable
from tests.support.factories import ORDER_ID, a_task, an_order

AWAY = RepositoryUnavailable("away")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def orders(store: MemoryStore) -> MemoryOrderRepository:
    return MemoryOrderRepository(store)


async def test_a_fault_before_the_effect_prevents_it(
    store: MemoryStore, orders: MemoryOrderRepository
) -> None:
    store.faults.fail("add", AWAY)

    with pytest.raises(RepositoryUnavailable) as caught:
        await orders.add(an_order(), [])

    assert caught.value is AWAY
    assert await orders.find_by_id(ORDER_ID) is None
    assert await orders.add(an_order(), []) is True


async def test_a_fault_after_the_effect_hides_it(
    store: MemoryStore, orders: MemoryOrderRepository
) -> None:
    store.faults.fail("add", AWAY, after=True)

    with pytest.raises(RepositoryUnavailable):
        await orders.add(an_order(), [])

    assert await orders.find_by_id(ORDER_ID) == an_order()


async def test_a_lost_answer_may_have_been_an_error(
    store: MemoryStore, orders: MemoryOrderRepository
) -> None:
    store.faults.fail("save", AWAY, after=True)

    with pytest.raises(RepositoryUnavailable):
        await orders.save(an_order(version=1), [])

    assert store.faults.injected == {"save": 1}


async def test_the_nth_call_from_now_fails(
    store: MemoryStore, orders: MemoryOrderRepository
) -> None:
    await orders.ping()
    store.faults.fail("ping", AWAY, nth=2)

    await orders.ping()
    with pytest.raises(RepositoryUnavailable):
        await orders.ping()
    await orders.ping()

    assert store.faults.calls == {"ping": 4}
    assert store.faults.injected == {"ping": 1}


async def test_faults_go_on_until_they_are_stopped(
    store: MemoryStore, orders: MemoryOrderRepository
) -> None:
    store.faults.fail_always("ping", AWAY)
    store.faults.fail("count", AWAY)
    for _ in range(3):
        with pytest.raises(RepositoryUnavailable):
            await orders.ping()

    store.faults.stop()

    await orders.ping()
    assert (await MemoryTaskQueue(store).count())["waiting"] == 0
    assert store.faults.injected == {"ping": 3}


async def test_the_queue_fails_by_the_same_faults(store: MemoryStore) -> None:
    store.faults.fail("put", AWAY, after=True)

    with pytest.raises(RepositoryUnavailable):
        await MemoryTaskQueue(store).put(a_task())

    assert list(store.tasks) == [a_task().task_id]


async def test_a_cancelled_call_stays_cancelled() -> None:
    faults = Faults()
    faults.fail("wait", AWAY, after=True)

    async def wait() -> None:
        with faults.around("wait"):
            await asyncio.Event().wait()

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_an_error_raised_often_does_not_grow() -> None:
    faults = Faults()
    faults.fail_always("ping", AWAY)
    lengths = set()

    for _ in range(3):
        with pytest.raises(RepositoryUnavailable) as caught, faults.around("ping"):
            raise AssertionError("the effect must not happen")
        lengths.add(len(caught.traceback))

    assert len(lengths) == 1


async def test_nothing_in_memory_ever_waits(orders: MemoryOrderRepository) -> None:
    """A coroutine that finishes at its first step has given way to nobody."""
    with pytest.raises(StopIteration) as caught:
        orders.add(an_order(), []).send(None)

    assert caught.value.value is True
