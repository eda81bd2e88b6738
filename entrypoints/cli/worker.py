"""`payproof worker`: the worker alone, for running several processes on one database."""

import os

import click

from entrypoints.cli.exits import Exit
from entrypoints.logs import configure_logs
from entrypoints.settings import load_settings
from entrypoints.worker import run_worker


@click.command()
def worker() -> Exit:
    """Run due tasks until told to stop."""
    settings = load_settings(os.environ)
    configure_logs()
    run_worker(settings)
    return Exit.DONE
