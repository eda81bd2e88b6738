"""Runs the sandbox: inside a program's own loop, or alone until it is told to stop."""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sandbox.machinery.stand_in import StandIn
from sandbox.portone_v1.app import build_app
from sandbox.portone_v1.world import World

DEFAULT_KEY: Final = "sandbox-key"
DEFAULT_SECRET: Final = "sandbox-secret"  # noqa: S105 - opens nothing but the sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSandbox:
    """Where a running sandbox can be reached, and with what."""

    base_url: str
    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)


class Sandbox(StandIn[RunningSandbox]):
    """A stand-in for PortOne V1 whose memory lasts as long as this object."""

    def __init__(
        self,
        api_key: str = DEFAULT_KEY,
        api_secret: str = DEFAULT_SECRET,
        *,
        allow_remote: bool = False,
    ) -> None:
        """Prepare a sandbox; `allow_remote` lets it listen and call beyond this machine."""
        world = World(api_key=api_key, api_secret=api_secret, allow_remote=allow_remote)

        def running_at(base_url: str) -> RunningSandbox:
            return RunningSandbox(base_url=base_url, api_key=api_key, api_secret=api_secret)

        super().__init__(
            partial(build_app, world), world.outbox, running_at, allow_remote=allow_remote
        )
