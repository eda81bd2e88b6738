"""Runs the sandbox: inside a program's own loop, or alone until it is told to stop."""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sandbox.machinery.stand_in import StandIn
from sandbox.toss.app import build_app
from sandbox.toss.world import World

DEFAULT_LIVE_KEY: Final = "live_sk_sandbox"
DEFAULT_TEST_KEY: Final = "test_sk_sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSandbox:
    """Where a running sandbox can be reached, and with what."""

    base_url: str
    live_key: str = field(repr=False)
    test_key: str = field(repr=False)


class Sandbox(StandIn[RunningSandbox]):
    """A stand-in for Toss Payments whose memory lasts as long as this object."""

    def __init__(
        self,
        live_key: str = DEFAULT_LIVE_KEY,
        test_key: str = DEFAULT_TEST_KEY,
        *,
        allow_remote: bool = False,
    ) -> None:
        """Prepare a sandbox; `allow_remote` lets it listen and call beyond this machine."""
        world = World(live_key=live_key, test_key=test_key, allow_remote=allow_remote)

        def running_at(base_url: str) -> RunningSandbox:
            return RunningSandbox(base_url=base_url, live_key=live_key, test_key=test_key)

        super().__init__(
            partial(build_app, world), world.outbox, running_at, allow_remote=allow_remote
        )
