"""`payproof sandbox`: a stand-in for PortOne on this machine."""

import asyncio
import os
import signal

import click

from entrypoints.cli.exits import Exit
from entrypoints.stopping import told_to_stop
from sandbox.portone_v1 import BANK_PATH, SCRIPT_PATH, RunningSandbox, Sandbox


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8090, help="[8090; 0: a free one]")
def sandbox(port: int) -> Exit:
    """Serve PortOne's V1 API and a control API (POST /_sandbox/payments, …) until told to stop."""
    try:
        told = asyncio.run(_serve(port))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise click.ClickException(f"port {port} cannot be used: {reason}") from None
    return Exit.INTERRUPTED if told is signal.SIGINT else Exit.DONE


async def _serve(port: int) -> signal.Signals:
    told = told_to_stop()
    async with Sandbox().serve(port=port) as running:
        _announce(running)
        return await told


def _announce(running: RunningSandbox) -> None:
    click.echo(f"PortOne sandbox on {running.base_url}")
    click.echo(f"  script for the shop's page  {running.base_url}{SCRIPT_PATH}")
    click.echo(f"  bank, to pay into accounts  {running.base_url}{BANK_PATH}")
    click.echo("Point payproof at it:")
    click.echo(f"  export PAYPROOF_PORTONE_V1_BASE_URL={running.base_url}")
    click.echo(f"  export PAYPROOF_PORTONE_V1_API_KEY={running.api_key}")
    click.echo(f"  export PAYPROOF_PORTONE_V1_API_SECRET={running.api_secret}")
