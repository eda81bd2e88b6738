"""What the first questions of a process need is done once, and shared by all who wait."""

import asyncio

import pytest

from adapters.mongodb import database
from adapters.mongodb.database import MongoDatabase
from ports.errors import RepositoryUnavailable

NOWHERE = "mongodb://127.0.0.1:1/shop"


class Layout:
    """Settled when `may_end` is set; raises what it is told to, once each."""

    def __init__(self, *errors: Exception) -> None:
        self.calls = 0
        self.may_end = asyncio.Event()
        self.errors = list(errors)

    async def settle(self, _orders: object) -> bool:
        self.calls += 1
        await self.may_end.wait()
        if self.errors:
            raise self.errors.pop(0)
        return False


@pytest.fixture
def layout(monkeypatch: pytest.MonkeyPatch) -> Layout:
    layout = Layout()
    monkeypatch.setattr(database, "settle_layout", layout.settle)
    return layout


async def ask(asked: MongoDatabase) -> str:
    try:
        async with asked.question():
            return "answered"
    except RepositoryUnavailable as error:
        return error.code


async def opened(timeout_s: float = 30.0) -> MongoDatabase:
    asked = MongoDatabase(NOWHERE, timeout_s=timeout_s)
    await asked.open()
    return asked


async def test_a_burst_of_first_questions_settles_the_layout_once(layout: Layout) -> None:
    asked = await opened()
    burst = [asyncio.create_task(ask(asked)) for _ in range(50)]
    await asyncio.sleep(0)

    layout.may_end.set()

    assert set(await asyncio.gather(*burst)) == {"answered"}
    assert await ask(asked) == "answered"
    assert layout.calls == 1
    await asked.close()


async def test_a_failure_is_told_to_all_who_wait_and_the_next_begins_anew(layout: Layout) -> None:
    asked = await opened()
    layout.errors.append(TimeoutError())
    layout.may_end.set()

    assert set(await asyncio.gather(*(ask(asked) for _ in range(5)))) == {"databaseTimeout"}
    assert await ask(asked) == "answered"
    assert layout.calls == 2
    await asked.close()


async def test_whoever_gives_up_leaves_it_to_the_others(layout: Layout) -> None:
    asked = await opened(timeout_s=0.05)

    assert await ask(asked) == "databaseTimeout"
    layout.may_end.set()

    assert await ask(asked) == "answered"
    assert layout.calls == 1
    await asked.close()


async def test_a_failure_that_nobody_waits_for_is_no_news(layout: Layout) -> None:
    asked = await opened(timeout_s=0.05)
    layout.errors.append(TimeoutError())

    assert await ask(asked) == "databaseTimeout"
    layout.may_end.set()
    for _ in range(3):
        await asyncio.sleep(0)

    assert await ask(asked) == "answered"
    assert layout.calls == 2
    await asked.close()


async def test_closing_ends_what_is_under_way(layout: Layout) -> None:
    asked = await opened(timeout_s=0.05)
    await ask(asked)

    await asked.close()

    assert not [task for task in asyncio.all_tasks() if "settle" in repr(task)]
    assert layout.calls == 1
