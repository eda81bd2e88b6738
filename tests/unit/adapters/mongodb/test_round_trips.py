"""Who asks while others are under way travels with the next, and bears nobody else's trouble."""

import asyncio
import gc
from collections.abc import Sequence

import pytest

from adapters.mongodb import round_trips
from adapters.mongodb.round_trips import RoundTrips


class Server:
    """Answers a number with its double, when it `may_answer`; raises what it is told to, once."""

    def __init__(self) -> None:
        self.trips: list[list[int]] = []
        self.may_answer = asyncio.Event()
        self.errors: list[Exception] = []
        self.own_errors: dict[int, Exception] = {}
        self.ask = RoundTrips(self.alone, self.together)

    async def alone(self, asked: int) -> int:
        await self.travel([asked])
        return 2 * asked

    async def together(self, asked: Sequence[int]) -> Sequence[int | Exception]:
        await self.travel(asked)
        return [self.own_errors.get(each, 2 * each) for each in asked]

    async def travel(self, asked: Sequence[int]) -> None:
        self.trips.append(list(asked))
        await self.may_answer.wait()
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture
def server() -> Server:
    return Server()


def begin(server: Server, *asked: int) -> list["asyncio.Task[int]"]:
    return [asyncio.create_task(server.ask(each)) for each in asked]


async def turns(count: int = 3) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_who_asks_in_one_turn_travels_together(server: Server) -> None:
    server.may_answer.set()

    answers = await asyncio.gather(*begin(server, 1, 2, 1))

    assert answers == [2, 4, 2]
    assert server.trips == [[1, 2, 1]]


async def test_who_is_alone_waits_for_no_company(server: Server) -> None:
    server.may_answer.set()

    assert [await server.ask(each) for each in (1, 2)] == [2, 4]
    assert server.trips == [[1], [2]]


async def test_who_comes_later_never_joins_a_trip_that_has_begun(server: Server) -> None:
    first = begin(server, 1)
    await turns()
    later = begin(server, 1, 3)
    await turns()
    assert server.trips == [[1]]

    server.may_answer.set()

    assert await asyncio.gather(*first, *later) == [2, 2, 6]
    assert server.trips == [[1], [1, 3]]


async def test_a_crowd_is_split(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(round_trips, "_MAX_TOGETHER", 2)
    server.may_answer.set()

    assert await asyncio.gather(*begin(server, 1, 2, 3, 4, 5)) == [2, 4, 6, 8, 10]
    assert server.trips == [[1, 2], [3, 4], [5]]


async def test_what_is_cancelled_before_its_trip_is_never_asked(server: Server) -> None:
    first = begin(server, 1)
    await turns()
    cancelled, kept = begin(server, 2, 3)
    await turns()

    cancelled.cancel()
    await turns()
    server.may_answer.set()

    assert await asyncio.gather(*first, kept) == [2, 6]
    assert server.trips == [[1], [3]]


async def test_what_is_cancelled_under_way_harms_nobody(server: Server) -> None:
    cancelled, kept = begin(server, 1, 2)
    await turns()

    cancelled.cancel()
    await turns()
    server.may_answer.set()

    assert await kept == 4
    assert cancelled.cancelled()
    assert await server.ask(3) == 6


async def test_all_can_be_cancelled(server: Server) -> None:
    first = begin(server, 1)
    await turns()
    cancelled = begin(server, 2, 3)
    await turns()

    for each in cancelled:
        each.cancel()
    server.may_answer.set()
    await asyncio.gather(*first)
    await turns()

    assert server.trips == [[1]]
    assert await server.ask(4) == 8


async def test_a_trip_that_fails_is_told_to_all_on_it_and_to_nobody_else(server: Server) -> None:
    server.errors.append(ConnectionError("away"))
    failing = begin(server, 1, 2)
    await turns()
    later = begin(server, 3)
    server.may_answer.set()

    told = await asyncio.gather(*failing, *later, return_exceptions=True)

    assert [type(each) for each in told] == [ConnectionError, ConnectionError, int]


async def test_an_answer_that_is_an_error_is_its_own_callers(server: Server) -> None:
    server.own_errors[2] = LookupError("its own")
    server.may_answer.set()

    told = await asyncio.gather(*begin(server, 1, 2, 3), return_exceptions=True)

    assert told == [2, server.own_errors[2], 6]


async def test_an_error_that_nobody_waits_for_is_no_news(server: Server) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    server.errors.append(ConnectionError("away"))
    (asked,) = begin(server, 1)
    await turns()

    asked.cancel()
    server.may_answer.set()
    await server.ask.end()
    await turns()
    gc.collect()

    assert asked.cancelled()
    assert complaints == []


async def test_one_that_hangs_is_passed_by(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(round_trips, "_PATIENCE_S", 0.01)
    hangs = begin(server, 1)
    await turns()
    waits = begin(server, 2, 3)
    async with asyncio.timeout(10):
        while len(server.trips) < 2:
            await asyncio.sleep(0.005)

    server.may_answer.set()

    assert await asyncio.gather(*hangs, *waits) == [2, 4, 6]
    assert server.trips == [[1], [2, 3]]


async def test_the_end_comes_after_all_that_was_asked(server: Server) -> None:
    first = begin(server, 1)
    await turns()
    later = begin(server, 2)
    await turns()
    ending = asyncio.create_task(server.ask.end())
    await turns()
    assert not ending.done()

    server.may_answer.set()
    await ending

    assert await asyncio.gather(*first, *later) == [2, 4]
    await server.ask.end()
