"""What a leg, or many, came to: counted, kept in a small file, and shown as a table."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.soak.book import Complaint, Harm, Result
from tests.soak.kinds import EVERY_KIND


@dataclass(slots=True)
class Tally:
    """Sums over legs. Only the first complaints are kept; all are counted."""

    payments: int = 0
    legs: int = 0
    spent_s: float = 0.0
    kills: int = 0
    restarts: int = 0
    results: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    harms: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.payments += other.payments
        self.legs += other.legs
        self.spent_s += other.spent_s
        self.kills += other.kills
        self.restarts += other.restarts
        self.results += other.results
        self.counts += other.counts
        self.harms += other.harms
        self.complaints = [*self.complaints, *other.complaints][:MAX_COMPLAINTS]

    def blame(self, complaints: list[Complaint]) -> None:
        for complaint in complaints:
            self.harms[complaint.harm] += 1
        self.complaints += [f"{each.harm}: {each.what}" for each in complaints[:MAX_COMPLAINTS]]

    @property
    def unmet(self) -> list[str]:
        """The kinds that never happened, so that nothing is shown about them."""
        return [kind for kind in EVERY_KIND if self.counts[kind] == 0]


MAX_COMPLAINTS = 50


def save(tally: Tally, path: Path, of: dict[str, Any]) -> None:
    """Keeps it beside the words that name the run it is of, whole or not at all."""
    content = {
        "of": of,
        "payments": tally.payments,
        "legs": tally.legs,
        "spent_s": round(tally.spent_s, 1),
        "kills": tally.kills,
        "restarts": tally.restarts,
        "results": dict(sorted(tally.results.items())),
        "counts": dict(sorted(tally.counts.items())),
        "harms": dict(sorted(tally.harms.items())),
        "complaints": tally.complaints,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    beside.replace(path)


def load(path: Path, of: dict[str, Any]) -> Tally:
    """What an earlier call left, if it was of the same run; else nothing yet."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept.pop("of") == of:
            for name in ("results", "counts", "harms"):
                kept[name] = Counter(kept[name])
            return Tally(**kept)
    return Tally()


def show(tally: Tally, out: Console) -> None:
    """The counts of every kind, then the table."""
    for kind in EVERY_KIND:
        out.print(f"{tally.counts[kind]:>12,}  {kind}")
    table = Table(title="What became of the payments")
    table.add_column("")
    table.add_column("", justify="right")
    for name, number in rows(tally):
        table.add_row(name, f"{number:,}")
    out.print(table)
    for complaint in tally.complaints:
        out.print(complaint)


def rows(tally: Tally) -> Iterator[tuple[str, int]]:
    """The table, line by line."""
    yield "payments", tally.payments
    yield "kill -9", tally.kills
    yield "restarts", tally.restarts
    for result in Result:
        yield f"operations {result}", tally.results[result]
    for harm in Harm:
        yield harm, tally.harms[harm]
