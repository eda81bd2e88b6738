"""`payproof sandbox`: a stand-in for PortOne on this machine."""

import asyncio

import click

from entrypoints.cli.exits import Exit
from sandbox.portone_v1 import RunningSandbox, serve_forever


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8090, help="[8090; 0: a free one]")
def sandbox(port: int) -> Exit:
    """Serve PortOne's V1 API and a control API (POST /_sandbox/payments, …) until told to stop."""
    try:
        asyncio.run(serve_forever("127.0.0.1", port, on_ready=_announce))
    except OSError as error:
        raise click.UsageError(f"port {port} cannot be used: {error.strerror}") from None
    return Exit.DONE


def _announce(running: RunningSandbox) -> None:
    click.echo(f"PortOne sandbox on {running.base_url}")
    click.echo("Point payproof at it:")
    click.echo(f"  export PAYPROOF_PORTONE_V1_BASE_URL={running.base_url}")
    click.echo(f"  export PAYPROOF_PORTONE_V1_API_KEY={running.api_key}")
    click.echo(f"  export PAYPROOF_PORTONE_V1_API_SECRET={running.api_secret}")
