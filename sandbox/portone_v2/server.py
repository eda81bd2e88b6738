"""Runs the sandbox inside a program's own loop."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from sandbox.machinery.serving import serving
from sandbox.portone_v2.app import build_app
from sandbox.portone_v2.world import World

DEFAULT_SECRET: Final = "sandbox-secret"  # noqa: S105 - opens nothing but the sandbox
DEFAULT_STORE: Final = "store-00000000-0000-0000-0000-000000000000"
DEFAULT_WEBHOOK_SECRET: Final = "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC0wMDAwMDAwMA=="  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSandbox:
    """Where a running sandbox can be reached, and with what."""

    base_url: str
    api_secret: str = field(repr=False)
    store_id: str
    webhook_secrets: Sequence[str] = field(repr=False)


class Sandbox:
    """A stand-in for PortOne V2 whose memory lasts as long as this object."""

    def __init__(
        self,
        api_secret: str = DEFAULT_SECRET,
        *,
        store_id: str = DEFAULT_STORE,
        webhook_secrets: Sequence[str] = (DEFAULT_WEBHOOK_SECRET,),
        allow_remote: bool = False,
    ) -> None:
        """Prepare a sandbox; `allow_remote` lets it listen and call beyond this machine."""
        self._api_secret = api_secret
        self._store_id = store_id
        self._webhook_secrets = tuple(webhook_secrets)
        self._allow_remote = allow_remote
        self._world = World(
            api_secret=api_secret,
            store_id=store_id,
            webhook_secrets=webhook_secrets,
            allow_remote=allow_remote,
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
                yield RunningSandbox(
                    base_url=base_url,
                    api_secret=self._api_secret,
                    store_id=self._store_id,
                    webhook_secrets=self._webhook_secrets,
                )
        finally:
            await self._world.outbox.close()
