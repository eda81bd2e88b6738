"""Runs the sandbox: inside a program's own loop, or alone until it is told to stop."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from sandbox.machinery.serving import serving, serving_until_told
from sandbox.stripe.app import build_app
from sandbox.stripe.world import World

DEFAULT_KEY: Final = "sk_sandbox"
DEFAULT_WEBHOOK_SECRET: Final = "whsec_sandbox"  # noqa: S105 - signs for nobody but the sandbox


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """Where a running sandbox can be reached, with what, and what it signs with."""

    base_url: str
    api_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)


class Sandbox:
    """A stand-in for Stripe whose memory lasts as long as this object."""

    def __init__(
        self,
        api_key: str = DEFAULT_KEY,
        webhook_secret: str = DEFAULT_WEBHOOK_SECRET,
        *,
        allow_remote: bool = False,
    ) -> None:
        """Prepare a sandbox; `allow_remote` lets it listen and call beyond this machine."""
        self._api_key = api_key
        self._webhook_secret = webhook_secret
        self._allow_remote = allow_remote
        self._world = World(
            api_key=api_key, webhook_secret=webhook_secret, allow_remote=allow_remote
        )

    @asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[RunningSandbox]:
        """Serve while the block runs; port 0 takes a free one.

        Raises ValueError for a host beyond this machine, unless remote ones are allowed,
        and OSError when the port is taken.
        """
        app = build_app(self._world)
        try:
            async with serving(app, host, port, allow_remote=self._allow_remote) as base_url:
                yield RunningSandbox(base_url, self._api_key, self._webhook_secret)
        finally:
            await self._world.outbox.close()


async def serve_forever(
    host: str = "127.0.0.1",
    port: int = 0,
    api_key: str = DEFAULT_KEY,
    webhook_secret: str = DEFAULT_WEBHOOK_SECRET,
    *,
    allow_remote: bool = False,
    on_ready: Callable[[RunningSandbox], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; `on_ready` is told once where."""
    sandbox = Sandbox(api_key, webhook_secret, allow_remote=allow_remote)
    await serving_until_told(sandbox.serve(host, port), on_ready)
