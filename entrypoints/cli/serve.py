"""`payproof serve`: the service, with its worker inside unless it is told otherwise."""

import os
from dataclasses import replace

import click

from entrypoints.cli.exits import Exit
from entrypoints.logs import configure_logs
from entrypoints.server import run_service
from entrypoints.settings import load_settings


@click.command()
@click.option("--host", help="where to listen  [PAYPROOF_HOST, else 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="[PAYPROOF_PORT, else 8000; 0: free]")
def serve(host: str | None, port: int | None) -> Exit:
    """Serve the HTTP interface until told to stop."""
    settings = load_settings(os.environ)
    configure_logs()
    settings = replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
    )
    run_service(settings)
    return Exit.DONE
