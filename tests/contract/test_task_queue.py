"""What every TaskQueue promises; see the docstrings of the port."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.tasks import AlertReason, Task, TaskKind, alert
from ports.order_repository import OrderRepository
from ports.task_queue import ClaimedTask, TaskQueue
from tests.contract.evolution import next_version, stored
from tests.support.factories import NOON, ORDER_ID, a_key, a_task, an_order

LEASE = timedelta(seconds=60)
LEASE_ENDS = NOON + LEASE
MOMENT = timedelta(microseconds=1)
EMPTY = {"waiting": 0, "leased": 0, "done": 0, "parked": 0}

# The three ways to end a lease, with the state that each leaves.
ENDINGS: dict[str, Callable[[TaskQueue, ClaimedTask], Awaitable[bool]]] = {
    "done": lambda tasks, claimed: tasks.complete(claimed),
    "waiting": lambda tasks, claimed: tasks.retry(claimed, NOON, "absent"),
    "parked": lambda tasks, claimed: tasks.park(claimed, "tooOften", NOON),
}
endings = pytest.mark.parametrize(("state", "end"), ENDINGS.items(), ids=ENDINGS)


async def claim(
    tasks: TaskQueue, now: datetime = NOON, limit: int = 10, kind: TaskKind = TaskKind.RECHECK
) -> list[ClaimedTask]:
    return list(await tasks.claim(kind, now, now + LEASE, limit))


async def lent(
    tasks: TaskQueue, now: datetime = NOON, kind: TaskKind = TaskKind.RECHECK
) -> ClaimedTask:
    (claimed,) = await claim(tasks, now, kind=kind)
    return claimed


@pytest.mark.parametrize(
    "task",
    [
        a_task(),
        *(a_task(kind=kind, detail="a-B_0") for kind in TaskKind),
        *(alert(ORDER_ID, a_key(), reason, NOON) for reason in AlertReason),
        a_task(due_at=NOON - MOMENT, order_id="Az09._:-", key=a_key("imp=.-_")),
    ],
    ids=lambda task: task.task_id,
)
async def test_a_task_is_lent_as_it_was_put(tasks: TaskQueue, task: Task) -> None:
    await tasks.put(task)

    claimed = await lent(tasks, kind=task.kind)

    assert claimed.task == task
    assert claimed.attempts == 1
    assert claimed.lease != ""


async def test_nothing_is_lent_by_an_empty_queue(tasks: TaskQueue) -> None:
    assert await claim(tasks) == []
    assert await tasks.count() == EMPTY


@pytest.mark.parametrize("kind", TaskKind)
async def test_tasks_of_one_kind_are_lent_whatever_else_is_due(
    tasks: TaskQueue, kind: TaskKind
) -> None:
    for other in TaskKind:
        for number in range(3):
            earlier = NOON - timedelta(minutes=0 if other is kind else number + 1)
            await tasks.put(a_task(kind=other, detail=str(number), due_at=earlier))

    claimed = await claim(tasks, limit=2, kind=kind)
    rest = await claim(tasks, kind=kind)

    assert [each.task.kind for each in (*claimed, *rest)] == [kind] * 3
    assert len(claimed) == 2


async def test_a_task_is_lent_from_its_very_moment_on(tasks: TaskQueue) -> None:
    await tasks.put(a_task(due_at=NOON))

    assert await claim(tasks, NOON - MOMENT) == []
    assert len(await claim(tasks, NOON)) == 1


async def test_the_longest_due_are_lent_first(tasks: TaskQueue) -> None:
    for minutes in (3, 1, 4, 2):
        await tasks.put(a_task(detail=str(minutes), due_at=NOON + timedelta(minutes=minutes)))
    now = NOON + timedelta(minutes=10)

    first = await claim(tasks, now, limit=3)
    rest = await claim(tasks, now, limit=3)

    assert [claimed.task.detail for claimed in first] == ["1", "2", "3"]
    assert [claimed.task.detail for claimed in rest] == ["4"]


async def test_a_lease_that_ran_out_is_due_since_then(tasks: TaskQueue) -> None:
    await tasks.put(a_task(detail="lent before"))
    await claim(tasks)
    await tasks.put(a_task(detail="due before", due_at=LEASE_ENDS - MOMENT))
    await tasks.put(a_task(detail="due after", due_at=LEASE_ENDS + MOMENT))

    claimed = await claim(tasks, LEASE_ENDS + LEASE)

    assert [each.task.detail for each in claimed] == ["due before", "lent before", "due after"]


async def test_a_leased_task_is_nobody_else_s_until_the_lease_runs_out(tasks: TaskQueue) -> None:
    await tasks.put(a_task())
    first = await lent(tasks)

    assert await claim(tasks, LEASE_ENDS - MOMENT) == []
    second = await lent(tasks, LEASE_ENDS)

    assert second.task == first.task
    assert (first.attempts, second.attempts) == (1, 2)
    assert second.lease != first.lease


@endings
async def test_ending_a_lease_moves_the_task_on(
    tasks: TaskQueue, state: str, end: Callable[[TaskQueue, ClaimedTask], Awaitable[bool]]
) -> None:
    await tasks.put(a_task())
    claimed = await lent(tasks)
    assert await tasks.count() == EMPTY | {"leased": 1}

    assert await end(tasks, claimed) is True

    assert await tasks.count() == EMPTY | {state: 1}


@endings
@pytest.mark.parametrize("ended", ENDINGS)
async def test_a_lease_ends_once(
    tasks: TaskQueue,
    state: str,
    end: Callable[[TaskQueue, ClaimedTask], Awaitable[bool]],
    ended: str,
) -> None:
    await tasks.put(a_task())
    claimed = await lent(tasks)
    await ENDINGS[ended](tasks, claimed)

    assert await end(tasks, claimed) is False

    assert await tasks.count() == EMPTY | {ended: 1}


@endings
async def test_a_lease_that_passed_to_another_ends_nothing(
    tasks: TaskQueue, state: str, end: Callable[[TaskQueue, ClaimedTask], Awaitable[bool]]
) -> None:
    await tasks.put(a_task())
    late = await lent(tasks)
    holder = await lent(tasks, LEASE_ENDS)

    assert await end(tasks, late) is False

    assert await tasks.count() == EMPTY | {"leased": 1}
    assert await end(tasks, holder) is True
    assert await tasks.count() == EMPTY | {state: 1}


@endings
async def test_nothing_is_ended_that_was_never_lent(
    tasks: TaskQueue, state: str, end: Callable[[TaskQueue, ClaimedTask], Awaitable[bool]]
) -> None:
    await tasks.put(a_task())
    claimed = await lent(tasks)
    await tasks.put(a_task(detail="waits"))

    for strange in (
        replace(claimed, lease="lease"),
        replace(claimed, lease=""),
        replace(claimed, task=a_task(detail="waits")),
        replace(claimed, task=a_task(detail="not there")),
    ):
        assert await end(tasks, strange) is False

    assert await tasks.count() == EMPTY | {"leased": 1, "waiting": 1}


async def test_a_lease_may_end_late_if_nobody_else_took_the_task(tasks: TaskQueue) -> None:
    await tasks.put(a_task())
    claimed = await lent(tasks)
    assert await claim(tasks, LEASE_ENDS - MOMENT) == []

    assert await tasks.complete(claimed) is True

    assert await claim(tasks, LEASE_ENDS + LEASE) == []


async def test_a_retried_task_is_lent_again_when_it_is_due(tasks: TaskQueue) -> None:
    await tasks.put(a_task())
    later = NOON + timedelta(minutes=5, microseconds=7)

    await tasks.retry(await lent(tasks), later, "absent")

    assert await claim(tasks, later - MOMENT) == []
    again = await lent(tasks, later)
    assert again.attempts == 2
    assert again.task.task_id == a_task().task_id


@pytest.mark.parametrize("state", ["done", "parked"])
async def test_a_task_that_is_done_or_parked_is_not_lent(tasks: TaskQueue, state: str) -> None:
    await tasks.put(a_task())
    await ENDINGS[state](tasks, await lent(tasks))

    assert await claim(tasks, NOON + 1000 * LEASE) == []


async def test_a_waiting_task_that_is_put_again_stays_as_it_is(tasks: TaskQueue) -> None:
    await tasks.put(a_task())
    await tasks.retry(await lent(tasks), NOON, "absent")

    await tasks.put(a_task(due_at=NOON + timedelta(days=1)))

    assert (await lent(tasks)).attempts == 2


@pytest.mark.parametrize("state", ["leased", "done", "parked"])
async def test_any_other_task_that_is_put_again_waits_afresh(tasks: TaskQueue, state: str) -> None:
    await tasks.put(a_task())
    claimed = await lent(tasks)
    if state != "leased":
        await ENDINGS[state](tasks, claimed)
    later = NOON + 2 * LEASE

    await tasks.put(a_task(due_at=later))

    assert await tasks.count() == EMPTY | {"waiting": 1}
    assert await claim(tasks, later - MOMENT) == []
    again = await lent(tasks, later)
    assert again.task == a_task(due_at=later)
    assert again.attempts == 1


@endings
async def test_a_lease_is_void_once_its_task_is_put_again(
    tasks: TaskQueue, state: str, end: Callable[[TaskQueue, ClaimedTask], Awaitable[bool]]
) -> None:
    await tasks.put(a_task())
    claimed = await lent(tasks)
    await tasks.put(a_task())

    assert await end(tasks, claimed) is False

    assert await tasks.count() == EMPTY | {"waiting": 1}


@pytest.mark.parametrize("state", ["waiting", "leased", "done", "parked"])
async def test_a_task_born_with_a_version_leaves_an_old_one_as_it_is(
    orders: OrderRepository, tasks: TaskQueue, state: str
) -> None:
    await tasks.put(a_task())
    claimed = await lent(tasks)
    if state != "leased":
        await ENDINGS[state](tasks, claimed)
    order = await stored(orders, an_order())

    await orders.save(next_version(order), [a_task(), a_task(detail="new")])

    assert await tasks.count() == {**EMPTY, state: 1} | (
        {"waiting": 2} if state == "waiting" else {"waiting": 1}
    )
    assert await tasks.complete(claimed) is (state == "leased")


async def test_a_task_born_with_a_version_is_lent(
    orders: OrderRepository, tasks: TaskQueue
) -> None:
    order = await stored(orders, an_order())

    await orders.save(next_version(order), [a_task()])

    assert (await lent(tasks)).task == a_task()


async def test_no_task_is_lent_to_two_workers(tasks: TaskQueue) -> None:
    put = {f"{number}" for number in range(60)}
    for detail in put:
        await tasks.put(a_task(detail=detail))

    claims = await asyncio.gather(*(claim(tasks, limit=7) for _ in range(20)))

    details = [claimed.task.detail for claimed_together in claims for claimed in claimed_together]
    assert sorted(details) == sorted(put)
    assert max(map(len, claims)) <= 7


async def test_no_task_is_lost_when_workers_die(tasks: TaskQueue) -> None:
    for number in range(20):
        await tasks.put(a_task(detail=str(number)))
    now, done = NOON, 0

    for _ in range(100):
        # Every other task dies with its worker.
        for claimed in (await claim(tasks, now, limit=6))[::2]:
            assert await tasks.complete(claimed)
            done += 1
        now += LEASE
        if done == 20:
            break

    assert await tasks.count() == EMPTY | {"done": 20}


async def test_of_many_who_put_one_task_one_makes_it(tasks: TaskQueue) -> None:
    await asyncio.gather(*(tasks.put(a_task()) for _ in range(50)))

    assert await tasks.count() == EMPTY | {"waiting": 1}
