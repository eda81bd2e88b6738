"""What a benchmark leaves in its folder: every run, and under which conditions it was made."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.load import Measured
from benchmarks.rounds import Run, Start
from benchmarks.summary import Results

_FILE = "results.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The machine, and how busy it was otherwise: runnable tasks in the minute before."""

    cores: int
    python: str
    load_before: float

    @classmethod
    def now(cls) -> "Conditions":
        return cls(
            cores=len(os.sched_getaffinity(0)),
            python=platform.python_version(),
            load_before=os.getloadavg()[0],
        )


def write_results(folder: Path, results: Results, conditions: Conditions) -> None:
    """Writes all of it as JSON; the folder is made if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = {
        "conditions": asdict(conditions),
        "runs": [asdict(run) for run in results.runs],
        "starts": [asdict(start) for start in results.starts],
        "aims": [asdict(aim) | {"is_met": aim.is_met} for aim in results.aims()],
    }
    (folder / _FILE).write_text(json.dumps(everything, indent=1) + "\n")


def read_results(folder: Path) -> tuple[Results, Conditions]:
    """What `write_results` wrote."""
    written = json.loads((folder / _FILE).read_text())
    runs = [Run(**(run | {"measured": Measured(**run["measured"])})) for run in written["runs"]]
    starts = [Start(**start) for start in written["starts"]]
    return Results(runs, starts), Conditions(**written["conditions"])
