"""The worker: each due task is run once, and completed, tried later or parked; none stops it."""

import asyncio
import logging
from datetime import datetime, timedelta

import pytest

from application import run_tasks
from application.retry_schedule import MAX_ATTEMPTS, next_due
from application.run_tasks import LEASE, SLOTS, TASK_TIMEOUT_S, Done, GiveUp, TaskResult, TryLater
from domain.errors import IllegalTransition, InvalidValue
from domain.tasks import Task, TaskKind
from ports.errors import (
    ConcurrentUpdate,
    GatewayRefused,
    GatewayUnavailable,
    NotifierRefused,
    NotifierUnavailable,
    RecordCorrupt,
    RepositoryUnavailable,
)
from tests.support.bench import AWAY, Act, Bench, done, gives, raises
from tests.support.factories import NOON, a_task


async def test_a_task_that_is_done_is_never_run_again() -> None:
    bench = Bench()
    task = await bench.put()

    claimed = [await bench.worker.run_due() for _ in range(3)]

    assert claimed == [1, 0, 0]
    assert bench.ran == [(task.task_id, 1)]
    assert bench.state(task) == "done"


async def test_a_task_waits_until_it_is_due() -> None:
    bench = Bench()
    await bench.put(due_at=NOON + timedelta(seconds=2))

    early = await bench.worker.run_due()
    bench.clock.advance(2.0)
    due = await bench.worker.run_due()

    assert (early, due) == (0, 1)


async def test_a_round_takes_a_bounded_number_of_tasks_the_longest_due_first() -> None:
    bench = Bench()
    for number in range(SLOTS + 5):
        await bench.put(number, NOON - timedelta(seconds=number))

    claimed = [await bench.worker.run_due() for _ in range(3)]

    assert claimed == [SLOTS, 5, 0]
    assert bench.ran[0][0].endswith(f"imp_{SLOTS + 4}/")


async def test_the_tasks_of_a_round_run_side_by_side() -> None:
    meeting = asyncio.Barrier(3)

    async def meet(_task: Task, _attempts: int) -> TaskResult:
        async with asyncio.timeout(5):
            await meeting.wait()
        return Done()

    bench = Bench(meet)
    tasks = [await bench.put(number) for number in range(3)]

    await bench.worker.run_due()

    assert [bench.state(task) for task in tasks] == ["done"] * 3


async def test_two_workers_never_run_one_task_at_the_same_time() -> None:
    bench = Bench()
    other = bench.another_worker()

    async def slow(_task: Task, _attempts: int) -> TaskResult:
        await asyncio.sleep(0)
        return Done()

    bench.act = slow
    for number in range(10):
        await bench.put(number)

    await asyncio.gather(bench.worker.run_due(), other.run_due())

    assert len(bench.ran) == len(set(bench.ran)) == 10


async def test_a_task_is_lent_for_longer_than_it_may_take() -> None:
    bench = Bench()
    task = await bench.put()
    seen: list[datetime] = []

    async def look(_task: Task, _attempts: int) -> TaskResult:
        seen.append(bench.store.tasks[task.task_id].ready_at)
        return Done()

    bench.act = look
    await bench.worker.run_due()

    assert seen == [NOON + LEASE]
    assert timedelta(seconds=TASK_TIMEOUT_S) * 2 <= LEASE


# --- what becomes of a try --------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (gives(TryLater(why="absent")), "absent"),
        (raises(GatewayUnavailable("http-503")), "http-503"),
        (raises(NotifierUnavailable("in-doubt")), "in-doubt"),
        (raises(AWAY), AWAY.code),
        (raises(ConcurrentUpdate("version-changed")), "version-changed"),
        (raises(TimeoutError()), "timeout"),
        (raises(RuntimeError("a bug")), "unexpected"),
    ],
    ids=["asked", "gateway", "notifier", "store", "race", "timeout", "bug"],
)
async def test_it_is_tried_again_by_the_schedule_and_says_why(act: Act, reason: str) -> None:
    bench = Bench(act)
    task = await bench.put()

    await bench.worker.run_due()

    record = bench.store.tasks[task.task_id]
    assert (record.state, record.reason, record.attempts) == ("waiting", reason, 1)
    assert record.ready_at == next_due(task.task_id, 1, NOON)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (gives(GiveUp(why="hopeless")), "hopeless"),
        (raises(GatewayRefused("credentials")), "credentials"),
        (raises(NotifierRefused("no-such-number")), "no-such-number"),
        (raises(RecordCorrupt("unreadable")), "unreadable"),
        (raises(InvalidValue("payment_id", "is odd")), "invalidValue"),
        (raises(IllegalTransition("paid", "pending")), "invalidValue"),
    ],
    ids=["asked", "gateway", "notifier", "record", "value", "move"],
)
async def test_what_no_try_can_help_is_parked_at_once(act: Act, reason: str) -> None:
    bench = Bench(act)
    task = await bench.put()

    await bench.worker.run_due()

    record = bench.store.tasks[task.task_id]
    assert (record.state, record.reason, record.attempts) == ("parked", reason, 1)


@pytest.mark.parametrize("max_attempts", [1, 5, MAX_ATTEMPTS])
async def test_after_the_last_try_it_is_parked(max_attempts: int) -> None:
    bench = Bench(gives(TryLater(why="absent", max_attempts=max_attempts)))
    task = await bench.put()

    for _ in range(max_attempts + 3):
        await bench.worker.run_due()
        bench.clock.advance(5000.0)

    record = bench.store.tasks[task.task_id]
    assert (record.state, record.reason) == ("parked", "absent")
    assert [attempts for _, attempts in bench.ran] == list(range(1, max_attempts + 1))


async def test_a_task_that_hangs_is_stopped_and_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_tasks, "TASK_TIMEOUT_S", 0.01)

    async def hang(_task: Task, _attempts: int) -> TaskResult:
        await asyncio.Event().wait()
        return Done()

    bench = Bench(hang)
    task = await bench.put()

    await bench.worker.run_due()

    assert bench.state(task) == "waiting"


async def test_a_bug_in_one_task_does_not_stop_the_others() -> None:
    async def act(task: Task, _attempts: int) -> TaskResult:
        if task.key.payment_id == "imp_1":
            raise KeyError("a bug")
        await asyncio.sleep(0)
        return Done()

    bench = Bench(act)
    tasks = [await bench.put(number) for number in range(3)]

    await bench.worker.run_due()

    assert [bench.state(task) for task in tasks] == ["done", "waiting", "done"]


async def test_a_task_that_nobody_handles_waits_for_one_who_does() -> None:
    bench = Bench()
    stranger = a_task(kind=TaskKind.ALERT_OPERATOR, detail="forged")
    await bench.queue.put(stranger)
    task = await bench.put()

    await bench.worker.run_due()

    assert [bench.state(stranger), bench.state(task)] == ["waiting", "done"]


async def test_a_worker_that_is_cancelled_leaves_the_task_to_its_lease() -> None:
    bench = Bench()
    started = asyncio.Event()

    async def hang(_task: Task, _attempts: int) -> TaskResult:
        started.set()
        await asyncio.Event().wait()
        return Done()

    bench.act = hang
    task = await bench.put()
    running = asyncio.ensure_future(bench.worker.run_due())
    await started.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert bench.state(task) == "leased"
    bench.act = done
    bench.clock.advance(LEASE.total_seconds())
    await bench.worker.run_due()
    assert bench.ran == [(task.task_id, 1), (task.task_id, 2)]
    assert bench.state(task) == "done"


# --- the store is away ---------------------------------------------------------------


async def test_what_was_claimed_is_run_though_another_claim_failed() -> None:
    bench = Bench()
    task = await bench.put(kind=TaskKind.TELL_SHOP)
    bench.store.faults.fail("claim", AWAY)

    with pytest.raises(RepositoryUnavailable):
        await bench.worker.run_due()

    assert bench.state(task) == "done"


@pytest.mark.parametrize("result", [Done(), TryLater(why="away"), GiveUp(why="noUse")])
async def test_a_task_whose_lease_ran_out_meanwhile_is_said_to_be_another_worker_s(
    result: TaskResult, caplog: pytest.LogCaptureFixture
) -> None:
    async def is_slow(_task: Task, attempts: int) -> TaskResult:
        if attempts == 1:
            bench.clock.advance(LEASE.total_seconds() + 1)
            await bench.another_worker().run_due()
        return result if attempts == 1 else Done()

    bench = Bench(is_slow)
    task = await bench.put()

    await bench.worker.run_due()

    assert f"{task.task_id} was lent again before it ended" in caplog.text
    assert bench.state(task) == "done"


async def test_what_will_be_tried_again_is_said_with_its_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "payproof")
    bench = Bench(gives(TryLater(why="away")))
    task = await bench.put()

    await bench.worker.run_due()

    assert f"{task.task_id} will be tried again: away" in caplog.text
    assert "lent again" not in caplog.text


@pytest.mark.parametrize(
    "error", [RecordCorrupt("databaseDamaged"), ZeroDivisionError("010-1234-5678")]
)
async def test_no_error_while_concluding_ends_the_worker(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench()
    await bench.put()
    bench.store.faults.fail("complete", error)

    assert await bench.worker.run_due() == 1

    assert "010" not in caplog.text
    assert "not concluded" in caplog.text


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("method", "result"),
    [("complete", Done()), ("retry", TryLater(why="absent")), ("park", GiveUp(why="hopeless"))],
)
async def test_an_outage_while_concluding_hurts_no_other_task(
    method: str, result: TaskResult, after: bool
) -> None:
    async def act(task: Task, _attempts: int) -> TaskResult:
        return result if task.key.payment_id == "imp_0" else Done()

    bench = Bench(act)
    tasks = [await bench.put(number) for number in range(3)]
    bench.store.faults.fail(method, AWAY, after=after)

    assert await bench.worker.run_due() == 3

    concluded = {"complete": "done", "retry": "waiting", "park": "parked"}[method]
    expected = concluded if after else "leased"
    assert [bench.state(task) for task in tasks] == [expected, "done", "done"]


async def test_a_task_whose_end_was_not_noted_is_run_again_after_its_lease() -> None:
    bench = Bench()
    task = await bench.put()
    bench.store.faults.fail("complete", AWAY)
    await bench.worker.run_due()

    early = await bench.worker.run_due()
    bench.clock.advance(LEASE.total_seconds())
    late = await bench.worker.run_due()

    assert (early, late) == (0, 1)
    assert bench.state(task) == "done"


async def test_a_lease_that_was_lost_meanwhile_concludes_nothing() -> None:
    bench = Bench()
    task = await bench.put()

    async def put_again(_task: Task, _attempts: int) -> TaskResult:
        await bench.queue.put(task)
        return Done()

    bench.act = put_again
    await bench.worker.run_due()

    assert bench.state(task) == "waiting"


async def test_an_outage_while_claiming_is_told_to_the_caller() -> None:
    bench = Bench()
    bench.store.faults.fail("claim", AWAY)

    with pytest.raises(RepositoryUnavailable):
        await bench.worker.run_due()

    assert bench.worker.seconds_since_round() is None


async def test_how_long_ago_the_last_round_was() -> None:
    bench = Bench()
    never = bench.worker.seconds_since_round()

    await bench.worker.run_due()
    bench.clock.advance(3.0)
    bench.clock.jump_to(NOON)

    assert never is None
    assert bench.worker.seconds_since_round() == 3.0


async def test_a_failed_round_does_not_count() -> None:
    bench = Bench()
    await bench.worker.run_due()
    bench.clock.advance(3.0)
    bench.store.faults.fail("claim", AWAY)

    with pytest.raises(RepositoryUnavailable):
        await bench.worker.run_due()

    assert bench.worker.seconds_since_round() == 3.0


async def test_the_log_names_a_bug_by_its_type_alone(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(raises(RuntimeError("010-1234-5678")))
    await bench.put()

    await bench.worker.run_due()

    assert [message.rpartition(" ")[2] for message in caplog.messages] == ["RuntimeError"]
