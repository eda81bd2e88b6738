"""A short leg with many kills, and how it has to end."""

import asyncio
from pathlib import Path

from tests.soak.leg import Leg, Plan
from tests.soak.records import Record
from tests.soak.tally import Tally

# Short, so that fifty kills fit into a run of the tests; the soak takes its time.
_PAUSE_S = (0.2, 1.5)


async def storm(record: Record, folder: Path, *, seed: int, kills: int) -> Tally:
    """At least so many kills; as many payments as there come meanwhile."""
    plan = Plan(seed=seed, payments=0, kills=kills, pause_s=_PAUSE_S)
    return await Leg(plan, record, folder, stop=asyncio.Event()).run()


def assert_unharmed(tally: Tally, *, kills: int) -> None:
    assert not tally.complaints, "\n".join(tally.complaints)
    assert tally.kills >= kills
    assert all(tally.results[result] > 0 for result in ("ok", "failed", "unknown"))
    assert tally.payments > kills
