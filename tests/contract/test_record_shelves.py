"""What is carried from one store to another is whole, and goes on there as it stood."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.tasks import TaskKind
from ports.errors import PaymentBoundElsewhere, RepositoryUnavailable
from ports.record_shelf import RecordShelf
from ports.stored_task import StoredTask
from tests.contract.evolution import next_version
from tests.contract.stores import Store
from tests.support.factories import NOON, ORDER_ID, a_key, a_payment, a_task, an_order, won
from tests.support.full_store import FULL_PAYMENT, LATER, RECORDS

# What the same record says otherwise, under the same id.
OTHERWISE: dict[str, Callable[[Any], Any]] = {
    "operator actions": lambda action: replace(action, reason="another"),
    "orders": lambda order: replace(order, version=order.version + 1, name="another"),
    "tasks": lambda stored: replace(stored, attempts=stored.attempts + 1),
    "stray payments": lambda stray: replace(stray, told=not stray.told),
    "sweep cursors": lambda state: replace(state, cursor=LATER),
    "sweep reports": lambda report: replace(report, pages=99),
    "allowances": lambda taken: replace(
        taken, amount=replace(taken.amount, amount_minor=taken.amount.amount_minor + 1)
    ),
    "seen webhooks": lambda seen: replace(seen, seen_at=seen.seen_at + timedelta(hours=1)),
}


async def walked(shelf: RecordShelf[Any], limit: int) -> list[Any]:
    """All records, page by page."""
    records: list[Any] = []
    after: str | None = ""
    while after is not None:
        page = await shelf.page(after, limit)
        assert not page.unreadable
        records += page.records
        after = page.after
    return records


def in_order(shelf: RecordShelf[Any], records: list[Any]) -> list[Any]:
    return sorted(records, key=shelf.name)


def test_every_kind_of_record_is_tried() -> None:
    assert RECORDS.keys() == OTHERWISE.keys()


async def test_a_durable_store_has_a_shelf_for_every_kind(store: Store) -> None:
    is_durable = "stray payments" in store.shelves

    assert store.shelves.keys() == (RECORDS.keys() if is_durable else {"orders", "tasks"})


async def test_an_empty_shelf_is_one_empty_page(store: Store) -> None:
    for shelf in store.shelves.values():
        page = await shelf.page("", 10)

        assert await shelf.count() == 0
        assert (list(page.records), list(page.unreadable), page.after) == ([], [], None)


@pytest.mark.parametrize("limit", [1, 2, 100])
async def test_what_is_put_comes_back_each_once(store: Store, limit: int) -> None:
    for kind, shelf in store.shelves.items():
        records = RECORDS[kind]()

        await shelf.put(records)

        assert await shelf.count() == len(records)
        assert await shelf.find(records) == records
        assert in_order(shelf, await walked(shelf, limit)) == in_order(shelf, records)


async def test_what_is_not_there_is_not_found(store: Store) -> None:
    for kind, shelf in store.shelves.items():
        first, *others = RECORDS[kind]()
        await shelf.put(others)

        assert await shelf.find([first, *others]) == [None, *others]


async def test_what_is_there_stays_as_it_is(store: Store) -> None:
    for kind, shelf in store.shelves.items():
        records = RECORDS[kind]()
        others = [OTHERWISE[kind](record) for record in records]
        await shelf.put(records[:1])

        await shelf.put(others)
        await shelf.put(records)

        assert await shelf.find(records) == [records[0], *others[1:]]
        assert await shelf.count() == len(records)


async def test_names_tell_the_records_apart(store: Store) -> None:
    for kind, shelf in store.shelves.items():
        records = RECORDS[kind]()

        assert len({shelf.name(record) for record in records}) == len(records)


@pytest.mark.parametrize("kinds", [("orders", "tasks"), ("tasks", "orders")])
async def test_orders_and_tasks_come_in_either_order(store: Store, kinds: tuple[str, str]) -> None:
    for kind in kinds:
        await store.shelves[kind].put(RECORDS[kind]())

    for kind in kinds:
        assert await store.shelves[kind].find(RECORDS[kind]()) == RECORDS[kind]()
    assert await store.orders.find_by_id("not-come-yet") is None


async def test_an_order_whose_payment_is_bound_elsewhere_is_left_out(store: Store) -> None:
    owner = next_version(an_order(order_id="owner"), a_payment(order_id="owner"))
    thief = next_version(an_order(order_id="thief"), a_payment(order_id="thief"))
    honest = an_order(order_id="third")
    shelf = store.shelves["orders"]
    await shelf.put([owner])

    await shelf.put([thief, honest])

    assert await shelf.find([owner, thief, honest]) == [owner, None, honest]
    assert await store.orders.find_order_id_by_payment(a_key()) == "owner"


async def test_a_carried_order_goes_on(store: Store) -> None:
    _, order = RECORDS["orders"]()
    await store.shelves["orders"].put(RECORDS["orders"]())
    later = next_version(order)

    await store.orders.save(later, [a_task()])

    assert await store.orders.find_by_id(ORDER_ID) == later
    assert await store.orders.find_order_id_by_payment(FULL_PAYMENT.key) == ORDER_ID
    assert not await store.orders.add(order, [])
    with pytest.raises(PaymentBoundElsewhere):
        await store.orders.add(an_order(order_id="thief", payments=(FULL_PAYMENT,)), [])


async def test_carried_tasks_go_on_as_they_stood(store: Store) -> None:
    await store.shelves["tasks"].put(RECORDS["tasks"]())
    end = LATER + timedelta(minutes=1)

    now = await store.tasks.claim(TaskKind.RECHECK, NOON, end, 10)
    leased = await store.tasks.claim(TaskKind.TELL_SHOP, NOON, end, 10)
    after_the_lease = await store.tasks.claim(TaskKind.TELL_SHOP, LATER, end, 10)
    retried = await store.tasks.claim(TaskKind.RECHECK, LATER, end, 10)
    done = await store.tasks.claim(TaskKind.TELL_BUYER_ACCOUNT, end, end, 10)
    parked = await store.tasks.claim(TaskKind.ALERT_OPERATOR, end, end, 10)

    assert [(each.task.order_id, each.attempts) for each in now] == [("not-come-yet", 1)]
    assert leased == done == parked == []
    assert [each.attempts for each in after_the_lease] == [2]
    assert [(each.task.order_id, each.attempts) for each in retried] == [(ORDER_ID, 4)]
    assert await store.tasks.count() == {"waiting": 0, "leased": 3, "done": 1, "parked": 1}


async def test_the_one_who_held_a_lease_may_end_it_at_the_new_place(store: Store) -> None:
    await store.tasks.put(a_task())
    (claimed,) = await store.tasks.claim(TaskKind.RECHECK, NOON, LATER, 1)
    (carried,) = await walked(store.shelves["tasks"], 1)

    assert (carried.state, carried.lease, carried.attempts) == ("leased", claimed.lease, 1)
    assert carried == StoredTask(
        task=claimed.task, state="leased", ready_at=LATER, attempts=1, lease=claimed.lease
    )


async def test_an_order_has_room_for_all_its_tasks(store: Store) -> None:
    many = [StoredTask.waiting(a_task(detail=f"{number:04}")) for number in range(250)]

    await store.shelves["tasks"].put(many[:100])
    await store.shelves["tasks"].put(many)

    assert await store.shelves["tasks"].count() == 250
    assert await store.shelves["tasks"].find(many) == many


@pytest.mark.parametrize(
    "ask",
    [
        lambda shelf, _: shelf.count(),
        lambda shelf, _: shelf.page("", 1),
        lambda shelf, records: shelf.find(records),
        lambda shelf, records: shelf.put(records),
    ],
    ids=["count", "page", "find", "put"],
)
async def test_a_shelf_out_of_reach_says_so(
    store: Store, ask: Callable[[RecordShelf[Any], list[Any]], Awaitable[object]]
) -> None:
    await store.cut()

    for kind, shelf in store.shelves.items():
        with pytest.raises(RepositoryUnavailable):
            await ask(shelf, RECORDS[kind]())


async def test_carried_refunds_count_against_their_day(store: Store) -> None:
    if "allowances" in store.shelves:
        await store.shelves["allowances"].put(RECORDS["allowances"]())
        day, limit = NOON.date(), won(700)

        assert not await store.allowance.take("rf-3", won(101), day, limit)
        assert await store.allowance.take("rf-1", won(300), day, limit)
        assert await store.allowance.take("rf-4", won(100), day, limit)
