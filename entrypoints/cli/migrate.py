"""`payproof migrate`: everything from one database to another, compared at the end."""

import asyncio
import os

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from application.migrate_store import Carried, MigrateStore, Step
from entrypoints.cli.exits import Exit
from entrypoints.cli.failures import explain_failure
from entrypoints.cli.tables import table_console
from entrypoints.container.stores import open_store
from entrypoints.logs import configure_logs
from entrypoints.settings import load_database_settings
from ports.errors import PortError

# A page of records asks for more at once than any buyer does.
_PATIENCE_S = 30.0
_AGAIN = "what has been carried stays: run the same command again to go on"


@click.command()
@click.option("--from", "source", required=True, metavar="URL", help="where everything is now")
@click.option(
    "--to", "target", metavar="URL", help="where it shall be; PAYPROOF_DATABASE_URL if not given"
)
def migrate(source: str, target: str | None) -> Exit:
    """Carry all orders, tasks and sweeps from one database to another, and compare the two.

    Stop payproof on both first. Nothing at the target is ever overwritten, nothing at the source
    is changed; stopped half-way, it goes on when it is run again.
    """
    configure_logs()
    settings = load_database_settings(os.environ)
    wanted = settings.url if target is None else target
    if wanted == source:
        raise click.UsageError("--from and --to are the same database")
    try:
        carried = asyncio.run(_migrate(source, wanted, settings.mongodb_driver))
    except PortError as error:
        ending, sentence = explain_failure(error)
        click.echo(f"payproof: {sentence}; {_AGAIN}", err=True)
        return ending
    except KeyboardInterrupt:
        click.echo(f"payproof: stopped; {_AGAIN}", err=True)
        return Exit.INTERRUPTED
    if not any(each.in_source for each in carried):
        raise click.UsageError("--from holds nothing: is it the right database?")
    return _tell(carried)


async def _migrate(source: str, target: str, mongodb_driver: str) -> list[Carried]:
    async with (
        open_store(
            "--from", source, mongodb_driver, patience_s=_PATIENCE_S, must_exist=True
        ) as old,
        open_store("--to", target, mongodb_driver, patience_s=_PATIENCE_S, must_exist=False) as new,
    ):
        if new.create_indexes is not None:
            await new.create_indexes()
        await new.orders.ping()
        console = Console(stderr=True)
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ) as progress:
            return await MigrateStore(old.shelves, new.shelves, _Bars(progress))()


class _Bars:
    """A bar for each kind of record and step, drawn when it begins."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars = {step: progress.add_task(step, total=None, visible=False) for step in Step}

    def __call__(self, kind: str, step: Step, done: int, total: int) -> None:
        self._progress.update(
            self._bars[step],
            description=f"{step} {kind}",
            completed=done,
            total=total,
            visible=True,
        )


def _tell(carried: list[Carried]) -> Exit:
    console = table_console()
    table = Table("kept", title="Carried", title_justify="left")
    for heading in ("at the source", "carried now", "at the target", "the same"):
        table.add_column(heading, justify="right")
    for each in carried:
        counts = (each.in_source, each.put, each.in_target, each.equal)
        table.add_row(each.kind, *(f"{count:,}" for count in counts))
    console.print(table)
    for each in carried:
        for name, fault in each.named:
            # As Text: an id must not be read as markup.
            console.print(Text(f"{each.kind}: {name} {fault}"))
        unnamed = sum(each.faults.values()) - len(each.named)
        if unnamed:
            console.print(f"{each.kind}: and {unnamed:,} more")
        if each.left_over:
            console.print(f"{each.kind}: {each.left_over:,} at the target are not the source's")
    if all(each.is_whole for each in carried):
        console.print("Everything is there, and the same.")
        return Exit.DONE
    console.print("The two differ. Nothing was overwritten: carry into an empty database instead.")
    return Exit.REFUSED
