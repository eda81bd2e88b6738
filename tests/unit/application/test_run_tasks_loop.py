"""The worker's loop: it runs what becomes due, whatever hangs or fails, until told to stop."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from application.run_tasks import SLOTS, SLOTS_FOR_SHOP, Done, TaskResult
from domain.tasks import Task, TaskKind
from tests.support.bench import AWAY, Bench
from tests.support.factories import NOON, a_task


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.001)


async def test_it_runs_what_becomes_due_until_it_is_told_to_stop() -> None:
    bench = Bench()
    stop = asyncio.Event()
    loop = asyncio.ensure_future(bench.worker.run_until(stop, poll_every_s=0.001))

    first = await bench.put(1)
    await until(lambda: bench.state(first) == "done")
    second = await bench.put(2)
    await until(lambda: bench.state(second) == "done")
    stop.set()
    async with asyncio.timeout(1):
        await loop

    assert len(bench.ran) == 2


async def test_it_stops_at_once_while_it_waits() -> None:
    bench = Bench()
    stop = asyncio.Event()
    loop = asyncio.ensure_future(bench.worker.run_until(stop, poll_every_s=3600.0))
    await until(lambda: bench.worker.seconds_since_round() is not None)

    stop.set()
    async with asyncio.timeout(1):
        await loop


async def test_it_does_not_begin_when_already_told_to_stop() -> None:
    bench = Bench()
    stop = asyncio.Event()
    stop.set()
    await bench.put()

    await bench.worker.run_until(stop)

    assert bench.ran == []


async def test_it_finishes_the_round_before_it_stops() -> None:
    bench = Bench()
    stop = asyncio.Event()

    async def stop_meanwhile(_task: Task, _attempts: int) -> TaskResult:
        stop.set()
        await asyncio.sleep(0.01)
        return Done()

    bench.act = stop_meanwhile
    task = await bench.put()
    await bench.worker.run_until(stop)

    assert bench.state(task) == "done"


@pytest.mark.parametrize(
    ("hanging", "slots"), [(TaskKind.TELL_SHOP, SLOTS_FOR_SHOP), (TaskKind.RECHECK, SLOTS)]
)
async def test_what_hangs_takes_up_the_slots_of_its_own_kind_alone(
    hanging: TaskKind, slots: int
) -> None:
    bench, stop, let_go = Bench(), asyncio.Event(), asyncio.Event()

    async def hang(task: Task, _attempts: int) -> TaskResult:
        if task.kind is hanging:
            await let_go.wait()
        return Done()

    bench.act = hang
    for number in range(slots + 3):
        await bench.put(number, kind=hanging)
    loop = asyncio.ensure_future(bench.worker.run_until(stop, poll_every_s=0.001))
    await until(lambda: len(bench.ran) == slots)

    (other,) = {TaskKind.TELL_SHOP, TaskKind.RECHECK} - {hanging}
    tasks = [await bench.put(number, kind=other) for number in range(100)]
    await until(lambda: all(bench.state(task) == "done" for task in tasks))

    assert len(bench.ran) == slots + 100
    assert bench.worker.seconds_since_round() == 0.0
    let_go.set()
    await until(lambda: len(bench.ran) == slots + 103)
    stop.set()
    await loop


async def test_a_task_that_hangs_delays_none_of_its_own_kind_while_there_are_slots() -> None:
    bench, stop, let_go = Bench(), asyncio.Event(), asyncio.Event()

    async def hang(task: Task, _attempts: int) -> TaskResult:
        if task.key.payment_id == "imp_0":
            await let_go.wait()
        return Done()

    bench.act = hang
    slow = await bench.put(0, NOON - timedelta(hours=1))
    tasks = [await bench.put(number) for number in range(1, SLOTS * 3)]
    loop = asyncio.ensure_future(bench.worker.run_until(stop, poll_every_s=3600.0))
    await until(lambda: all(bench.state(task) == "done" for task in tasks))

    assert bench.state(slow) == "leased"
    let_go.set()
    stop.set()
    await loop
    assert bench.state(slow) == "done"


async def test_the_next_of_a_lane_follows_at_once() -> None:
    bench, stop = Bench(), asyncio.Event()
    tasks = [a_task(detail=str(place), lane="shop", position=place) for place in range(5)]
    for task in tasks:
        await bench.queue.put(task)

    loop = asyncio.ensure_future(bench.worker.run_until(stop, poll_every_s=3600.0))
    await until(lambda: all(bench.state(task) == "done" for task in tasks))
    stop.set()
    await loop

    assert [task_id for task_id, _ in bench.ran] == [task.task_id for task in tasks]


async def test_a_loop_that_is_cancelled_leaves_nothing_running() -> None:
    bench, ended = Bench(), asyncio.Event()

    async def hang(_task: Task, _attempts: int) -> TaskResult:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return Done()

    bench.act = hang
    task = await bench.put()
    loop = asyncio.ensure_future(bench.worker.run_until(asyncio.Event()))
    await until(lambda: len(bench.ran) == 1)

    loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loop

    assert ended.is_set()
    assert bench.state(task) == "leased"


async def test_it_does_not_wait_while_more_tasks_are_due() -> None:
    bench = Bench()
    stop = asyncio.Event()
    for number in range(SLOTS * 3 + 1):
        await bench.put(number)

    loop = asyncio.ensure_future(bench.worker.run_until(stop, poll_every_s=3600.0))
    await until(lambda: len(bench.ran) == SLOTS * 3 + 1)
    stop.set()
    await loop


async def test_an_error_that_nobody_foresaw_does_not_end_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench()
    task = await bench.put()
    bench.store.faults.fail("claim", ZeroDivisionError("secret-in-an-error"))
    stop = asyncio.Event()

    with caplog.at_level(logging.ERROR, "payproof.worker"):
        loop = asyncio.ensure_future(bench.worker.run_until(stop, poll_every_s=0.001))
        await until(lambda: bench.state(task) == "done")
        stop.set()
        await loop

    assert caplog.messages == ["tasks cannot be claimed: ZeroDivisionError"]


async def test_it_survives_an_outage_of_the_store_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench()
    task = await bench.put()
    for nth in range(1, 6):
        bench.store.faults.fail("claim", AWAY, nth=nth)
    stop = asyncio.Event()

    with caplog.at_level(logging.WARNING, "payproof.worker"):
        loop = asyncio.ensure_future(bench.worker.run_until(stop, poll_every_s=0.001))
        await until(lambda: bench.state(task) == "done")
        stop.set()
        await loop

    assert caplog.messages == ["tasks cannot be claimed: no-answer"] * 5
