"""Plays the stories on real processes, waits until all is quiet, and judges."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic

from tests.crowd.judge import differences
from tests.crowd.stories import STORIES, Ending
from tests.crowd.street import Street
from tests.support.service import API_KEY, Program, running, settings_for
from tests.support.storefront import open_sandbox

SERVICES = 2
_AT_ONCE = 24
_QUIET_WITHIN_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was played, what was answered, and everything that is not as the model says."""

    orders: int
    stories: "Counter[str]"
    answers: "Counter[int]"
    took_s: float
    quiet_after_s: float
    differences: list[str]


async def play(
    orders: int, seed: int, database_url: str, folder: Path, tell: Callable[[int], None]
) -> Report:
    """So many stories by that seed, on that empty database."""
    async with AsyncExitStack() as stack:
        place, control = await stack.enter_async_context(open_sandbox())
        settings = settings_for(
            place, folder, DATABASE_URL=database_url, WORKER="off", RECONCILE_EVERY_S="0"
        )
        secrets = {API_KEY, place.api_key, place.api_secret}
        start = partial(running, settings=settings, secrets=secrets, folder=folder, measured=False)
        programs: list[Program] = [
            await stack.enter_async_context(start(*command))
            for command in (*[("serve", "--port", "0")] * SERVICES, ("worker",))
        ]
        urls = [await program.address() for program in programs[:SERVICES]]
        street = Street(urls, control, [program.printed for program in programs])
        stack.push_async_callback(street.aclose)

        began_s = monotonic()
        endings, stories = await _play_all(street, orders, seed, tell)
        took_s = monotonic() - began_s
        found = await _quiet(database_url, endings, programs)
        quiet_after_s = monotonic() - began_s - took_s
    # Once more, with nobody there who could still change anything.
    printed = [line for program in programs for line in program.printed]
    found = found or await differences(database_url, endings, printed)
    return Report(
        orders=len(endings),
        stories=stories,
        answers=street.answers,
        took_s=took_s,
        quiet_after_s=quiet_after_s,
        differences=found,
    )


async def _play_all(
    street: Street, orders: int, seed: int, tell: Callable[[int], None]
) -> tuple[list[Ending], "Counter[str]"]:
    plays, weights = zip(*STORIES, strict=True)
    chosen = iter(enumerate(Random(seed).choices(plays, weights, k=orders)))
    endings: list[Ending] = []
    stories: Counter[str] = Counter()

    async def passer_by() -> None:
        for number, story in chosen:
            endings.extend(await story(street, Random(f"{seed}/{number}"), f"crowd-{number:06}"))
            stories[story.__name__] += 1
            tell(sum(stories.values()))

    async with asyncio.TaskGroup() as group:  # noqa: TID251 - if it fails, so does the run
        for _ in range(_AT_ONCE):
            group.create_task(passer_by())
    return endings, stories


async def _quiet(database_url: str, endings: list[Ending], programs: list[Program]) -> list[str]:
    """What still differs when all has come to rest, or when it has had time enough."""
    give_up_at_s = monotonic() + _QUIET_WITHIN_S
    while True:
        printed = [line for program in programs for line in program.printed]
        found = await differences(database_url, endings, printed)
        if not found or monotonic() > give_up_at_s:
            return found
        await asyncio.sleep(1)
