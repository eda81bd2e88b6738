"""What a sweep found, and what past sweeps found, as tables."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table

from domain.moments import SEOUL
from entrypoints.cli.tables import table_console
from ports.sweep_log import SweepReport


def show_counts(report: SweepReport, *, dry_run: bool) -> None:
    """How often each difference was found; on standard error, away from any list."""
    console = Console(stderr=True, highlight=False)
    would = " (dry run: nothing was changed)" if dry_run else ""
    early = f"; stopped: {report.stopped}" if report.stopped else ""
    console.print(
        f"{report.gateway}, {_shown(report.since)} to {_shown(report.until)}: "
        f"payments {report.payments:,}, pages {report.pages:,}, "
        f"other questions {report.questions:,}{early}{would}",
        markup=False,
        soft_wrap=True,
    )
    if not report.found:
        console.print("no difference" if not report.stopped else "no difference until then")
        return
    table = Table("difference", "times")
    table.columns[1].justify = "right"
    for kind, times in sorted(report.found.items()):
        table.add_row(kind, f"{times:,}")
    console.print(table)


def show_history(reports: Sequence[SweepReport], *, as_json: bool) -> None:
    """The newest sweeps, newest first."""
    if as_json:
        for report in reports:
            click.echo(json.dumps(asdict(report), default=_text))
        return
    table = Table("ended (KST)", "by", "compared (KST)", "payments", "questions", "found")
    for report in reports:
        table.add_row(
            _shown(report.ended_at),
            report.by,
            f"{_shown(report.since)} to {_shown(report.until)}",
            f"{report.payments:,}",
            f"{report.questions:,}",
            _found(report),
        )
    console = table_console()
    console.print(table if reports else "nothing has been swept yet")


def _found(report: SweepReport) -> str:
    found = ", ".join(f"{kind} {times:,}" for kind, times in sorted(report.found.items()))
    stopped = f"stopped: {report.stopped}" if report.stopped else ""
    return "; ".join(part for part in (found, stopped) if part) or "nothing"


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(SEOUL):%Y-%m-%d %H:%M}"


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
