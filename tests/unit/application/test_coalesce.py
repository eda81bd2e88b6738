"""Equal calls share one that has not started; nothing is shared that may be too old."""

import asyncio
import gc
from collections.abc import Awaitable, Callable

import pytest

from application.coalesce import Coalesce


class Door:
    """A call that waits until it is let through; it counts how often it was made."""

    def __init__(self) -> None:
        self.started = 0
        self.open = asyncio.Event()

    async def __call__(self) -> int:
        self.started += 1
        number = self.started
        await self.open.wait()
        return number


async def settle_down() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def call_in(
    coalesce: Coalesce[int], call: Callable[[], Awaitable[int]], key: str = "key"
) -> asyncio.Task[int]:
    return asyncio.ensure_future(coalesce(key, call))


async def test_those_who_come_before_the_start_share_one_call() -> None:
    coalesce: Coalesce[int] = Coalesce()
    door = Door()
    callers = [call_in(coalesce, door) for _ in range(50)]

    door.open.set()
    answers = await asyncio.gather(*callers)

    assert answers == [1] * 50


async def test_a_call_that_has_started_is_never_shared() -> None:
    coalesce: Coalesce[int] = Coalesce()
    door = Door()
    early = call_in(coalesce, door)
    await settle_down()
    assert door.started == 1

    late = [call_in(coalesce, door) for _ in range(50)]
    await settle_down()
    door.open.set()

    assert await early == 1
    assert await asyncio.gather(*late) == [2] * 50


async def test_the_next_call_starts_only_when_the_one_before_has_ended() -> None:
    coalesce: Coalesce[int] = Coalesce()
    door = Door()
    callers = [call_in(coalesce, door)]
    await settle_down()

    callers.append(call_in(coalesce, door))
    await settle_down()
    running = door.started
    door.open.set()
    await asyncio.gather(*callers)

    assert (running, door.started) == (1, 2)


async def test_calls_in_a_row_never_share() -> None:
    coalesce: Coalesce[int] = Coalesce()
    door = Door()
    door.open.set()

    assert [await coalesce("key", door) for _ in range(3)] == [1, 2, 3]


async def test_different_keys_run_side_by_side() -> None:
    coalesce: Coalesce[int] = Coalesce()
    door = Door()
    callers = [call_in(coalesce, door, key) for key in "abc"]
    await settle_down()

    running = door.started
    door.open.set()

    assert running == 3
    assert sorted(await asyncio.gather(*callers)) == [1, 2, 3]


async def test_a_cancelled_caller_leaves_the_call_to_the_others() -> None:
    coalesce: Coalesce[int] = Coalesce()
    door = Door()
    first, second = call_in(coalesce, door), call_in(coalesce, door)
    await settle_down()

    first.cancel()
    await settle_down()
    door.open.set()

    assert first.cancelled()
    assert await second == 1


async def test_a_call_that_all_have_left_still_runs_to_its_end() -> None:
    coalesce: Coalesce[int] = Coalesce()
    door = Door()
    finished = asyncio.Event()

    async def call() -> int:
        number = await door()
        finished.set()
        return number

    callers = [call_in(coalesce, call) for _ in range(3)]
    await settle_down()
    for caller in callers:
        caller.cancel()
    await settle_down()
    door.open.set()
    await settle_down()

    assert finished.is_set()
    assert coalesce._latest == {}


async def test_a_caller_cancelled_at_once_does_not_stop_the_next_one() -> None:
    coalesce: Coalesce[int] = Coalesce()
    door = Door()
    door.open.set()
    first = call_in(coalesce, door)
    first.cancel()
    second = call_in(coalesce, door)

    assert await second == 1


async def test_all_sharers_get_the_exception() -> None:
    coalesce: Coalesce[int] = Coalesce()
    error = RuntimeError("no")

    async def fail() -> int:
        raise error

    answers = await asyncio.gather(
        *(coalesce("key", fail) for _ in range(20)), return_exceptions=True
    )

    assert answers == [error] * 20


async def test_a_failure_is_not_remembered() -> None:
    coalesce: Coalesce[int] = Coalesce()
    door = Door()
    door.open.set()

    async def fail() -> int:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await coalesce("key", fail)

    assert await coalesce("key", door) == 1


async def test_one_that_failed_lets_the_next_run() -> None:
    coalesce: Coalesce[int] = Coalesce()
    door = Door()

    async def fail() -> int:
        await door()
        raise RuntimeError("no")

    first = call_in(coalesce, fail)
    await settle_down()
    second = call_in(coalesce, door)
    await settle_down()
    door.open.set()
    answers = await asyncio.gather(first, second, return_exceptions=True)

    assert isinstance(answers[0], RuntimeError)
    assert answers[1] == 2


async def test_an_exception_that_nobody_waits_for_is_not_complained_about() -> None:
    coalesce: Coalesce[int] = Coalesce()
    door = Door()
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))

    async def fail() -> int:
        await door()
        raise RuntimeError("no")

    callers = [call_in(coalesce, fail) for _ in range(3)]
    await settle_down()
    for caller in callers:
        caller.cancel()
    await settle_down()
    door.open.set()
    await settle_down()
    del callers, caller
    gc.collect()
    await settle_down()

    assert complaints == []


@pytest.mark.parametrize("fails", [False, True])
async def test_no_key_is_kept(fails: bool) -> None:
    coalesce: Coalesce[int] = Coalesce()

    async def call() -> int:
        await asyncio.sleep(0)
        if fails:
            raise RuntimeError("no")
        return 1

    callers = []
    for round_number in range(20):
        callers += [call_in(coalesce, call, f"key-{number}") for number in range(round_number)]
        await asyncio.sleep(0)
    await asyncio.gather(*callers, return_exceptions=True)

    assert coalesce._latest == {}


async def test_a_call_cancelled_before_its_start_does_not_spoil_its_key() -> None:
    coalesce: Coalesce[int] = Coalesce()
    door = Door()
    door.open.set()
    caller = call_in(coalesce, door)
    while "key" not in coalesce._latest:
        await asyncio.sleep(0)
    # As a loop that is being closed would do; the call itself has not begun.
    turn = coalesce._latest["key"]
    assert not turn.started
    turn.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller

    assert await coalesce("key", door) == 1
