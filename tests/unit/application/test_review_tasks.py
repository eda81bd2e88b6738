"""An operator sees every task, and decides about those that were given up."""

from datetime import timedelta

import pytest

from application import review_tasks
from application.review_tasks import Decided, NotParked
from domain.tasks import Task, TaskKind
from ports.errors import RepositoryUnavailable
from ports.task_desk import TaskState
from tests.support.factories import NOON, a_task
from tests.support.shop import Shop


async def parked(shop: Shop) -> Task:
    task = a_task()
    await shop.queue.put(task)
    (claimed,) = await shop.queue.claim(task.kind, NOON, NOON, 1)
    await shop.queue.park(claimed, "tooOften", NOON)
    return task


async def test_the_size_tells_how_long_the_longest_due_is_due() -> None:
    shop = Shop()
    await shop.queue.put(a_task(due_at=NOON - timedelta(seconds=30)))
    await shop.queue.put(a_task(kind=TaskKind.TELL_SHOP, due_at=NOON + timedelta(seconds=30)))

    size = await shop.review_tasks.size()

    assert size.age_s == {"recheck": 30.0}
    assert size.tasks == {
        ("recheck", TaskState.WAITING): 1,
        ("tellShop", TaskState.WAITING): 1,
    }


async def test_all_tasks_are_shown_however_many_pages_they_fill(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(review_tasks, "_PAGE", 3)
    shop = Shop()
    for number in range(10):
        await shop.queue.put(a_task(detail=str(number)))

    shown = [each async for each in shop.review_tasks.every(TaskState.WAITING)]

    assert [each.task_id[-1] for each in shown] == list("0123456789")


async def test_a_retried_task_is_tried_as_often_as_a_new_one() -> None:
    shop = Shop()
    task = await parked(shop)
    shop.clock.advance(60)

    assert await shop.review_tasks.retry(task.task_id) == Decided()

    record = shop.store.tasks[task.task_id]
    assert (record.state, record.attempts, record.ready_at) == ("waiting", 0, shop.clock.now())


async def test_a_dropped_task_keeps_who_and_why() -> None:
    shop = Shop()
    task = await parked(shop)

    assert await shop.review_tasks.drop(task.task_id, "ann: noise") == Decided()

    record = shop.store.tasks[task.task_id]
    assert (record.state, record.drop_note, record.set_aside_at) == ("done", "ann: noise", NOON)


async def test_what_is_not_parked_is_shown_as_it_stands() -> None:
    shop = Shop()
    task = a_task()
    await shop.queue.put(task)

    decisions = [
        await shop.review_tasks.retry(task.task_id),
        await shop.review_tasks.drop(task.task_id, "ann: noise"),
    ]

    standing = await shop.desk.find(task.task_id)
    assert standing is not None
    assert decisions == [NotParked(standing=standing)] * 2
    assert await shop.review_tasks.retry("nothing") == NotParked(standing=None)
    assert shop.states() == ["waiting"]


async def test_an_outage_is_told_and_changes_nothing() -> None:
    shop = Shop()
    task = await parked(shop)
    shop.faults.fail_always("drop_parked", RepositoryUnavailable("no-answer"))

    with pytest.raises(RepositoryUnavailable):
        await shop.review_tasks.drop(task.task_id, "ann: noise")

    assert shop.states() == ["parked"]
