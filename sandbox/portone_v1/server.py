"""Runs the sandbox: inside a program's own loop, or alone until it is told to stop."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from sandbox.machinery.serving import serving, serving_until_told
from sandbox.portone_v1.app import build_app
from sandbox.portone_v1.world import World

DEFAULT_KEY: Final = "sandbox-key"
DEFAULT_SECRET: Final = "sandbox-secret"  # noqa: S105 - opens nothing but the sandbox


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """Where a running sandbox can be reached, and with what."""

    base_url: str
    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)


class Sandbox:
    """A stand-in for PortOne V1 whose memory lasts as long as this object."""

    def __init__(
        self,
        api_key: str = DEFAULT_KEY,
        api_secret: str = DEFAULT_SECRET,
        *,
        allow_remote: bool = False,
    ) -> None:
        """Prepare a sandbox; `allow_remote` lets it listen and call beyond this machine."""
        self._api_key = api_key
        self._api_secret = api_secret
        self._allow_remote = allow_remote
        self._world = World(api_key=api_key, api_secret=api_secret, allow_remote=allow_remote)

    @asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[RunningSandbox]:
        """Serve while the block runs; port 0 takes a free one.

        Raises ValueError for a host beyond this machine, unless remote ones are allowed,
        and OSError when the port is taken.
        """
        app = build_app(self._world)
        try:
            async with serving(app, host, port, allow_remote=self._allow_remote) as base_url:
                yield RunningSandbox(base_url, self._api_key, self._api_secret)
        finally:
            await self._world.outbox.close()


async def serve_forever(
    host: str = "127.0.0.1",
    port: int = 0,
    api_key: str = DEFAULT_KEY,
    api_secret: str = DEFAULT_SECRET,
    *,
    allow_remote: bool = False,
    on_ready: Callable[[RunningSandbox], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; `on_ready` is told once where."""
    sandbox = Sandbox(api_key, api_secret, allow_remote=allow_remote)
    await serving_until_told(sandbox.serve(host, port), on_ready)
