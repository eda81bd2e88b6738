"""The loop runs what its picks say, and lets time pass only when nobody can go on."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.simulation.loop import (
    NeverEnds,
    NothingToWaitFor,
    Pick,
    SeededLoop,
    comes_true,
    let_others_run,
    pause,
)


@contextmanager
def a_loop(pick: Pick = lambda _ready: 0, *, max_steps: int = 1000) -> Iterator[SeededLoop]:
    loop = SeededLoop(pick, max_steps=max_steps)
    try:
        yield loop
    finally:
        loop.close()


def order_of(pick: Pick) -> list[str]:
    """Which of three tasks goes on when, with each letting the others run twice."""
    seen: list[str] = []

    async def go(name: str) -> None:
        for _ in range(2):
            await let_others_run()
            seen.append(name)

    async def all_three() -> None:
        await asyncio.gather(go("a"), go("b"), go("c"))

    with a_loop(pick) as loop:
        loop.run_until_complete(all_three())
    return seen


def test_the_first_that_is_ready_comes_first_if_picked() -> None:
    assert order_of(lambda _ready: 0) == ["a", "b", "c", "a", "b", "c"]


def test_another_pick_is_another_order() -> None:
    assert order_of(lambda ready: ready - 1) == ["c", "c", "b", "b", "a", "a"]


def test_the_pick_is_asked_only_if_there_is_a_choice() -> None:
    asked: list[int] = []

    def pick(ready: int) -> int:
        asked.append(ready)
        return 0

    order_of(pick)

    assert min(asked) == 2


def test_time_passes_only_when_nobody_is_ready() -> None:
    times: list[float] = []

    async def story() -> None:
        loop = asyncio.get_running_loop()
        for _ in range(5):
            await let_others_run()
        times.append(loop.time())
        await asyncio.sleep(3600)
        times.append(loop.time())

    with a_loop() as loop:
        loop.run_until_complete(story())

    assert times == [0.0, 3600.0]


def test_time_limits_are_kept_in_virtual_time() -> None:
    async def story() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(30):
                await asyncio.sleep(31)
        return asyncio.get_running_loop().time()

    with a_loop() as loop:
        assert loop.run_until_complete(story()) == 30.0


def test_a_run_that_goes_round_in_circles_is_ended() -> None:
    async def for_ever() -> None:
        while True:
            await let_others_run()

    fails_with(NeverEnds, for_ever())


def test_a_run_in_which_all_wait_for_all_is_ended() -> None:
    async def for_nobody() -> None:
        await asyncio.Event().wait()

    fails_with(NothingToWaitFor, for_nobody())


def fails_with(error: type[Exception], story: Coroutine[Any, Any, None]) -> None:
    with a_loop() as loop:
        loop.set_exception_handler(lambda _loop, _context: None)
        task = loop.create_task(story)
        with pytest.raises(error):
            loop.run_until_complete(task)
        loop.on_idle = lambda: task.cancel() and False
        with pytest.raises((asyncio.CancelledError, error)):
            loop.run_until_complete(task)


def test_somebody_may_make_others_ready_before_time_passes() -> None:
    gate = asyncio.Event()

    async def waits() -> float:
        await gate.wait()
        return asyncio.get_running_loop().time()

    def open_gate() -> bool:
        was_open = gate.is_set()
        gate.set()
        return not was_open

    with a_loop() as loop:
        loop.call_later(60, lambda: None)
        loop.on_idle = open_gate

        assert loop.run_until_complete(waits()) == 0.0


def test_a_pause_takes_as_long_as_a_sleep_and_lets_others_come_between() -> None:
    seen: list[tuple[str, float]] = []

    async def go(name: str, seconds: float, wait: Callable[[float], Awaitable[None]]) -> None:
        for _ in range(2):
            await wait(seconds)
            seen.append((name, asyncio.get_running_loop().time()))

    async def both() -> None:
        await asyncio.gather(go("pauses", 3, pause), go("sleeps", 2, asyncio.sleep))
        await go("alone", 5, pause)

    with a_loop() as loop:
        loop.run_until_complete(both())

    assert seen == [
        *(("sleeps", 2.0), ("pauses", 3.0), ("sleeps", 4.0), ("pauses", 6.0)),
        *(("alone", 11.0), ("alone", 16.0)),
    ]


def test_a_pause_that_is_cancelled_lets_no_time_pass() -> None:
    async def story() -> float:
        task = asyncio.get_running_loop().create_task(pause(60))
        await let_others_run()
        task.cancel()
        await asyncio.wait([task])
        await pause(1)
        return asyncio.get_running_loop().time()

    with a_loop() as loop:
        assert loop.run_until_complete(story()) == 1.0


def test_a_run_that_pauses_for_ever_is_ended() -> None:
    async def for_ever() -> None:
        while True:
            await pause(1)

    fails_with(NeverEnds, for_ever())


def test_no_time_at_all_lets_everybody_come_first_who_is_ready() -> None:
    seen: list[str] = []

    async def story() -> None:
        asyncio.get_running_loop().call_soon(seen.append, "another")
        await pause(0)
        seen.append("one")

    with a_loop() as loop:
        loop.run_until_complete(story())

    assert seen == ["another", "one"]


def test_whoever_waits_for_something_looks_from_time_to_time_until_it_is_so() -> None:
    looked_at: list[float] = []

    async def story() -> tuple[bool, float]:
        loop = asyncio.get_running_loop()
        loop.call_later(25, lambda: None)  # else time would pass at once
        happened = loop.create_task(pause(28))

        def is_so() -> bool:
            looked_at.append(loop.time())
            return happened.done()

        return await comes_true(is_so, iter([10, 10, 10, 10])), loop.time()

    with a_loop() as loop:
        assert loop.run_until_complete(story()) == (True, 30.0)
    assert looked_at == [10.0, 20.0, 30.0]


def test_whoever_looks_in_vain_gives_up() -> None:
    async def story(*, with_company: bool) -> tuple[bool, float]:
        loop = asyncio.get_running_loop()
        if with_company:
            loop.call_later(1, lambda: None)
        return await comes_true(lambda: False, iter([2, 3])), loop.time()

    for with_company in (False, True):
        with a_loop() as loop:
            assert loop.run_until_complete(story(with_company=with_company)) == (False, 5.0)


def test_looks_end_with_whoever_looks() -> None:
    looks = 0

    def is_so() -> bool:
        nonlocal looks
        looks += 1
        return False

    async def story() -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(15, lambda: None)
        looking = loop.create_task(comes_true(is_so, iter([10] * 100)))
        await pause(11)
        looking.cancel()
        await asyncio.wait([looking])
        await pause(1000)

    with a_loop() as loop:
        loop.run_until_complete(story())
    assert looks == 1


def test_what_is_cancelled_as_its_time_comes_is_passed_over() -> None:
    async def story() -> list[bool]:
        loop = SeededLoop.running
        later: list[asyncio.Future[Any]] = []
        first = loop.looks(5, iter([]), lambda: all(each.cancel() for each in later))
        later += [loop.after(5), loop.looks(5, iter([]), lambda: True)]
        await first
        return [each.cancelled() for each in later]

    with a_loop() as loop:
        assert loop.run_until_complete(story()) == [True, True]
