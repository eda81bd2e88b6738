"""Several questions at once: all are answered, or the first trouble ends all and leaves no mark."""

import asyncio

import pytest

from adapters.outbound.together import together
from adapters.outbound.total_time import total_time
from ports.errors import GatewayUnavailable


async def answered(answer: str, after_s: float = 0.0) -> str:
    await asyncio.sleep(after_s)
    return answer


async def in_vain() -> str:
    async with total_time(0.001):
        await asyncio.sleep(60)
    return "never"


async def test_answers_come_in_the_order_of_the_questions() -> None:
    assert await together([answered("late", 0.01), answered("soon")]) == ["late", "soon"]


async def test_the_first_trouble_is_raised_alone_and_ends_the_others() -> None:
    ended = asyncio.Event()

    async def patient() -> str:
        try:
            return await answered("never", 60)
        finally:
            ended.set()

    with pytest.raises(GatewayUnavailable):
        await together([patient(), in_vain()])

    assert ended.is_set()


async def test_after_trouble_the_next_timeout_is_still_only_a_timeout() -> None:
    with pytest.raises(GatewayUnavailable):
        await together([in_vain()])

    with pytest.raises(GatewayUnavailable):
        await in_vain()


async def test_whoever_is_cancelled_while_waiting_takes_the_questions_along() -> None:
    questions = [asyncio.create_task(answered("never", 60)) for _ in range(2)]

    async def waiting() -> list[str]:
        return await together(answered_by(each) for each in questions)

    async def answered_by(question: asyncio.Task[str]) -> str:
        return await question

    waiter = asyncio.create_task(waiting())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiter.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiter

    assert all(each.cancelled() for each in questions)
