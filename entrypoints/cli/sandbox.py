"""`payproof sandbox`: a stand-in for a gateway on this machine."""

import asyncio
import os
import signal

import click

from entrypoints.cli.exits import Exit
from entrypoints.cli.stand_ins import STAND_INS, Serve, StandIn
from entrypoints.stopping import told_to_stop
from sandbox.machinery.checkout.desk import BANK_PATH, SCRIPT_PATH


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8090, help="[8090; 0: a free one]")
@click.option("--gateway", type=click.Choice(sorted(STAND_INS)), default="portone-v1")
def sandbox(port: int, gateway: str) -> Exit:
    """Serve a gateway's API and a control API (POST /_sandbox/payments, …) until told to stop."""
    try:
        told = asyncio.run(_serve(STAND_INS[gateway], port))
    except BrokenPipeError:
        # Nobody reads on, as with `| head`: click ends that quietly.
        raise
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise click.ClickException(f"port {port} cannot be used: {reason}") from None
    return Exit.INTERRUPTED if told is signal.SIGINT else Exit.DONE


async def _serve(serve: Serve, port: int) -> signal.Signals:
    told = told_to_stop()
    async with serve(port) as running:
        _announce(running)
        return await told


def _announce(running: StandIn) -> None:
    click.echo(f"{running.vendor} sandbox on {running.base_url}")
    click.echo(f"  script for the shop's page  {running.base_url}{SCRIPT_PATH}")
    click.echo(f"  bank, to pay into accounts  {running.base_url}{BANK_PATH}")
    click.echo("Point payproof at it:")
    for name, text in running.settings:
        click.echo(f"  export {name}={text}")
