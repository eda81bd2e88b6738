"""What is shown of a benchmark: one table of cases, and one of aims."""

from collections.abc import Sequence

from rich.table import Table

from benchmarks.cases import Case
from benchmarks.contestants import PAYPROOF
from benchmarks.rounds import Course
from benchmarks.summary import Aim, Results, Spread

_HEADINGS = (
    "CPU µs each",
    "payproof to it",
    "a second",
    "p50 ms",
    "p99 ms",
    "MB",
    "gateway calls",
    "errors",
)


def table_of_cases(results: Results, courses: Sequence[Course]) -> Table:
    """Every case with every contestant; ratios are payproof's CPU to theirs, round by round."""
    table = Table(title="Side by side, medians of all rounds", title_justify="left")
    table.add_column("who")
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for course in courses:
        for case in course.cases:
            table.add_row(f"[bold]{case.title}[/], {course.database}, {case.at_once} at once")
            for name in results.contestants(course.database, case.name):
                table.add_row(f"  {name}", *_row(results, course.database, case, name))
            table.add_section()
    return table


def table_of_starts(results: Results) -> Table:
    """How soon each is ready, and what it holds while it has nothing to do."""
    table = Table(title="Started on an empty database", title_justify="left")
    table.add_column("who")
    table.add_column("ready after, s", justify="right")
    table.add_column("CPU until then, s", justify="right")
    table.add_column("idle memory, MB", justify="right")
    for name in dict.fromkeys(start.contestant for start in results.starts):
        starts = [start for start in results.starts if start.contestant == name]
        table.add_row(
            name,
            Spread.of([start.ready_s for start in starts]).text(),
            Spread.of([start.ready_cpu_s for start in starts]).text(),
            Spread.of([start.idle_mb for start in starts]).text(0),
        )
    return table


def _row(results: Results, database: str, case: Case, name: str) -> list[str]:
    def median(figure: str) -> float:
        spread = results.figures(
            database, case.name, name, lambda run: float(getattr(run.measured, figure))
        )
        return spread.median

    calls = results.figures(database, case.name, name, lambda run: run.gateway_calls).median
    ratio = "" if name == PAYPROOF else results.ratio(database, case.name, name).text()
    return [
        f"{median('cpu_us'):.0f}",
        ratio,
        f"{median('per_s'):.0f}",
        f"{median('p50_ms'):.1f}",
        f"{median('p99_ms'):.1f}",
        f"{median('resident_mb'):.0f}",
        f"{calls:.2f}",
        str(sum(run.measured.errors for run in results.of(database, case.name, name))),
    ]


def table_of_aims(aims: Sequence[Aim]) -> Table:
    """What must be reached, and whether it was."""
    table = Table(title="Aims", title_justify="left")
    table.add_column("")
    table.add_column("payproof's")
    table.add_column("aim", justify="right")
    table.add_column("median (spread)", justify="right")
    for aim in aims:
        bound = f"{'≥' if aim.at_least else '≤'} {aim.limit:g}"
        table.add_row("✓" if aim.is_met else "✗", aim.text, bound, aim.reached.text())
    return table
