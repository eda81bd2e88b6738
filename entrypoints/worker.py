"""Runs the worker: inside the service, or alone in a process of its own."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvloop

from application.run_tasks import RunTasks
from entrypoints.container import open_container
from entrypoints.settings import Settings
from entrypoints.stopping import told_to_stop


@asynccontextmanager
async def working(run_tasks: RunTasks) -> AsyncIterator[None]:
    """Runs tasks beside the block; at its end lets those that run finish."""
    stop = asyncio.Event()
    worker = asyncio.create_task(run_tasks.run_until(stop))
    try:
        yield
    finally:
        stop.set()
        await worker


def run_worker(settings: Settings) -> None:
    """Works until SIGTERM (returns) or SIGINT (raises `KeyboardInterrupt`)."""
    if uvloop.run(_work(settings)) is signal.SIGINT:
        raise KeyboardInterrupt


async def _work(settings: Settings) -> signal.Signals:
    told, stop = told_to_stop(), asyncio.Event()
    told.add_done_callback(lambda _: stop.set())
    async with open_container(settings) as container:
        await container.run_tasks().run_until(stop)
    return told.result()
