"""`payproof demo`: the main job for real, on free ports of this machine, in one table."""

import asyncio
import signal

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from entrypoints.cli.demo.program import StageFailed
from entrypoints.cli.demo.stage import open_stage
from entrypoints.cli.demo.story import ACTS, Scene
from entrypoints.cli.demo.street import MERCHANT_CODES, stay_open
from entrypoints.cli.demo.table import draw
from entrypoints.cli.exits import Exit
from entrypoints.cli.tables import table_console


@click.command()
@click.option("--serve", is_flag=True, help="open a shop to try out, until Ctrl-C")
@click.option(
    "--gateway",
    type=click.Choice(sorted(MERCHANT_CODES)),
    help="with --serve: whose payment window the shop opens  [portone-v1]",
)
def demo(*, serve: bool, gateway: str | None) -> Exit:
    """Start the PortOne sandbox and the service, buy through them, and show what happened."""
    if gateway is not None and not serve:
        raise click.UsageError("--gateway needs --serve")
    console = table_console()
    try:
        if serve:
            told = asyncio.run(stay_open(gateway or "portone-v1"))
            return Exit.INTERRUPTED if told is signal.SIGINT else Exit.DONE
        scenes, messages = asyncio.run(_play(console))
    except StageFailed as error:
        click.echo(f"payproof: {error}", err=True)
        return Exit.REFUSED
    draw(console, scenes, messages)
    return Exit.DONE if all(scene.as_expected for scene in scenes) else Exit.REFUSED


async def _play(console: Console) -> tuple[list[Scene], list[str]]:
    scenes: list[Scene] = []
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with progress:
        line = progress.add_task("starting the sandbox and the service", total=None)
        async with open_stage() as stage:
            console.print(f"sandbox on {stage.sandbox_url}, service on {stage.service_url}")
            for act in ACTS:
                progress.update(line, description=act.title)
                scenes.append(await act.play(stage))
            return scenes, stage.messages()
