"""Runs the worker: inside the service, or alone in a process of its own."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import uvloop

from application.run_tasks import RunTasks
from application.sweep import Sweep
from entrypoints.container import open_container
from entrypoints.garbage import seldom_collected
from entrypoints.settings import Settings
from entrypoints.stopping import told_to_stop


@asynccontextmanager
async def working(run_tasks: RunTasks, sweeps: Sequence[Sweep]) -> AsyncIterator[None]:
    """Runs tasks and sweeps beside the block; at its end lets those that run finish."""
    stop = asyncio.Event()
    worker = asyncio.create_task(_run_until(stop, run_tasks, sweeps))
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
        run_tasks, sweeps = container.run_tasks(), container.sweeping().sweeps
        with seldom_collected():
            await _run_until(stop, run_tasks, sweeps)
    return told.result()


async def _run_until(stop: asyncio.Event, run_tasks: RunTasks, sweeps: Sequence[Sweep]) -> None:
    await asyncio.gather(run_tasks.run_until(stop), *(sweep.run_until(stop) for sweep in sweeps))
