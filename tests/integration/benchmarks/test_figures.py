"""What was measured comes into the pages as it was, and what was not stays as it is."""

import json
from dataclasses import asdict
from pathlib import Path

from benchmarks.contestants import FLOOR, PAYPROOF
from benchmarks.figures import figures, written_into
from benchmarks.growth import Turn
from benchmarks.load import Measured
from benchmarks.rounds import Run, Start
from benchmarks.summary import Results
from benchmarks.sweep import Swept
from benchmarks.written import Conditions, read_results, write_results

ROOT = Path(__file__).parents[3]
PAGE = "before\n<!-- figures: {} -->\nold\nrows\n<!-- end -->\nafter\n"
CONDITIONS = Conditions(cores=2, python="3.11.7", load_before=0.25)


def measured(cpu_us: float) -> Measured:
    return Measured(
        requests=1, errors=0, cpu_us=cpu_us, per_s=900, p50_ms=1, p99_ms=2, resident_mb=60
    )


def a_run(contestant: str, cpu_us: float) -> Run:
    return Run(
        database="SQLite",
        case="first",
        contestant=contestant,
        round=1,
        measured=measured(cpu_us),
        gateway_calls=1.0,
    )


RESULTS = Results(
    [a_run(PAYPROOF, 600), a_run(FLOOR, 400)],
    [Start(contestant=PAYPROOF, ready_s=0.5, ready_cpu_s=0.4, idle_mb=66)],
)


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    write_results(tmp_path / "new", RESULTS, CONDITIONS)

    results, conditions = read_results(tmp_path / "new")

    assert (results.runs, results.starts) == (RESULTS.runs, RESULTS.starts)
    assert conditions == CONDITIONS


def test_a_page_shows_what_was_measured(tmp_path: Path) -> None:
    write_results(tmp_path, RESULTS, CONDITIONS)
    found = figures(tmp_path)

    first, kept = written_into(PAGE.format("first"), found)

    assert kept == []
    assert first == (
        "before\n<!-- figures: first -->\n"
        "|  | SQLite, µs | payproof to it |\n| --- | --: | --: |\n"
        "| payproof | 600 |  |\n| floor | 400 | 1.50 (1.50 to 1.50) |\n"
        "<!-- end -->\nafter\n"
    )
    assert (
        "|  | floor | 400 | 1.50 (1.50 to 1.50) | 900 | 1.0 | 2.0 | 60 | 1.00 |" in found["cases"]
    )
    assert "to floor, SQLite | ≤ 1.8 | 1.50 (1.50 to 1.50) | ✓ |" in found["aims"]
    assert "| payproof | 0.50 (0.50 to 0.50) | 66 (66 to 66) |" in found["starts"]
    assert found["conditions"].startswith("1 rounds on 2 cores, Python 3.11.7; before them 0.2 ")


def test_what_was_not_measured_stays_and_is_said(tmp_path: Path) -> None:
    page = PAGE.format("sweep")

    assert written_into(page, figures(tmp_path)) == (page, ["sweep"])


def test_each_benchmark_of_its_own_is_shown(tmp_path: Path) -> None:
    calls = {"GET /payments/status/all": 1105, "POST /users/getToken": 1}
    swept = Swept(
        payments=1_000_000,
        differences=100,
        seconds=50,
        cpu_s=40,
        calls=calls,
        peak_mb=81,
        unpaid_after=0,
    )
    turn = Turn(
        database="SQLite",
        case="Confirm",
        orders=(1_000, 1_000_000),
        small=measured(100),
        large=measured(110),
    )
    worked = [{"tasks": 9, "per_s": 1000, "cpu_us": 400}, {"tasks": 9, "per_s": 900, "cpu_us": 500}]
    for name, written in {
        "sweep": asdict(swept),
        "growth": [asdict(turn)],
        "worker": worked,
    }.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(written))

    found = figures(tmp_path)

    assert "20,000 payments a second (50.0 s), 25,000 a second of processor" in found["sweep"]
    assert "1,106 calls for 100 differences, 81 MB" in found["sweep"]
    assert (
        "| Confirm, SQLite | 1,000 / 1,000,000 | 100 / 110 | 1.10 (1.10 to 1.10) |"
        in found["growth"]
    )
    assert found["growth"].endswith("| 1.00 / 1.00 | 1.00 (1.00 to 1.00) | ✓ |")
    assert "900 to 1,000 tasks a second, 400 to 500 µs" in found["worker"]


def test_every_place_in_the_pages_has_figures_that_can_be_written() -> None:
    known = {"conditions", "cases", "starts", "aims", "first", "growth", "sweep", "worker"}
    pages = [(ROOT / name).read_text() for name in ("README.md", "docs/performance.md")]

    kept = [written_into(page, {})[1] for page in pages]

    assert all(kept)
    assert set().union(*kept) <= known
