"""`python -m tests.soak`: kills payproof under traffic until so many payments have been judged.

It goes in legs, each on a new database. Ctrl-C lets the leg end in order, which takes a minute or
two, and keeps what it came to; a second one forgets the leg. The same command goes on from there.
"""

import asyncio
import signal
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.progress import Progress

from tests.soak import tally
from tests.soak.leg import Leg, Plan
from tests.soak.stores import STORES
from tests.support.code_digest import digest_of
from tests.support.progress_bar import progress_bar

# What a leg holds in memory is forgotten at its end, so a soak may be as long as one likes. In a
# longer storm some refunds fail ten times running, and then rest for longer than a leg waits.
PAYMENTS_A_LEG = 2000
# From one kill to the next; on a slow machine until some hundred operations have arrived.
PAUSE_S = (2.0, 8.0)
OPERATIONS = (50, 800)
# Fewer payments cannot be blamed for a kind of fault that none of them met.
PAYMENTS_FOR_EVERY_KIND = 500
_SOURCES = ("domain", "ports", "application", "adapters", "entrypoints", "sandbox", "tests/soak")
OUT = Console(highlight=False, soft_wrap=True, markup=False)


@click.command(help=__doc__)
@click.option("--payments", type=click.IntRange(1), default=2000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--store", type=click.Choice([*STORES, "both"]), default="both", show_default=True)
@click.option("--crowd", type=click.IntRange(1), default=200, show_default=True)
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(".simulation/soak.json"),
    show_default=True,
    help="Where a run that is stopped leaves off.",
)
def main(payments: int, seed: int, store: str, crowd: int, state: Path) -> None:
    stores = [*STORES] if store == "both" else [store]
    run = Soak(payments, seed, stores, crowd, state)
    try:
        asyncio.run(run.until_done())
    except (KeyboardInterrupt, asyncio.CancelledError):
        run.was_stopped = True
    sys.exit(run.conclude())


class Soak:
    """Leg after leg, until enough payments have been judged or somebody stops it."""

    def __init__(
        self, payments: int, seed: int, stores: list[str], crowd: int, state: Path
    ) -> None:
        self._payments = payments
        self._seed = seed
        self._stores = stores
        self._crowd = crowd
        self._state = state
        code = digest_of(*_SOURCES)
        self._of = {"seed": seed, "stores": stores, "crowd": crowd, "code": code}
        self._tally = tally.load(state, self._of)
        self.was_stopped = False

    async def until_done(self) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._told_to_stop, stop)
        if self._tally.payments:
            OUT.print(f"going on after {self._tally.payments:,} payments (from {self._state})")
        with progress_bar() as bar:
            task = bar.add_task("payments", total=self._payments, rate="")
            for store in islice(cycle(self._stores), self._tally.legs % len(self._stores), None):
                if self._tally.payments >= self._payments or stop.is_set():
                    return
                bar.update(task, completed=self._tally.payments, description=f"on {store}")
                self._tally.add(await self._one_leg(store, stop, bar))
                tally.save(self._tally, self._state, self._of)

    async def _one_leg(self, store: str, stop: asyncio.Event, bar: Progress) -> tally.Tally:
        began_s, done = time.monotonic(), self._tally.payments
        [task_id] = bar.task_ids

        def tell(payments: int, kills: int) -> None:
            rate = payments / (time.monotonic() - began_s)
            told = f"{rate:,.0f}/s, {self._tally.kills + kills:,} kills"
            bar.update(task_id, completed=done + payments, rate=told)

        plan = Plan(
            seed=self._seed * 1_000_003 + self._tally.legs,
            payments=min(PAYMENTS_A_LEG, self._payments - done),
            kills=0,
            crowd=self._crowd,
            pause_s=PAUSE_S,
            operations=OPERATIONS,
        )
        with TemporaryDirectory() as folder, STORES[store](Path(folder)) as record:
            return await Leg(plan, record, Path(folder), stop=stop, on_progress=tell).run()

    def _told_to_stop(self, stop: asyncio.Event) -> None:
        self.was_stopped = True
        if stop.is_set():
            for task in asyncio.all_tasks():
                task.cancel()
        stop.set()

    def conclude(self) -> int:
        """Shows it all; the exit code."""
        tally.show(self._tally, OUT)
        if self.was_stopped and not self._tally.harms.total():
            OUT.print(f"stopped after {self._tally.payments:,} payments; the same command goes on")
            return 130
        # It has been told: the next call begins anew.
        self._state.unlink(missing_ok=True)
        if self._tally.harms.total():
            return 1
        unmet = self._tally.unmet if self._payments >= PAYMENTS_FOR_EVERY_KIND else []
        if unmet:
            OUT.print(f"never met with, so nothing is shown about it: {', '.join(unmet)}")
        return 1 if unmet else 0


if __name__ == "__main__":
    main()
