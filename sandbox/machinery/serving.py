"""Serves a stand-in's application while a block runs, on this machine unless told otherwise."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Final, TypeVar

from aiohttp import web

from sandbox.machinery.loopback import is_loopback

_Running = TypeVar("_Running")

# Calls that a fault keeps open would otherwise hold up the end.
_SHUTDOWN_S: Final = 0.1
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - translated, not bound


@asynccontextmanager
async def serving(
    app: web.Application, host: str, port: int, *, allow_remote: bool = False
) -> AsyncIterator[str]:
    """Give the base URL while serving; port 0 takes a free one.

    Raises ValueError for a host beyond this machine, unless remote ones are allowed,
    and OSError when the port is taken.
    """
    if not allow_remote and not is_loopback(host):
        raise ValueError(f"{host} is not a loopback host; the sandbox has no password")
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        handler_cancellation=True,
        shutdown_timeout=_SHUTDOWN_S,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield _base_url(runner)
    finally:
        await runner.cleanup()


async def serving_until_told(
    served: AbstractAsyncContextManager[_Running], on_ready: Callable[[_Running], None] | None
) -> None:
    """Serve until SIGINT or SIGTERM; `on_ready` is told once where."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    # Where a loop cannot watch signals, Ctrl-C still ends it as a KeyboardInterrupt.
    with suppress(NotImplementedError):
        for signal_number in signals:
            loop.add_signal_handler(signal_number, stopped.set)
    try:
        async with served as running:
            if on_ready is not None:
                on_ready(running)
            await stopped.wait()
    finally:
        with suppress(NotImplementedError):
            for signal_number in signals:
                loop.remove_signal_handler(signal_number)


def _base_url(runner: web.AppRunner) -> str:
    """Name the address really bound: a host name may stand for several, with different ports."""
    host, port = runner.addresses[0][:2]
    reachable = _EVERYWHERE.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
