"""Runs the worker: inside the service, or alone in a process of its own."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvloop

from application.run_tasks import RunTasks
from entrypoints.container import open_container
from entrypoints.settings import Settings


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
    if uvloop.run(_work(settings)) == signal.SIGINT:
        raise KeyboardInterrupt


async def _work(settings: Settings) -> signal.Signals:
    stopped: asyncio.Future[signal.Signals] = asyncio.get_running_loop().create_future()

    def stop(number: signal.Signals) -> None:
        if not stopped.done():
            stopped.set_result(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop, number)
    async with open_container(settings) as container, working(container.run_tasks()):
        return await stopped
