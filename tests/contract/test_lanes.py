"""Tasks of one order that share a lane are lent one after the other; see the port."""

from datetime import datetime, timedelta

import pytest

from domain.tasks import Task, TaskKind
from ports.order_repository import OrderRepository
from ports.task_queue import ClaimedTask, TaskQueue
from tests.contract.evolution import next_version, stored
from tests.support.factories import NOON, a_task, an_order

LEASE = timedelta(seconds=60)


def in_lane(position: int, **changes: object) -> Task:
    return a_task(**{"detail": str(position), "lane": "shop", "position": position} | changes)


async def claim(tasks: TaskQueue, now: datetime = NOON) -> list[ClaimedTask]:
    return list(await tasks.claim(TaskKind.RECHECK, now, now + LEASE, 10))


def details(claimed: list[ClaimedTask]) -> list[str]:
    return [each.task.detail for each in claimed]


async def test_a_task_keeps_its_lane_and_position(tasks: TaskQueue) -> None:
    await tasks.put(in_lane(7))

    (claimed,) = await claim(tasks)

    assert claimed.task == in_lane(7)


async def test_a_lane_is_worked_off_by_position_whatever_is_longest_due(tasks: TaskQueue) -> None:
    for position, minutes_ago in ((30, 9), (10, 1), (20, 5)):
        due_at = NOON - timedelta(minutes=minutes_ago)
        await tasks.put(in_lane(position, due_at=due_at))

    order = []
    for _ in range(3):
        (claimed,) = await claim(tasks)
        order.append(claimed.task.position)
        assert await tasks.complete(claimed)

    assert order == [10, 20, 30]
    assert await claim(tasks) == []


async def test_tasks_born_with_a_version_keep_to_their_lane(
    orders: OrderRepository, tasks: TaskQueue
) -> None:
    order = await stored(orders, an_order())
    await orders.save(next_version(order), [in_lane(1), in_lane(2)])

    (first,) = await claim(tasks)
    await tasks.complete(first)

    assert first.task == in_lane(1)
    assert details(await claim(tasks)) == ["2"]


async def test_a_leased_first_blocks_the_rest_even_when_its_worker_died(tasks: TaskQueue) -> None:
    await tasks.put(in_lane(1))
    await tasks.put(in_lane(2))
    await claim(tasks)

    assert await claim(tasks) == []
    assert details(await claim(tasks, NOON + LEASE)) == ["1"]


async def test_a_first_that_is_tried_again_later_blocks_the_rest(tasks: TaskQueue) -> None:
    await tasks.put(in_lane(1))
    await tasks.put(in_lane(2))
    (first,) = await claim(tasks)
    later = NOON + timedelta(hours=1)

    await tasks.retry(first, later, "absent")

    assert await claim(tasks, later - LEASE) == []
    assert details(await claim(tasks, later)) == ["1"]


async def test_a_first_that_is_not_due_yet_blocks_the_rest(tasks: TaskQueue) -> None:
    await tasks.put(in_lane(1, due_at=NOON + LEASE))
    await tasks.put(in_lane(2))

    assert await claim(tasks) == []
    assert details(await claim(tasks, NOON + LEASE)) == ["1"]


@pytest.mark.parametrize("end", ["complete", "park"])
async def test_a_first_that_ended_lets_the_next_one_through(tasks: TaskQueue, end: str) -> None:
    for position in (1, 2, 3):
        await tasks.put(in_lane(position))
    (first,) = await claim(tasks)

    assert await (tasks.complete(first) if end == "complete" else tasks.park(first, "no", NOON))

    assert details(await claim(tasks)) == ["2"]


async def test_a_lane_holds_up_no_other_order_lane_nor_task_without_one(tasks: TaskQueue) -> None:
    await tasks.put(in_lane(1, due_at=NOON + LEASE))
    await tasks.put(in_lane(2, detail="blocked"))
    await tasks.put(in_lane(3, detail="other order", order_id="order-0002"))
    await tasks.put(in_lane(3, detail="other lane", lane="else"))
    await tasks.put(in_lane(3, detail="no lane", lane=""))
    await tasks.put(in_lane(4, detail="no lane too", lane=""))

    claimed = await claim(tasks)

    assert sorted(details(claimed)) == ["no lane", "no lane too", "other lane", "other order"]


async def test_a_lane_holds_up_its_tasks_of_every_kind(tasks: TaskQueue) -> None:
    await tasks.put(in_lane(1))
    await tasks.put(in_lane(2, kind=TaskKind.TELL_SHOP))

    blocked = await tasks.claim(TaskKind.TELL_SHOP, NOON, NOON + LEASE, 10)
    (first,) = await claim(tasks)
    await tasks.complete(first)
    (second,) = await tasks.claim(TaskKind.TELL_SHOP, NOON, NOON + LEASE, 10)

    assert list(blocked) == []
    assert second.task.position == 2


async def test_an_earlier_task_that_comes_late_goes_first(tasks: TaskQueue) -> None:
    await tasks.put(in_lane(2))
    await tasks.put(in_lane(1))

    assert details(await claim(tasks)) == ["1"]
