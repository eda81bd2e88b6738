"""`python -m tests.simulation`: replays a seed as a readable trace, or runs a range, or deaths."""

import os
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from tests.simulation import seed_range
from tests.simulation.character import CHARACTERS, PORTONE_V1
from tests.simulation.crash_points import die
from tests.simulation.every_scenario import SCENARIOS
from tests.simulation.kinds import kinds_of
from tests.simulation.run import ANY, run_seed
from tests.support.progress_bar import progress_bar

# Fewer seeds cannot be blamed for a kind of fault that none of them met.
SEEDS_FOR_EVERY_KIND = 5000
MAX_FAILURES = 5
OUT = Console(highlight=False, soft_wrap=True, markup=False)


@click.command(help=__doc__)
@click.option("--seed", type=int, help="Replay this one, and show what happened.")
@click.option("--seeds", type=click.IntRange(1), default=2000, show_default=True)
@click.option("--start", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--gateway",
    type=click.Choice([*CHARACTERS, ANY]),
    default=PORTONE_V1.name,
    show_default=True,
    help="Whose ways the gateway of the runs has; of any, each seed draws one.",
)
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where a run that is stopped leaves off.  [default: one for each gateway]",
)
@click.option(
    "--deaths",
    type=click.Choice(["single", "double"]),
    help="Kill the process at every call of every scenario instead, once or twice a run.",
)
def main(
    seed: int | None,
    seeds: int,
    start: int,
    gateway: str,
    jobs: int,
    state: Path | None,
    deaths: str | None,
) -> None:
    if seed is not None:
        sys.exit(_replay(seed, gateway))
    if deaths is not None:
        sys.exit(_run_deaths(deaths, jobs))
    state = state or Path(f".simulation/seeds-{gateway}.json")
    sys.exit(_run_range(seed_range.Progress.load(state, start, seeds, gateway), jobs, state))


def _replay(seed: int, gateway: str) -> int:
    result = run_seed(seed, gateway, traced=True)
    for line in result.trace:
        OUT.print(line)
    for violation in result.violations:
        OUT.print(f"seed {seed} breaks {violation}")
    if not result.violations:
        OUT.print(f"seed {seed} keeps every promise")
    return 1 if result.violations else 0


def _run_range(progress: seed_range.Progress, jobs: int, state: Path) -> int:
    seeds = progress.seeds
    if progress.done:
        OUT.print(f"going on after {progress.seeds_done:,} of {seeds:,} seeds (from {state})")
    signal.signal(signal.SIGTERM, _stop)
    began_s, seeds_before = time.monotonic(), progress.seeds_done
    try:
        with progress_bar() as bar:
            task = bar.add_task("seeds", total=seeds, completed=progress.seeds_done, rate="")
            for block in seed_range.run_blocks(progress.blocks_left(), progress.gateway, jobs):
                progress.add(block)
                progress.save(state)
                spent_s = time.monotonic() - began_s
                rate = f"{(progress.seeds_done - seeds_before) / spent_s:,.0f}/s"
                bar.update(task, completed=progress.seeds_done, rate=rate)
                if len(progress.failures) >= MAX_FAILURES:
                    break
    except KeyboardInterrupt:
        OUT.print(f"stopped after {progress.seeds_done:,} seeds; the same command goes on")
        return 130
    return _tell(progress)


def _run_deaths(deaths: str, jobs: int) -> int:
    failures, points = 0, 0
    with ProcessPoolExecutor(jobs) as pool, progress_bar() as bar:
        task = bar.add_task("scenarios", total=len(SCENARIOS), rate="")
        for name, done in zip(SCENARIOS, pool.map(partial(die, deaths), SCENARIOS), strict=True):
            points += done.points
            failures += len(done.failures)
            bar.update(task, advance=1, rate=f"{points:,} deaths")
            OUT.print(f"{done.points:>12,}  {name}")
            for failure in done.failures[:MAX_FAILURES]:
                OUT.print(f"              fails with {failure}")
    OUT.print(f"{points:,} runs with a {deaths} death, {failures:,} of them broke a promise")
    return 1 if failures else 0


def _again(seed: int, gateway: str) -> str:
    """The command that plays a seed alone."""
    other = "" if gateway == PORTONE_V1.name else f" GATEWAY={gateway}"
    return f"make simulate SEED={seed}{other}"


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _tell(progress: seed_range.Progress) -> int:
    expected = kinds_of(progress.gateway)
    for kind in expected:
        OUT.print(f"{progress.counts[kind]:>12,}  {kind}")
    rate = progress.seeds_done / max(progress.cpu_s, 0.001)
    OUT.print(f"{progress.seeds_done:,} seeds, {rate:,.0f} for each second of a core")
    for seed, what in progress.failures[:MAX_FAILURES]:
        OUT.print(f"\nseed {seed} fails: {what}\n{_again(seed, progress.gateway)}")
    if progress.failures:
        return 1
    unmet = [kind for kind in expected if progress.counts[kind] == 0]
    if unmet and progress.seeds >= SEEDS_FOR_EVERY_KIND:
        OUT.print(f"never met with, so nothing is shown about it: {', '.join(unmet)}")
        return 1
    OUT.print("every promise was kept")
    return 0


if __name__ == "__main__":
    main()
