"""What every TaskDesk promises; see the docstrings of the port."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from domain.tasks import TaskKind
from ports.task_desk import QueueDepth, TaskDesk, TaskStanding, TaskState
from ports.task_queue import ClaimedTask, TaskQueue
from tests.contract.stores import Store
from tests.support.factories import NOON, a_key, a_task

LEASE = timedelta(seconds=60)
MINUTE = timedelta(minutes=1)
RECHECK, TELL_SHOP = TaskKind.RECHECK, TaskKind.TELL_SHOP
WAITING, LEASED, PARKED = TaskState.WAITING, TaskState.LEASED, TaskState.PARKED


@pytest.fixture
def desk(store: Store) -> TaskDesk:
    return store.desk


async def lent(
    tasks: TaskQueue, now: datetime = NOON, kind: TaskKind = RECHECK
) -> list[ClaimedTask]:
    return list(await tasks.claim(kind, now, now + LEASE, 10))


async def parked(tasks: TaskQueue, **changes: object) -> str:
    """Park a task that is due, and give its id."""
    task = a_task(**changes)
    await tasks.put(task)
    (claimed,) = await lent(tasks, kind=task.kind)
    assert await tasks.park(claimed, "tooOften", NOON + MINUTE)
    return task.task_id


async def reason(desk: TaskDesk) -> str | None:
    """What is said of the one task there is."""
    standing = await desk.find(a_task().task_id)
    assert standing is not None
    return standing.reason


async def listed(desk: TaskDesk, state: TaskState, limit: int = 10) -> list[str]:
    """All ids in that state, page by page."""
    ids: list[str] = []
    last: TaskStanding | None = None
    while page := await desk.page(state, last, limit):
        assert len(page) <= limit
        ids += [standing.task_id for standing in page]
        last = page[-1]
    return ids


async def test_an_empty_queue_has_nothing_to_show(desk: TaskDesk) -> None:
    assert await desk.depth(NOON) == QueueDepth(tasks={}, due_since={})
    assert await desk.count(PARKED, 10) == 0
    assert [await listed(desk, state) for state in (WAITING, LEASED, PARKED)] == [[], [], []]
    assert await desk.find(a_task().task_id) is None
    assert list(await desk.of_order(RECHECK, "order-0001")) == []
    assert [task async for task in desk.every(RECHECK)] == []


async def test_the_depth_counts_what_is_to_be_done_by_kind_and_state(
    desk: TaskDesk, tasks: TaskQueue
) -> None:
    await tasks.put(a_task(detail="done"))
    (claimed,) = await lent(tasks)
    await tasks.complete(claimed)
    await parked(tasks, detail="parked")
    await tasks.put(a_task(detail="leased"))
    await lent(tasks)
    for number in range(3):
        await tasks.put(a_task(kind=TELL_SHOP, detail=str(number)))

    depth = await desk.depth(NOON)

    assert depth.tasks == {
        ("recheck", PARKED): 1,
        ("recheck", LEASED): 1,
        ("tellShop", WAITING): 3,
    }


async def test_a_state_is_counted_as_far_as_is_asked(desk: TaskDesk, tasks: TaskQueue) -> None:
    await tasks.put(a_task(detail="done"))
    (claimed,) = await lent(tasks)
    await tasks.complete(claimed)
    for order_id in ("order-1", "order-1", "order-2"):
        await parked(tasks, order_id=order_id, detail=str(await desk.count(PARKED, 10)))
    await tasks.put(a_task(order_id="order-1", detail="waiting"))

    assert [await desk.count(PARKED, at_most) for at_most in (1, 2, 3, 4)] == [1, 2, 3, 3]
    assert [await desk.count(state, 10) for state in (WAITING, LEASED)] == [1, 0]


async def test_the_longest_due_of_each_kind_tells_the_age(desk: TaskDesk, tasks: TaskQueue) -> None:
    for minutes in (3, 5, 4):
        await tasks.put(a_task(detail=str(minutes), due_at=NOON - minutes * MINUTE))
    await tasks.put(a_task(kind=TELL_SHOP, due_at=NOON + MINUTE))
    await parked(tasks, kind=TaskKind.ALERT_OPERATOR, due_at=NOON - 9 * MINUTE)

    early, late = await desk.depth(NOON), await desk.depth(NOON + 2 * MINUTE)

    assert early.due_since == {"recheck": NOON - 5 * MINUTE}
    assert late.due_since == {"recheck": NOON - 5 * MINUTE, "tellShop": NOON + MINUTE}


async def test_a_task_is_due_again_since_its_lease_ran_out(
    desk: TaskDesk, tasks: TaskQueue
) -> None:
    await tasks.put(a_task())
    await lent(tasks)

    held, run_out = await desk.depth(NOON + LEASE / 2), await desk.depth(NOON + 2 * LEASE)

    assert held.due_since == {}
    assert run_out.due_since == {"recheck": NOON + LEASE}


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
async def test_pages_go_kind_by_kind_the_longest_due_first(
    desk: TaskDesk, tasks: TaskQueue, limit: int
) -> None:
    expected = []
    for kind in (RECHECK, TELL_SHOP):
        for number, minutes in (("b", 5), ("a", 3), ("c", 3), ("d", 1)):
            task = a_task(kind=kind, detail=number, due_at=NOON - minutes * MINUTE)
            await tasks.put(task)
            expected.append(task.task_id)

    assert await listed(desk, WAITING, limit) == expected
    assert await listed(desk, PARKED, limit) == []


async def test_a_parked_task_is_shown_with_all_that_is_known_of_it(
    desk: TaskDesk, tasks: TaskQueue
) -> None:
    task_id = await parked(tasks, kind=TELL_SHOP, order_id="order-7", key=a_key("imp_7"))

    (standing,) = await desk.page(PARKED, None, 10)

    assert standing == TaskStanding(
        task_id=task_id,
        kind="tellShop",
        order_id="order-7",
        payment="portone-v1/imp_7",
        state=PARKED,
        attempts=1,
        ready_at=NOON + LEASE,
        reason="tooOften",
        set_aside_at=NOON + MINUTE,
    )
    assert await desk.find(task_id) == standing


async def test_why_a_try_failed_is_shown_until_the_next_has_ended(
    desk: TaskDesk, tasks: TaskQueue
) -> None:
    why: list[str | None] = []

    async def tried(end: Callable[[ClaimedTask], Awaitable[bool]], now: datetime) -> None:
        (claimed,) = await lent(tasks, now)
        why.append(await reason(desk))
        assert await end(claimed)
        why.append(await reason(desk))

    await tasks.put(a_task())
    await tried(lambda claimed: tasks.retry(claimed, NOON + MINUTE, "http-500"), NOON)
    await tried(lambda claimed: tasks.retry(claimed, NOON, "timeout"), NOON + MINUTE)
    await tried(tasks.complete, NOON)

    assert why == [None, "http-500", "http-500", "timeout", "timeout", None]


async def test_what_failed_before_is_not_said_of_a_task_that_starts_afresh(
    desk: TaskDesk, tasks: TaskQueue
) -> None:
    await tasks.put(a_task())
    (claimed,) = await lent(tasks)
    await tasks.retry(claimed, NOON, "http-500")
    await tasks.put(a_task())
    (claimed,) = await lent(tasks)
    left_alone = await reason(desk)

    await tasks.put(a_task())

    assert (left_alone, await reason(desk)) == ("http-500", None)


async def test_why_each_waits_is_in_the_list(desk: TaskDesk, tasks: TaskQueue) -> None:
    await tasks.put(a_task())
    (claimed,) = await lent(tasks)
    await tasks.retry(claimed, NOON, "http-500")

    (standing,) = await desk.page(WAITING, None, 10)

    assert (standing.reason, standing.set_aside_at) == ("http-500", None)


async def test_a_task_in_any_state_is_found_by_its_id(desk: TaskDesk, tasks: TaskQueue) -> None:
    await tasks.put(a_task())
    found = [await desk.find(a_task().task_id)]
    (claimed,) = await lent(tasks)
    found.append(await desk.find(a_task().task_id))
    await tasks.complete(claimed)
    found.append(await desk.find(a_task().task_id))

    assert [each and each.state for each in found] == [WAITING, LEASED, TaskState.DONE]
    assert await desk.find("recheck/order-0001/portone-v1/imp_none/") is None
    assert await desk.find("what is this?") is None


async def test_a_parked_task_that_is_retried_waits_afresh(desk: TaskDesk, tasks: TaskQueue) -> None:
    task_id = await parked(tasks)
    later = NOON + 7 * MINUTE

    assert await desk.retry(task_id, later) is True

    standing = await desk.find(task_id)
    assert standing is not None
    assert (standing.state, standing.attempts, standing.ready_at) == (WAITING, 0, later)
    assert (standing.reason, standing.set_aside_at) == (None, None)
    (claimed,) = await lent(tasks, later)
    assert (claimed.task, claimed.attempts) == (a_task(), 1)
    assert await tasks.complete(claimed)


async def test_a_dropped_task_is_remembered_and_never_lent_again(
    desk: TaskDesk, tasks: TaskQueue
) -> None:
    task_id = await parked(tasks)

    assert await desk.drop(task_id, "ann: the shop is gone", NOON + 2 * MINUTE) is True

    standing = await desk.find(task_id)
    assert standing is not None
    assert (standing.state, standing.reason) == (TaskState.DONE, "tooOften")
    assert standing.drop_note == "ann: the shop is gone"
    assert standing.set_aside_at == NOON + 2 * MINUTE
    assert await lent(tasks, NOON + 1000 * LEASE) == []
    assert await desk.retry(task_id, NOON) is False
    assert (await tasks.count())["done"] == 1


async def test_only_a_parked_task_is_decided_about(desk: TaskDesk, tasks: TaskQueue) -> None:
    await tasks.put(a_task(detail="waits"))
    waits = a_task(detail="waits").task_id
    decided = [await desk.retry(waits, NOON), await desk.drop(waits, "x", NOON)]
    (claimed,) = await lent(tasks)
    decided += [await desk.retry(waits, NOON), await desk.drop(waits, "x", NOON)]
    await tasks.complete(claimed)
    decided += [await desk.retry(waits, NOON), await desk.drop(waits, "x", NOON)]
    for nobody in ("recheck/order-0001/portone-v1/imp_none/", "", "a/b/c"):
        decided += [await desk.retry(nobody, NOON), await desk.drop(nobody, "x", NOON)]

    assert decided == [False] * 12
    assert (await tasks.count())["done"] == 1


async def test_a_parking_ends_once(desk: TaskDesk, tasks: TaskQueue) -> None:
    task_id = await parked(tasks)

    assert [await desk.retry(task_id, NOON) for _ in range(2)] == [True, False]


async def test_a_dropped_task_that_is_put_again_waits_like_any_other(
    desk: TaskDesk, tasks: TaskQueue
) -> None:
    task_id = await parked(tasks)
    await desk.drop(task_id, "x", NOON)

    await tasks.put(a_task())

    standing = await desk.find(task_id)
    assert standing is not None
    assert (standing.state, standing.drop_note, standing.reason) == (WAITING, None, None)


async def test_the_tasks_of_an_order_and_kind_come_by_position(
    desk: TaskDesk, tasks: TaskQueue
) -> None:
    wanted = [
        a_task(kind=TELL_SHOP, order_id="order-1", detail=str(9 - place), position=place)
        for place in range(3)
    ]
    for task in (wanted[2], wanted[0], wanted[1]):
        await tasks.put(task)
    for claimed in await lent(tasks, kind=TELL_SHOP):
        await tasks.complete(claimed)
    for stranger in (
        a_task(order_id="order-1"),
        a_task(kind=TELL_SHOP, order_id="order-10"),
        a_task(kind=TELL_SHOP, order_id="order-1-"),
    ):
        await tasks.put(stranger)

    assert list(await desk.of_order(TELL_SHOP, "order-1")) == wanted
    assert list(await desk.of_order(TELL_SHOP, "order")) == []


async def test_every_task_of_a_kind_is_met_once(desk: TaskDesk, tasks: TaskQueue) -> None:
    wanted = [
        a_task(kind=TELL_SHOP, order_id=f"order-{number % 3}", detail=str(number))
        for number in range(7)
    ]
    for task in (*wanted, a_task(), a_task(kind=TaskKind.TELL_BUYER_ACCOUNT)):
        await tasks.put(task)
    (claimed, *_) = await lent(tasks, kind=TELL_SHOP)
    await tasks.complete(claimed)

    met = [task async for task in desk.every(TELL_SHOP)]

    assert sorted(met, key=lambda task: task.task_id) == sorted(
        wanted, key=lambda task: task.task_id
    )
