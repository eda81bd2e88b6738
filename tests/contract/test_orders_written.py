"""An OrderRepository writes all or nothing, and never over what was not read."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.order import Order, OrderStatus
from domain.tasks import TaskKind
from ports.errors import ConcurrentUpdate, PaymentBoundElsewhere
from ports.order_repository import OrderRepository
from ports.task_queue import TaskQueue
from tests.contract.evolution import next_version, stored
from tests.support.factories import (
    NOON,
    ORDER_ID,
    a_key,
    a_payment,
    a_task,
    an_order,
    evidence,
    won,
)

WRITERS = 200
NO_TASKS = {"waiting": 0, "leased": 0, "done": 0, "parked": 0}


async def test_nothing_is_found_in_an_empty_store(orders: OrderRepository) -> None:
    assert await orders.find_by_id(ORDER_ID) is None
    assert await orders.find_order_id_by_payment(a_key()) is None


async def test_ids_differ_by_case(orders: OrderRepository) -> None:
    upper, lower = an_order(order_id="ORDER-1"), an_order(order_id="order-1", amount=won(2))

    assert await orders.add(upper, [])
    assert await orders.add(lower, [])

    assert await orders.find_by_id("ORDER-1") == upper
    assert await orders.find_by_id("order-1") == lower


async def test_a_taken_id_is_not_added_again(orders: OrderRepository) -> None:
    first, second = an_order(), an_order(amount=won(2000), name="another")

    assert await orders.add(first, []) is True
    assert await orders.add(second, []) is False

    assert await orders.find_by_id(ORDER_ID) == first


async def test_of_many_who_add_one_order_one_does(orders: OrderRepository) -> None:
    added = await asyncio.gather(
        *(orders.add(an_order(client_token=f"token-{number}"), []) for number in range(50))
    )

    assert added.count(True) == 1
    found = await orders.find_by_id(ORDER_ID)
    assert found is not None
    assert found.client_token == f"token-{added.index(True)}"


async def test_an_added_order_keeps_its_payments_to_itself(orders: OrderRepository) -> None:
    await stored(orders, an_order(), a_payment())
    thief = an_order(order_id="order-0002", payments=(a_payment(order_id="order-0002"),))

    with pytest.raises(PaymentBoundElsewhere):
        await orders.add(thief, [])

    assert await orders.find_by_id("order-0002") is None
    assert await orders.find_order_id_by_payment(a_key()) == ORDER_ID


@pytest.mark.parametrize("version", [0, 1, 3, 4])
async def test_only_the_next_version_is_saved(orders: OrderRepository, version: int) -> None:
    order = await stored(orders, an_order(), a_payment())
    wanted = replace(next_version(order, name="changed"), version=version)

    with pytest.raises(ConcurrentUpdate):
        await orders.save(wanted, [])

    assert await orders.find_by_id(ORDER_ID) == order


async def test_an_order_that_is_not_there_is_not_saved(orders: OrderRepository) -> None:
    with pytest.raises(ConcurrentUpdate):
        await orders.save(next_version(an_order()), [])

    assert await orders.find_by_id(ORDER_ID) is None


async def test_a_late_save_leaves_no_task(orders: OrderRepository, tasks: TaskQueue) -> None:
    order = await stored(orders, an_order(), a_payment())

    with pytest.raises(ConcurrentUpdate):
        await orders.save(order, [a_task()])

    assert await tasks.count() == NO_TASKS


async def test_a_payment_is_bound_by_its_first_save(orders: OrderRepository) -> None:
    await stored(orders, an_order(), a_payment())

    assert await orders.find_order_id_by_payment(a_key()) == ORDER_ID
    assert await orders.find_order_id_by_payment(a_key(gateway="other")) is None
    assert await orders.find_order_id_by_payment(a_key("imp_2")) is None


async def test_one_payment_id_at_two_gateways_is_two_payments(orders: OrderRepository) -> None:
    await stored(orders, an_order(), a_payment())
    key = a_key(gateway="portone-v2")
    other = an_order(order_id="order-0002")

    await stored(orders, other, a_payment(key=key, order_id="order-0002"))

    assert await orders.find_order_id_by_payment(a_key()) == ORDER_ID
    assert await orders.find_order_id_by_payment(key) == "order-0002"


async def test_a_payment_bound_elsewhere_changes_nothing(
    orders: OrderRepository, tasks: TaskQueue
) -> None:
    first = await stored(orders, an_order(), a_payment())
    second = await stored(orders, an_order(order_id="order-0002"))
    own = a_payment(key=a_key("imp_2"), order_id="order-0002")
    stolen = a_payment(order_id="order-0002", evidence=evidence("stolen"))
    task = a_task(order_id="order-0002")

    with pytest.raises(PaymentBoundElsewhere):
        await orders.save(next_version(second, own, stolen, name="changed"), [task])

    assert await orders.find_by_id(ORDER_ID) == first
    assert await orders.find_by_id("order-0002") == second
    assert await orders.find_order_id_by_payment(a_key()) == ORDER_ID
    assert await orders.find_order_id_by_payment(own.key) is None
    assert await tasks.count() == NO_TASKS
    await orders.save(next_version(second, own), [])


async def test_of_two_orders_that_claim_a_payment_one_gets_it(orders: OrderRepository) -> None:
    ids = [f"order-{number}" for number in range(20)]
    for order_id in ids:
        await orders.add(an_order(order_id=order_id), [])

    results = await asyncio.gather(
        *(
            orders.save(next_version(an_order(order_id=each), a_payment(order_id=each)), [])
            for each in ids
        ),
        return_exceptions=True,
    )

    winners = [each for each, result in zip(ids, results, strict=True) if result is None]
    losers = [result for result in results if isinstance(result, PaymentBoundElsewhere)]
    assert len(winners) == 1
    assert len(losers) == len(ids) - 1
    assert await orders.find_order_id_by_payment(a_key()) == winners[0]
    for each in ids:
        found = await orders.find_by_id(each)
        assert found is not None
        assert bool(found.payments) is (each in winners)


async def test_tasks_are_born_with_the_order(orders: OrderRepository, tasks: TaskQueue) -> None:
    born = [a_task(detail="1"), a_task(detail="2", due_at=NOON + timedelta(hours=1))]

    assert await orders.add(an_order(), born)

    assert await tasks.count() == NO_TASKS | {"waiting": 2}
    assert [each.task for each in await tasks.claim(TaskKind.RECHECK, NOON, NOON, 10)] == born[:1]
    assert await orders.find_by_id(ORDER_ID) == an_order()


async def test_of_two_tasks_of_one_id_the_first_is_born(
    orders: OrderRepository, tasks: TaskQueue
) -> None:
    twins = [a_task(due_at=NOON), a_task(due_at=NOON + timedelta(hours=1))]
    await orders.add(an_order(), twins)

    await orders.save(next_version(an_order()), [replace(twin, detail="2") for twin in twins])

    claimed = await tasks.claim(TaskKind.RECHECK, NOON, NOON, 10)
    assert [each.task for each in claimed] == [twins[0], replace(twins[0], detail="2")]


async def test_an_order_that_is_not_added_bears_no_task(
    orders: OrderRepository, tasks: TaskQueue
) -> None:
    await stored(orders, an_order(), a_payment())
    thief = an_order(order_id="order-0002", payments=(a_payment(order_id="order-0002"),))

    assert not await orders.add(an_order(), [a_task()])
    with pytest.raises(PaymentBoundElsewhere):
        await orders.add(thief, [a_task(order_id="order-0002")])

    assert await tasks.count() == NO_TASKS


async def test_a_task_that_came_before_its_order_is_left_as_it_is(
    orders: OrderRepository, tasks: TaskQueue
) -> None:
    early = a_task(detail="1", due_at=NOON)
    await tasks.put(early)

    assert await orders.add(
        an_order(), [replace(early, due_at=NOON + timedelta(hours=1)), a_task(detail="2")]
    )

    claimed = await tasks.claim(TaskKind.RECHECK, NOON, NOON, 10)
    assert sorted(each.task.detail for each in claimed) == ["1", "2"]
    assert await tasks.count() == NO_TASKS | {"leased": 2}


async def test_tasks_are_born_with_the_version(orders: OrderRepository, tasks: TaskQueue) -> None:
    await orders.add(an_order(), [])

    await orders.save(next_version(an_order()), [a_task(detail="1"), a_task(detail="2")])

    assert await tasks.count() == NO_TASKS | {"waiting": 2}


async def test_of_many_writers_exactly_one_wins_each_version(orders: OrderRepository) -> None:
    await orders.add(an_order(), [])
    read = an_order()
    for _ in range(5):
        rivals = [
            next_version(read, a_payment(evidence=evidence(f"writer {number}")))
            for number in range(WRITERS)
        ]

        results = await asyncio.gather(
            *(orders.save(rival, []) for rival in rivals), return_exceptions=True
        )

        winners = [rival for rival, result in zip(rivals, results, strict=True) if result is None]
        assert [type(result) for result in results].count(ConcurrentUpdate) == WRITERS - 1
        assert [await orders.find_by_id(ORDER_ID)] == winners
        (read,) = winners


async def test_writers_who_read_again_all_get_their_turn(orders: OrderRepository) -> None:
    await orders.add(an_order(), [])
    written: list[int] = []

    async def write(number: int) -> None:
        while True:
            read = await orders.find_by_id(ORDER_ID)
            assert read is not None
            payment = a_payment(evidence=evidence(f"writer {number}"))
            try:
                await orders.save(next_version(read, payment), [])
            except ConcurrentUpdate:
                continue
            written.append(read.version + 1)
            return

    async with asyncio.timeout(60):
        await asyncio.gather(*(write(number) for number in range(30)))

    last = await orders.find_by_id(ORDER_ID)
    assert last is not None
    assert sorted(written) == list(range(1, 31))
    assert [entry.version for entry in last.history] == list(range(1, 31))


async def test_what_was_handed_out_does_not_change(orders: OrderRepository) -> None:
    order = await stored(orders, an_order())
    before = await orders.find_by_id(ORDER_ID)

    await orders.save(next_version(order, a_payment(), status=OrderStatus.PAID), [])

    assert before == an_order()


async def test_ping_leaves_no_trace(orders: OrderRepository, tasks: TaskQueue) -> None:
    order: Order = await stored(orders, an_order(), a_payment())

    await orders.ping()

    assert await orders.find_by_id(ORDER_ID) == order
    assert await tasks.count() == NO_TASKS
