"""Runs the service: one process that answers HTTP and, unless told otherwise, runs the tasks."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing, contextmanager

import uvicorn
import uvloop
from litestar import Litestar

from entrypoints.api.app import create_app
from entrypoints.console.mount import Console
from entrypoints.console.parts import ConsoleParts
from entrypoints.container import open_container
from entrypoints.garbage import seldom_collected
from entrypoints.keeping_up import keeping_up
from entrypoints.settings import Settings, SettingsError
from entrypoints.stopping import told_to_stop
from entrypoints.worker import working

# Enough for the slowest answer that interface and gateway timeouts allow.
_GRACE_S = 15
_BACKLOG = 2048


class _Server(uvicorn.Server):
    """Says in one line where it listens, once it does. Signals are ours: see `told_to_stop`."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for each in sockets or []:
            print(f"payproof is ready on {address_of(each)}", flush=True)  # noqa: T201


def run_service(settings: Settings) -> None:
    """Serves until SIGTERM (returns) or SIGINT (raises `KeyboardInterrupt`)."""
    with closing(listen(settings.host, settings.port)) as listener:
        if uvloop.run(_serve(settings, listener)) is signal.SIGINT:
            raise KeyboardInterrupt


async def _serve(settings: Settings, listener: socket.socket) -> signal.Signals | None:
    told = told_to_stop()
    async with AsyncExitStack() as stack:
        container = await stack.enter_async_context(open_container(settings))
        use_cases = container.use_cases()
        if use_cases.worker is not None:
            await stack.enter_async_context(working(use_cases.worker, container.sweeping().sweeps))
        parts, add_up = container.console_parts(), container.store().add_up
        if parts is not None and add_up is not None:
            await stack.enter_async_context(keeping_up(add_up))
        app = create_app(use_cases, container.api_settings(), console=_console(parts))
        with seldom_collected():
            await _answer(app, listener, told)
    return told.result() if told.done() else None


def _console(parts: ConsoleParts | None) -> Console | None:
    """The console, if there is to be one; else nothing that draws pages is loaded."""
    if parts is None:
        return None
    from entrypoints.console.console import console_of  # noqa: PLC0415

    return console_of(parts)


async def _answer(
    app: Litestar, listener: socket.socket, told: asyncio.Future[signal.Signals]
) -> None:
    server = _Server(
        uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_S,
        )
    )
    told.add_done_callback(lambda _: setattr(server, "should_exit", True))
    await server.serve(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Listens at once: a port that is taken is found out before anything else is opened."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise SettingsError("PAYPROOF_HOST", f"{host} cannot be found") from None
    try:
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SettingsError("PAYPROOF_PORT", f"{port} cannot be used on {host}: {reason}") from None


def address_of(listener: socket.socket) -> str:
    """Where it listens, as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
