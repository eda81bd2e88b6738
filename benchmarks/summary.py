"""From runs to figures: medians, ratios within each round, and the aims they must reach."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.contestants import CONTESTANTS, FLOOR, PAYPROOF, PRINTED, TUNED
from benchmarks.load import Measured
from benchmarks.rounds import Run, Start

_TRIP_MS = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A median with the least and the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(median=statistics.median(values), least=min(values), most=max(values))

    def text(self, digits: int = 2) -> str:
        return f"{self.median:.{digits}f} ({self.least:.{digits}f} to {self.most:.{digits}f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What must be reached, and what was."""

    text: str
    limit: float
    reached: Spread
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        if self.limit == 0:
            return self.reached.most == 0
        median = self.reached.median
        return median >= self.limit if self.at_least else median <= self.limit


class Results:
    """All runs of a benchmark."""

    def __init__(self, runs: Sequence[Run], starts: Sequence[Start]) -> None:
        self.runs = runs
        self.starts = starts

    def of(self, database: str, case: str, contestant: str) -> list[Run]:
        wanted = (database, case, contestant)
        return [run for run in self.runs if (run.database, run.case, run.contestant) == wanted]

    def contestants(self, database: str, case: str) -> list[str]:
        """Who took part in that case, in the order in which they are listed."""
        names = [
            run.contestant for run in self.runs if (run.database, run.case) == (database, case)
        ]
        return [name for name in CONTESTANTS if name in names]

    def ratio(
        self,
        database: str,
        case: str,
        contestant: str,
        figure: Callable[[Measured], float] = lambda measured: measured.cpu_us,
    ) -> Spread:
        """The figure of payproof to that of the contestant, round by round."""
        return Spread.of(
            [
                figure(ours.measured) / figure(theirs.measured)
                for ours, theirs in zip(
                    self.of(database, case, PAYPROOF),
                    self.of(database, case, contestant),
                    strict=True,
                )
            ]
        )

    def figures(
        self, database: str, case: str, contestant: str, figure: Callable[[Run], float]
    ) -> Spread:
        return Spread.of([figure(run) for run in self.of(database, case, contestant)])

    def aims(self) -> list[Aim]:
        """Every aim that these runs can speak of."""
        aims = []
        for database in dict.fromkeys(run.database for run in self.runs):
            aims += [
                Aim(
                    text=f"CPU of a first verification to {name}, {database}",
                    limit=limit,
                    reached=self.ratio(database, "first", name),
                )
                for name, limit in ((PRINTED, 0.5), (TUNED, 0.8), (FLOOR, 1.8))
                if self.of(database, "first", name)
            ]
            aims += self._crowd_aims(database) if self.of(database, "crowd", TUNED) else []
        aims += self._error_aims()
        return aims + self._call_aims() + self._latency_aims() + self._start_aims()

    def _crowd_aims(self, database: str) -> list[Aim]:
        return [
            Aim(
                text=f"requests a second to {TUNED}, 200 at once, {database}",
                limit=1.0,
                reached=self.ratio(database, "crowd", TUNED, lambda measured: measured.per_s),
                at_least=True,
            ),
            Aim(
                text=f"p99 to {TUNED}, 200 at once, {database}",
                limit=1.0,
                reached=self.ratio(database, "crowd", TUNED, lambda measured: measured.p99_ms),
            ),
        ]

    def _latency_aims(self) -> list[Aim]:
        aims = []
        for database in self._databases("slow-repeat"):
            for case, text, limit in (
                ("slow", "first verification", 1.1),
                ("slow-repeat", "repeat", 0.1),
            ):
                trips = self.figures(
                    database, case, PAYPROOF, lambda run: run.measured.p50_ms / _TRIP_MS
                )
                aims.append(
                    Aim(text=f"gateway trips of a {text}, {database}", limit=limit, reached=trips)
                )
        return aims

    def _error_aims(self) -> list[Aim]:
        """What is fast because it fails is not fast."""
        errors = [float(run.measured.errors) for run in self.runs if run.contestant == PAYPROOF]
        if not errors:
            return []
        return [Aim(text="errors in a round", limit=0.0, reached=Spread.of(errors))]

    def _call_aims(self) -> list[Aim]:
        aims = []
        for database in self._databases("webhook"):
            calls = [
                browser.gateway_calls + webhook.gateway_calls
                for browser, webhook in zip(
                    self.of(database, "first", PAYPROOF),
                    self.of(database, "webhook", PAYPROOF),
                    strict=True,
                )
            ]
            text = f"gateway calls of an order, browser and webhook, {database}"
            aims.append(Aim(text=text, limit=1.0, reached=Spread.of(calls)))
        return aims

    def _databases(self, case: str) -> list[str]:
        """Those on which payproof was asked in that case."""
        runs = [run for run in self.runs if (run.case, run.contestant) == (case, PAYPROOF)]
        return list(dict.fromkeys(run.database for run in runs))

    def _start_aims(self) -> list[Aim]:
        starts = [start for start in self.starts if start.contestant == PAYPROOF]
        if not starts:
            return []
        return [
            Aim(
                text="ready after, in s",
                limit=1.0,
                reached=Spread.of([start.ready_s for start in starts]),
            ),
            Aim(
                text="idle memory, in MB",
                limit=120.0,
                reached=Spread.of([start.idle_mb for start in starts]),
            ),
        ]
