"""How far a reconciliation has come, for a person who waits at a terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from application.tally import Tally
from entrypoints.cli.reconcile_window import Window


class SweepProgress:
    """A bar over the window, with the payments compared and how many each second; or nothing."""

    def __init__(self, progress: Progress, window: Window) -> None:
        self._progress = progress
        self._since = window.since
        self._began_s = time.monotonic()
        self._bar = progress.add_task(
            "comparing", total=(window.until - window.since).total_seconds(), payments="", rate=""
        )

    def show(self, reached: datetime, tally: Tally) -> None:
        """All before `reached` has been compared."""
        spent_s = max(time.monotonic() - self._began_s, 0.001)
        self._progress.update(
            self._bar,
            completed=(reached - self._since).total_seconds(),
            payments=f"{tally.payments:,} payments",
            rate=f"{tally.payments / spent_s:,.0f}/s",
        )

    def stop(self) -> None:
        """Takes the bar away."""
        self._progress.stop()


@contextmanager
def watched_progress(window: Window) -> Iterator[SweepProgress]:
    """The bar, on standard error; nothing at all where that is no terminal."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[payments]}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with progress:
        yield SweepProgress(progress, window)
