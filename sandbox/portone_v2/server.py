"""Runs the sandbox: inside a program's own loop, or alone until it is told to stop."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sandbox.machinery.stand_in import StandIn
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


class Sandbox(StandIn[RunningSandbox]):
    """A stand-in for PortOne V2 whose memory lasts as long as this object."""

    def __init__(
        self,
        api_secret: str = DEFAULT_SECRET,
        store_id: str = DEFAULT_STORE,
        webhook_secrets: Sequence[str] = (DEFAULT_WEBHOOK_SECRET,),
        *,
        allow_remote: bool = False,
    ) -> None:
        """Prepare a sandbox; `allow_remote` lets it listen and call beyond this machine."""
        world = World(
            api_secret=api_secret,
            store_id=store_id,
            webhook_secrets=webhook_secrets,
            allow_remote=allow_remote,
        )

        def running_at(base_url: str) -> RunningSandbox:
            return RunningSandbox(
                base_url=base_url,
                api_secret=api_secret,
                store_id=store_id,
                webhook_secrets=tuple(webhook_secrets),
            )

        super().__init__(
            partial(build_app, world), world.outbox, running_at, allow_remote=allow_remote
        )
