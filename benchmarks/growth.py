"""`make growth`: what a verification costs with a million stored orders, beside a thousand.

Two services stand ready at once, one on a small and one on a large database of the same kind, and
take short turns at the same load. `python -m benchmarks.growth --help` lists the choices.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from benchmarks.cases import CONFIRM, FIRST, REPEAT, Case
from benchmarks.contestants import CONTESTANTS, PAYPROOF, World
from benchmarks.database_kinds import Kind, add_choices, chosen_kinds
from benchmarks.load import Measured, put_under_load
from benchmarks.processes import Program
from benchmarks.rounds import gateway
from benchmarks.sales import Sale
from benchmarks.summary import Spread

AIM = 1.2
_CASES = (FIRST, REPEAT, CONFIRM)
_AT_ONCE = 8
_SMALL, _LARGE = "small", "large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Both sizes at one case in one round."""

    database: str
    case: str
    orders: tuple[int, int]
    small: Measured
    large: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """One case on one database: how a figure of the large one stands to that of the small one."""

    title: str
    orders: str
    cpu_us: str
    cpu: Spread
    p50_ms: str
    p50: Spread

    @property
    def is_met(self) -> bool:
        return max(self.cpu.median, self.p50.median) <= AIM


async def _measure(
    kind: Kind, sizes: Mapping[str, int], rounds: int, progress: Progress
) -> list[Turn]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="payproof-growth-")))
        control = await stack.enter_async_context(gateway(folder))
        world = World(
            folder=folder,
            gateway_url=control.program.url,
            interpreter=sys.executable,
            cards=(rounds + 1) * (FIRST.requests + CONFIRM.requests),
            accounts=0,
            settings=kind.settings,
        )
        programs = {}
        for size, count in sizes.items():
            database = kind.new_database(folder, size)
            bar = progress.add_task(f"{kind.name}: loading {count:,} orders", total=count)
            await asyncio.to_thread(kind.load, database, count, _advancing(progress, bar))
            start = CONTESTANTS[PAYPROOF](world, database)
            programs[size] = await stack.enter_async_context(start)
        bar = progress.add_task(f"{kind.name}: rounds", total=rounds + 1)
        turns = []
        for number in range(rounds + 1):
            turns += await _round(kind, sizes, programs, number)
            progress.advance(bar)
    # The first round warms up.
    return turns[len(_CASES) :]


def _advancing(progress: Progress, bar: TaskID) -> Callable[[int], None]:
    return lambda done: progress.update(bar, completed=done)


async def _round(
    kind: Kind, sizes: Mapping[str, int], programs: Mapping[str, Program], number: int
) -> list[Turn]:
    turns = []
    for case in _CASES:
        sales = _sales(case, number)
        measured = {}
        # Each begins a round as often as the other.
        for size in sorted(programs, reverse=number % 2 == 0):
            program = programs[size]
            questions = [case.ask(sale, PAYPROOF) for sale in sales]
            measured[size] = await put_under_load(program, questions, at_once=_AT_ONCE)
        turns.append(
            Turn(
                database=kind.name,
                case=case.title,
                orders=(sizes[_SMALL], sizes[_LARGE]),
                small=measured[_SMALL],
                large=measured[_LARGE],
            )
        )
    return turns


def _sales(case: Case, number: int) -> list[Sale]:
    """New ones in each round; those that are shown again are the ones just verified."""
    together = FIRST.requests + CONFIRM.requests
    first = number * together + (FIRST.requests if case is CONFIRM else 0)
    return [Sale(n) for n in range(first, first + case.requests)]


def _sizes(kind: Kind, chosen: argparse.Namespace) -> Mapping[str, int]:
    large = chosen.large if kind.at_most is None else min(chosen.large, kind.at_most)
    return {_SMALL: chosen.small, _LARGE: large}


def grown(turns: Sequence[Turn]) -> list[Grown]:
    """Each database and case, with the medians of all rounds."""
    found = []
    for database, case in dict.fromkeys((turn.database, turn.case) for turn in turns):
        mine = [turn for turn in turns if (turn.database, turn.case) == (database, case)]
        found.append(
            Grown(
                title=f"{case}, {database}",
                orders=" / ".join(f"{count:,}" for count in mine[0].orders),
                cpu_us=_medians(mine, lambda run: run.cpu_us, 0),
                cpu=_ratio(mine, lambda run: run.cpu_us),
                p50_ms=_medians(mine, lambda run: run.p50_ms, 2),
                p50=_ratio(mine, lambda run: run.p50_ms),
            )
        )
    return found


def table_of(turns: Sequence[Turn]) -> Table:
    """A row for each kind of database and case."""
    table = Table(title=f"Large to small, at most {AIM} wanted", title_justify="left")
    table.add_column("")
    for heading in ("orders", "CPU µs", "ratio (spread)", "p50 ms", "ratio (spread)", ""):
        table.add_column(heading, justify="right")
    for row in grown(turns):
        mark = "[green]✓[/]" if row.is_met else "[bold red]✗[/]"
        table.add_row(
            row.title, row.orders, row.cpu_us, row.cpu.text(), row.p50_ms, row.p50.text(), mark
        )
    return table


def _medians(turns: Sequence[Turn], figure: Callable[[Measured], float], digits: int) -> str:
    both = ([figure(turn.small) for turn in turns], [figure(turn.large) for turn in turns])
    return " / ".join(f"{Spread.of(each).median:.{digits}f}" for each in both)


def _ratio(turns: Sequence[Turn], figure: Callable[[Measured], float]) -> Spread:
    return Spread.of([figure(turn.large) / figure(turn.small) for turn in turns])


def main() -> None:
    """Measures, prints one table and writes every run."""
    parser = argparse.ArgumentParser(prog="make growth", description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=11)
    add_choices(parser)
    parser.add_argument("--out", type=Path, default=Path("build/bench/growth.json"))
    chosen = parser.parse_args()
    if not sys.platform.startswith("linux"):
        parser.error("processor time is read from /proc: this needs Linux")
    console = Console(stderr=True)
    with ExitStack() as stack:
        kinds = chosen_kinds(chosen, stack, console)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            turns = [
                turn
                for kind in kinds
                for turn in asyncio.run(
                    _measure(kind, _sizes(kind, chosen), chosen.rounds, progress)
                )
            ]
    Console(width=130).print(table_of(turns))
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps([asdict(turn) for turn in turns], indent=1) + "\n")


if __name__ == "__main__":
    main()
