"""Everything is carried, whatever comes between; what differs is told and never overwritten."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.memory.record_shelves import MemoryOrderShelf, MemoryTaskShelf
from adapters.memory.store import MemoryStore
from application.migrate_store import (
    MAX_NAMED,
    PAGE_SIZE,
    Carried,
    Fault,
    MigrateStore,
    Shelves,
    Step,
)
from ports.errors import RepositoryUnavailable
from ports.record_shelf import Page
from ports.stored_task import StoredTask
from tests.contract.evolution import next_version
from tests.support.factories import a_payment, a_task, an_order


class Journey:
    """Two stores in memory, and what was told on the way."""

    def __init__(self, orders: int = 3, tasks: int = 2) -> None:
        self.source, self.target = MemoryStore(), MemoryStore()
        for number in range(orders):
            order = an_order(order_id=f"order-{number:04}")
            self.source.orders[order.order_id] = order
        for number in range(tasks):
            task = a_task(detail=str(number))
            self.source.tasks[task.task_id] = StoredTask.waiting(task)
        self.told: list[tuple[str, Step, int, int]] = []

    async def __call__(self) -> dict[str, Carried]:
        migrate = MigrateStore(
            shelves(self.source), shelves(self.target), lambda *told: self.told.append(told)
        )
        return {carried.kind: carried for carried in await migrate()}


def shelves(store: MemoryStore) -> Shelves:
    return {"orders": MemoryOrderShelf(store), "tasks": MemoryTaskShelf(store)}


async def test_everything_is_carried_and_compared() -> None:
    journey = Journey()

    carried = await journey()

    assert journey.target.orders == journey.source.orders
    assert journey.target.tasks == journey.source.tasks
    assert carried["orders"] == Carried(kind="orders", in_source=3, in_target=3, put=3, equal=3)
    assert carried["tasks"] == Carried(kind="tasks", in_source=2, in_target=2, put=2, equal=2)
    assert all(each.is_whole and not each.left_over for each in carried.values())


async def test_page_after_page_is_told() -> None:
    journey = Journey(orders=2 * PAGE_SIZE + 1, tasks=0)

    carried = await journey()

    total = 2 * PAGE_SIZE + 1
    assert carried["orders"].equal == total
    assert [told for told in journey.told if told[0] == "orders"] == [
        ("orders", step, done, total) for step in Step for done in (0, 200, 400, 401)
    ]
    assert ("tasks", Step.CARRY, 0, 0) in journey.told


async def test_all_is_carried_before_any_is_compared() -> None:
    journey = Journey()

    await journey()

    assert [step for _, step, done, _ in journey.told if not done] == [
        *[Step.CARRY] * 2,
        *[Step.COMPARE] * 2,
    ]


async def test_again_changes_nothing() -> None:
    journey = Journey()
    await journey()

    carried = await journey()

    assert [(each.put, each.is_whole) for each in carried.values()] == [(0, True)] * 2


async def test_stopped_half_way_it_goes_on() -> None:
    journey = Journey(orders=2 * PAGE_SIZE)
    journey.target.faults.fail("put", RepositoryUnavailable("lost"), after=True)
    with pytest.raises(RepositoryUnavailable):
        await journey()
    there = len(journey.target.orders)

    carried = await journey()

    assert there == PAGE_SIZE
    assert carried["orders"].put == PAGE_SIZE
    assert all(each.is_whole for each in carried.values())


async def test_what_differs_is_told_and_not_overwritten() -> None:
    journey = Journey()
    other = replace(journey.source.orders["order-0001"], name="another")
    journey.target.orders[other.order_id] = other

    carried = (await journey())["orders"]

    assert journey.target.orders[other.order_id] == other
    assert carried.named == [("order-0001", Fault.DIFFERENT)]
    assert (carried.put, carried.equal, carried.left_over) == (2, 2, 0)
    assert not carried.is_whole


async def test_what_cannot_be_put_is_missed() -> None:
    journey = Journey()
    mine = next_version(an_order(order_id="mine"), a_payment(order_id="mine"))
    journey.source.orders[mine.order_id] = mine
    journey.target.bindings[a_payment().key] = "another order"

    carried = (await journey())["orders"]

    assert carried.named == [(mine.order_id, Fault.MISSING)]
    assert (carried.in_source, carried.in_target, carried.is_whole) == (4, 3, False)


async def test_what_the_target_has_besides_is_counted() -> None:
    journey = Journey()
    journey.target.orders["other"] = an_order(order_id="other")

    carried = (await journey())["orders"]

    assert (carried.left_over, carried.faults, carried.is_whole) == (1, {}, False)


async def test_the_first_are_named_and_all_are_counted() -> None:
    journey = Journey(orders=MAX_NAMED + 5)
    for order in journey.source.orders.values():
        journey.target.orders[order.order_id] = replace(order, name="another")

    carried = (await journey())["orders"]

    assert len(carried.named) == MAX_NAMED
    assert carried.faults == {Fault.DIFFERENT: MAX_NAMED + 5}


class HalfReadable(MemoryOrderShelf):
    """One of its orders cannot be read."""

    async def page(self, after: str, limit: int, /) -> Page[Any]:
        page = await super().page(after, limit)
        return replace(page, records=page.records[1:], unreadable=[self.name(page.records[0])])


async def test_what_cannot_be_read_is_named_and_stops_nothing() -> None:
    journey = Journey()
    source: Shelves = {**shelves(journey.source), "orders": HalfReadable(journey.source)}

    orders, tasks = await MigrateStore(source, shelves(journey.target), lambda *_: None)()

    assert orders.named == [("order-0000", Fault.UNREADABLE)]
    assert (orders.equal, orders.is_whole, tasks.is_whole) == (2, False, True)


def test_two_stores_of_other_kinds_are_refused() -> None:
    store = MemoryStore()

    with pytest.raises(ValueError, match="same kinds"):
        MigrateStore(shelves(store), {"orders": MemoryOrderShelf(store)}, lambda *_: None)
