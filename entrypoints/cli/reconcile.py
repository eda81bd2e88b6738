"""`payproof reconcile`: the gateway's record against ours, both ways."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack, aclosing
from datetime import UTC, datetime, timedelta
from typing import TextIO

import click

from application.reconcile import SliceDone
from application.sweep import REPORTS_KEPT_FOR
from application.tally import Tally
from domain.reconciliation import Difference
from entrypoints.cli.difference_lists import csv_list, json_lines
from entrypoints.cli.exits import Exit
from entrypoints.cli.gateway_option import chosen_gateway, gateway_option
from entrypoints.cli.reconcile_window import Window, read_window
from entrypoints.cli.sweep_progress import SweepProgress, watched_progress
from entrypoints.cli.sweep_tables import show_counts, show_history
from entrypoints.container import Container, open_container
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings, load_settings
from ports.errors import PortError
from ports.sweep_log import SweepReport

_HISTORY = 20

Sink = Callable[[Difference], None]


@click.command()
@click.option("--from", "since", metavar="T", help="a date, or a time like 2026-11-01T09:30")
@click.option("--to", "until", metavar="T", help="the same; a date means all of it  [now]")
@click.option("--dry-run", is_flag=True, help="tell what differs, and change nothing")
@click.option("--json", "as_json", is_flag=True, help="print each difference as a line of JSON")
@click.option(
    "--csv",
    "csv_file",
    type=click.File("w", encoding="utf-8", lazy=False),
    help="write the differences to this file",
)
@gateway_option
@click.option("--history", is_flag=True, help="show what past sweeps found, and compare nothing")
def reconcile(
    *,
    since: str | None,
    until: str | None,
    dry_run: bool,
    as_json: bool,
    csv_file: TextIO | None,
    gateway: str | None,
    history: bool,
) -> Exit:
    """Compare all payments from one time to another, both ways, and settle what differs.

    Times without a zone are in Seoul's. Ends with 1 if anything differs.
    """
    settings = load_settings(os.environ)
    configure_logs()
    if history:
        show_history(asyncio.run(_history(settings)), as_json=as_json)
        return Exit.DONE
    name = chosen_gateway(settings, gateway)
    window = read_window(since, until, datetime.now(UTC))
    with ExitStack() as stack:
        sinks: list[Sink] = []
        if as_json:
            sinks.append(json_lines())
        if csv_file is not None:
            sinks.append(csv_list(csv_file))
        progress = stack.enter_context(watched_progress(window))
        return asyncio.run(_reconcile(settings, name, window, sinks, progress, dry_run=dry_run))


async def _history(settings: Settings) -> list[SweepReport]:
    async with open_container(settings) as container:
        return list(await container.sweeping().log.latest(_HISTORY))


async def _reconcile(
    settings: Settings,
    gateway: str,
    window: Window,
    sinks: list[Sink],
    progress: SweepProgress,
    *,
    dry_run: bool,
) -> Exit:
    tally = Tally()
    # Alerts to the operator must not stand among the lines of a list.
    async with open_container(settings, printed_to=sys.stderr) as container:
        reconcile_gateway = container.sweeping().reconciles.get(gateway)
        if reconcile_gateway is None:
            raise click.ClickException(f"{gateway} cannot list its payments")
        began_at, reached = container.clock().now(), window.since
        stopped = "interrupted"
        try:
            walk = reconcile_gateway.walk(window.since, window.until, tally, dry_run=dry_run)
            async with aclosing(walk) as steps:
                async for step in steps:
                    if isinstance(step, SliceDone):
                        reached = step.until
                    elif isinstance(step, Difference):
                        for sink in sinks:
                            sink(step)
                    progress.show(reached, tally)
            stopped = ""
        except PortError as error:
            stopped = error.code
            raise
        finally:
            progress.stop()
            report = _report(gateway, window.since, reached, began_at, tally, stopped)
            show_counts(report, dry_run=dry_run)
            if not dry_run:
                await _write_down(container, report)
    return Exit.REFUSED if tally.found else Exit.DONE


def _report(
    gateway: str, since: datetime, until: datetime, began_at: datetime, tally: Tally, stopped: str
) -> SweepReport:
    return SweepReport(
        gateway=gateway,
        by="cli",
        since=since,
        until=until,
        began_at=began_at,
        ended_at=max(began_at + timedelta(microseconds=1), datetime.now(UTC)),
        pages=tally.pages,
        payments=tally.payments,
        questions=tally.questions,
        found={kind.value: times for kind, times in tally.found.items()},
        stopped=stopped,
    )


async def _write_down(container: Container, report: SweepReport) -> None:
    await container.sweeping().log.add_report(report, report.ended_at - REPORTS_KEPT_FOR)
