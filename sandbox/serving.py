"""Serves a stand-in's application while a block runs, on this machine unless told otherwise."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from sandbox.loopback import is_loopback

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


def _base_url(runner: web.AppRunner) -> str:
    """Name the address really bound: a host name may stand for several, with different ports."""
    host, port = runner.addresses[0][:2]
    reachable = _EVERYWHERE.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
