"""`make figures`: writes what was measured last into the pages that show it.

A page names the place of each table by `<!-- figures: NAME -->` and its end by `<!-- end -->`;
what stands between is replaced. What was not measured stays as it is, and is said.
"""

import argparse
import json
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.cases import ON_MONGODB, ON_SQLITE
from benchmarks.contestants import PAYPROOF
from benchmarks.growth import AIM, Turn, grown
from benchmarks.load import Measured
from benchmarks.summary import Results, Spread
from benchmarks.sweep import Swept
from benchmarks.worker import Measured as Worked
from benchmarks.written import Conditions, read_results

_PAGES = ("README.md", "docs/performance.md")
_PICTURE = Path("docs/pictures/cpu.svg")
_PLACE = re.compile(r"(<!-- figures: ([a-z]+) -->\n)(.*?)\n?<!-- end -->", re.DOTALL)
_CASES = (("SQLite", ON_SQLITE), ("MongoDB", ON_MONGODB))


def figures(folder: Path) -> dict[str, str]:
    """Each table or sentence by its name, of all that was measured there."""
    found: dict[str, str] = {}
    if (folder / "results.json").exists():
        results, conditions = read_results(folder)
        found |= {
            "conditions": _conditions(results, conditions),
            "cases": _cases(results),
            "starts": _starts(results),
            "aims": _aims(results),
            "first": _first(results),
        }
    for name, write in _OTHERS.items():
        if (folder / f"{name}.json").exists():
            found[name] = write(json.loads((folder / f"{name}.json").read_text()))
    return found


def written_into(page: str, found: Mapping[str, str]) -> tuple[str, list[str]]:
    """The page with the new figures, and the names of those that it keeps as they were."""
    kept = [name for _, name, _ in _PLACE.findall(page) if name not in found]
    filled = _PLACE.sub(
        lambda place: f"{place[1]}{found.get(place[2], place[3])}\n<!-- end -->",
        page,
    )
    return filled, kept


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> str:
    """In Markdown; all columns after the first `texts` hold numbers."""
    marks = ["---"] * texts + ["--:"] * (len(headings) - texts)
    return "\n".join(f"| {' | '.join(row)} |" for row in (headings, marks, *rows))


def _conditions(results: Results, conditions: Conditions) -> str:
    rounds = max(run.round for run in results.runs)
    return (
        f"{rounds} rounds on {conditions.cores} cores, Python {conditions.python}; before them "
        f"{conditions.load_before:.1f} other tasks wanted a core."
    )


def _cases(results: Results) -> str:
    rows = []
    for database, cases in _CASES:
        for case in cases:
            title = f"**{case.title}**, {database}"
            for name in results.contestants(database, case.name):
                rows.append([title, name, *_case_row(results, database, case.name, name)])
                title = ""
    headings = "case,who,CPU µs,payproof to it (spread),a second,p50 ms,p99 ms,MB,gateway calls"
    return _table(headings.split(","), rows, texts=2)


def _case_row(results: Results, database: str, case: str, name: str) -> list[str]:
    def median(figure: Callable[[Measured], float]) -> float:
        return results.figures(database, case, name, lambda run: figure(run.measured)).median

    ratio = "" if name == PAYPROOF else results.ratio(database, case, name).text()
    return [
        f"{median(lambda run: run.cpu_us):.0f}",
        ratio,
        f"{median(lambda run: run.per_s):.0f}",
        f"{median(lambda run: run.p50_ms):.1f}",
        f"{median(lambda run: run.p99_ms):.1f}",
        f"{median(lambda run: run.resident_mb):.0f}",
        f"{results.figures(database, case, name, lambda run: run.gateway_calls).median:.2f}",
    ]


def _starts(results: Results) -> str:
    rows = []
    for name in dict.fromkeys(start.contestant for start in results.starts):
        starts = [start for start in results.starts if start.contestant == name]
        ready = Spread.of([start.ready_s for start in starts]).text()
        idle = Spread.of([start.idle_mb for start in starts]).text(0)
        rows.append([name, ready, idle])
    return _table(["who", "ready after, s", "idle memory, MB"], rows)


def _aims(results: Results) -> str:
    rows = [
        [
            aim.text,
            f"{'≥' if aim.at_least else '≤'} {aim.limit:g}",
            aim.reached.text(),
            "✓" if aim.is_met else "✗",
        ]
        for aim in results.aims()
    ]
    return _table(["aim", "limit", "reached, median (spread)", ""], rows)


def _first(results: Results) -> str:
    databases = [name for name, _ in _CASES if results.of(name, "first", PAYPROOF)]
    headings = [""] + [each for name in databases for each in (f"{name}, µs", "payproof to it")]
    rows = []
    for name in results.contestants(databases[0], "first"):
        row = [name]
        for database in databases:
            row += _case_row(results, database, "first", name)[:2]
        rows.append(row)
    return _table(headings, rows)


def _growth(written: Sequence[Mapping[str, object]]) -> str:
    turns = [
        Turn(
            **{
                **turn,  # type: ignore[arg-type]
                "orders": tuple(turn["orders"]),  # type: ignore[arg-type]
                **{size: Measured(**turn[size]) for size in ("small", "large")},  # type: ignore[arg-type]
            }
        )
        for turn in written
    ]
    headings = ["", "orders", "CPU µs", "ratio (spread)", "p50 ms", "ratio (spread)", f"≤ {AIM}"]
    return _table(
        headings,
        [
            [
                row.title,
                row.orders,
                row.cpu_us,
                row.cpu.text(),
                row.p50_ms,
                row.p50.text(),
                "✓" if row.is_met else "✗",
            ]
            for row in grown(turns)
        ],
    )


def _sweep(written: Mapping[str, object]) -> str:
    swept = Swept(**written)  # type: ignore[arg-type]
    return (
        f"A sweep of {swept.payments:,} payments against as many orders, `python -m "
        f"benchmarks.sweep`: {swept.payments / swept.seconds:,.0f} payments a second "
        f"({swept.seconds:.1f} s), {swept.payments / swept.cpu_s:,.0f} a second of processor time, "
        f"{sum(swept.calls.values()):,} calls for {swept.differences:,} differences, "
        f"{swept.peak_mb:.0f} MB."
    )


def _worker(written: Sequence[Mapping[str, float]]) -> str:
    runs = [Worked(**run) for run in written]  # type: ignore[arg-type]
    per_s, cpu_us = ([run.per_s for run in runs], [run.cpu_us for run in runs])
    return (
        f"One worker on one core, from a durable SQLite file, `python -m benchmarks.worker`: "
        f"{min(per_s):,.0f} to {max(per_s):,.0f} tasks a second, {min(cpu_us):.0f} to "
        f"{max(cpu_us):.0f} µs of processor time each."
    )


_OTHERS: Mapping[str, Callable[..., str]] = {
    "growth": _growth,
    "sweep": _sweep,
    "worker": _worker,
}


def main() -> None:
    """Writes all pages, and says which figures were not there."""
    parser = argparse.ArgumentParser(prog="make figures", description=__doc__)
    parser.add_argument("--measured", type=Path, default=Path("build/bench"))
    chosen = parser.parse_args()
    found = figures(chosen.measured)
    if not found:
        sys.exit(f"nothing was measured: {chosen.measured} has no figures; run `make bench`")
    for name in _PAGES:
        page = Path(name)
        filled, kept = written_into(page.read_text(), found)
        page.write_text(filled)
        print(f"{name}: written" + (f"; as they were: {', '.join(kept)}" if kept else ""))
    picture = chosen.measured / "cpu.svg"
    if picture.exists():
        shutil.copyfile(picture, _PICTURE)


if __name__ == "__main__":
    main()
