"""`make bench`: payproof beside what its users would run instead, on one load, as ratios."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import uvloop
from rich.console import Console

from benchmarks.cases import ON_MONGODB, ON_SQLITE, Case
from benchmarks.contestants import CONTESTANTS
from benchmarks.picture import draw
from benchmarks.report import table_of_aims, table_of_cases, table_of_starts
from benchmarks.rounds import Course, start_each, take_turns
from benchmarks.summary import Results
from benchmarks.written import Conditions, write_results
from tests.support.mongodb_server import NoMongoDB, running_mongodb

_PICTURE = (
    ("SQLite", "first", "First verification, SQLite"),
    ("MongoDB", "first", "First verification, MongoDB"),
    ("SQLite", "repeat", "The same payment shown again, SQLite"),
)
_DATABASES = ("SQLite", "MongoDB")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    databases: Sequence[str]
    contestants: Sequence[str]
    cases: Sequence[str]
    rounds: int
    starts: int
    interpreter: str


async def _measure(courses: Sequence[Course], wanted: _Wanted, console: Console) -> Results:
    with console.status("starting") as status:
        runs = [
            run
            for course in courses
            for run in await take_turns(
                course,
                wanted.contestants,
                rounds=wanted.rounds,
                interpreter=wanted.interpreter,
                tell=status.update,
            )
        ]
        starts = await start_each(
            wanted.contestants,
            times=wanted.starts,
            interpreter=wanted.interpreter,
            tell=status.update,
        )
    return Results(runs, starts)


def _courses(wanted: _Wanted, stack: ExitStack, console: Console) -> list[Course]:
    """The cases on each database; a MongoDB that cannot be had is said so, and left out."""
    courses = []
    if "SQLite" in wanted.databases:
        courses.append(
            Course(
                database="SQLite",
                new_database=lambda folder, name: str(folder / f"{name}.db"),
                cases=_chosen(ON_SQLITE, wanted),
            )
        )
    if "MongoDB" in wanted.databases:
        try:
            server = stack.enter_context(running_mongodb())
        except NoMongoDB as error:
            console.print(f"NOT MEASURED, there is no MongoDB: {error}", style="bold red")
        else:
            courses.append(
                Course(
                    database="MongoDB",
                    new_database=lambda _, name: server.database_url(f"bench_{uuid4().hex[:12]}"),
                    cases=_chosen(ON_MONGODB, wanted),
                )
            )
    return courses


def _chosen(cases: Sequence[Case], wanted: _Wanted) -> list[Case]:
    names = set(wanted.cases) or {case.name for case in cases}
    names |= {case.of for case in cases if case.name in names and case.of}
    return [case for case in cases if case.name in names]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="more rounds, and more orders")
    parser.add_argument("--rounds", type=int, help="that are counted, of each case")
    parser.add_argument("--starts", type=int, help="of each program")
    parser.add_argument("--database", action="append", choices=_DATABASES)
    parser.add_argument("--who", action="append", choices=tuple(CONTESTANTS))
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--out", type=Path, default=Path("build/bench"))
    parser.add_argument("--python", default=sys.executable, help="that runs payproof")
    if not sys.platform.startswith("linux"):
        parser.error("processor time is read from /proc: this needs Linux")
    return parser.parse_args()


def main() -> None:
    """Runs the benchmark, prints its tables, and writes every run and the picture."""
    chosen = _arguments()
    console = Console(stderr=True)
    wanted = _Wanted(
        databases=chosen.database or _DATABASES,
        contestants=chosen.who or tuple(CONTESTANTS),
        cases=chosen.case,
        rounds=chosen.rounds or (15 if chosen.full else 5),
        starts=(9 if chosen.full else 3) if chosen.starts is None else chosen.starts,
        interpreter=chosen.python,
    )
    conditions = Conditions.now()
    with ExitStack() as stack:
        courses = _courses(wanted, stack, console)
        results = uvloop.run(_measure(courses, wanted, console))
    _show(results, courses)
    write_results(chosen.out, results, conditions)
    _draw(results, chosen.out)
    print(f"every run is in {chosen.out}")


def _show(results: Results, courses: Sequence[Course]) -> None:
    # As wide as the tables, also where there is no terminal that has a width.
    console = Console(width=130)
    console.print(table_of_cases(results, courses))
    if results.starts:
        console.print(table_of_starts(results))
    console.print(table_of_aims(results.aims()))


def _draw(results: Results, folder: Path) -> None:
    measured = {(run.database, run.case) for run in results.runs}
    groups = [group for group in _PICTURE if group[:2] in measured]
    if groups:
        (folder / "cpu.svg").write_text(draw(results, groups))


if __name__ == "__main__":
    main()
