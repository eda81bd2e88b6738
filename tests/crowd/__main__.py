"""`make crowd`: ten thousand orders before two services and a worker, on SQLite and MongoDB."""

import argparse
import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from tests.crowd.run import Report, play
from tests.support.mongodb_server import new_database, running_mongodb

_SHOWN = 20


def _play(name: str, orders: int, seed: int, database_url: str, folder: Path) -> Report:
    console = Console(stderr=True)
    with console.status(name) as status:
        return asyncio.run(
            play(
                orders,
                seed,
                database_url,
                folder,
                lambda done: status.update(f"{name}: {done:,} of {orders:,}"),
            )
        )


def _say(name: str, report: Report) -> None:
    stories = ", ".join(f"{count:,} {story}" for story, count in sorted(report.stories.items()))
    answers = ", ".join(f"{count:,} x {status}" for status, count in sorted(report.answers.items()))
    lines = [
        f"{name}: {report.orders:,} orders in {report.took_s:.0f} s, {stories}",
        f"  answers: {answers}; at rest after {report.quiet_after_s:.0f} s more",
        *(f"  {line}" for line in report.differences[:_SHOWN]),
        f"  {len(report.differences)} differences from the model",
    ]
    Console(soft_wrap=True, markup=False, highlight=False).print("\n".join(lines))


def main() -> None:
    """Plays on both stores; ends with 1 if anything is not as the model says."""
    parser = argparse.ArgumentParser(prog="make crowd", description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("SQLite", "MongoDB"))
    chosen = parser.parse_args()
    reports = []
    with TemporaryDirectory(prefix="payproof-crowd-") as name:
        if chosen.database in (None, "SQLite"):
            url = f"sqlite:///{name}/payproof.db"
            reports.append(_play("SQLite", chosen.orders, chosen.seed, url, Path(name)))
            _say("SQLite", reports[-1])
        if chosen.database in (None, "MongoDB"):
            with running_mongodb("2g") as server, new_database(server) as url:
                kind = "MongoDB" if server.is_real else "MongoDB (stand-in)"
                reports.append(_play(kind, chosen.orders, chosen.seed, url, Path(name)))
                _say(kind, reports[-1])
    raise SystemExit(any(report.differences for report in reports))


if __name__ == "__main__":
    main()
