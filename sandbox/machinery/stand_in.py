"""A stand-in that can be served: an application, what it sends by itself, and its credentials."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from aiohttp import web

from sandbox.machinery.outbox import Outbox
from sandbox.machinery.serving import serving, serving_until_told

_Running = TypeVar("_Running")


class StandIn(Generic[_Running]):
    """Serves one vendor's world, inside a program's own loop or alone until it is told to stop."""

    def __init__(
        self,
        build_app: Callable[[], web.Application],
        outbox: Outbox,
        running_at: Callable[[str], _Running],
        *,
        allow_remote: bool,
    ) -> None:
        """Prepare it; `running_at` adds the credentials to the address where it is served."""
        self._build_app = build_app
        self._outbox = outbox
        self._running_at = running_at
        self._allow_remote = allow_remote

    @asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[_Running]:
        """Serve while the block runs; port 0 takes a free one.

        Raises ValueError for a host beyond this machine, unless remote ones are allowed,
        and OSError when the port is taken.
        """
        app = self._build_app()
        try:
            async with serving(app, host, port, allow_remote=self._allow_remote) as base_url:
                yield self._running_at(base_url)
        finally:
            await self._outbox.close()

    async def serve_forever(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        on_ready: Callable[[_Running], None] | None = None,
    ) -> None:
        """Serve until SIGINT or SIGTERM; `on_ready` is told once where."""
        await serving_until_told(self.serve(host, port), on_ready)
