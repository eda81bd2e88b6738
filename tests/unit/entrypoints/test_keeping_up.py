"""The board is kept up to date beside the service, whatever happens."""

import asyncio

from entrypoints.keeping_up import keeping_up
from ports.errors import RepositoryUnavailable


async def test_it_goes_on_after_a_failure_until_the_block_ends() -> None:
    times = 0
    often_enough = asyncio.Event()

    async def add_up() -> None:
        nonlocal times
        times += 1
        if times == 3:
            often_enough.set()
        raise RepositoryUnavailable("databaseTimeout")

    async with keeping_up(add_up, every_s=0.001), asyncio.timeout(30):
        await often_enough.wait()
    seen = times
    await asyncio.sleep(0.02)

    assert times == seen


async def test_what_runs_at_the_end_is_given_up() -> None:
    begun = asyncio.Event()

    async def add_up() -> None:
        begun.set()
        await asyncio.sleep(3600)

    async with asyncio.timeout(30):
        async with keeping_up(add_up):
            await begun.wait()
