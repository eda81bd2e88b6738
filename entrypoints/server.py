"""Runs the service: one process that answers HTTP and, unless told otherwise, runs the tasks."""

import signal
from contextlib import AsyncExitStack

import uvicorn
import uvloop
from litestar import Litestar

from entrypoints.api.app import create_app
from entrypoints.container import open_container
from entrypoints.settings import Settings, SettingsError
from entrypoints.worker import working

# Enough for the slowest answer that interface and gateway timeouts allow.
_GRACE_S = 15


class _Server(uvicorn.Server):
    """Says in one line where it listens, once it does."""

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        for server in self.servers:
            for socket in server.sockets:
                host, port = socket.getsockname()[:2]
                print(f"payproof is ready on http://{host}:{port}", flush=True)  # noqa: T201


def run_service(settings: Settings) -> None:
    """Serves until SIGTERM (returns) or SIGINT (raises `KeyboardInterrupt`)."""
    # uvicorn raises a caught signal again when all is closed; SIGTERM has then done its work.
    signal.signal(signal.SIGTERM, lambda *_: None)
    uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        container = await stack.enter_async_context(open_container(settings))
        use_cases = container.use_cases()
        if use_cases.worker is not None:
            await stack.enter_async_context(working(use_cases.worker))
        await _answer(create_app(use_cases, container.api_settings()), settings)


async def _answer(app: Litestar, settings: Settings) -> None:
    server = _Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
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
    try:
        await server.serve()
    except SystemExit:
        # uvicorn ends the process when it cannot listen; its reason is in the log.
        raise SettingsError("PAYPROOF_PORT", f"{settings.port} cannot be listened on") from None
