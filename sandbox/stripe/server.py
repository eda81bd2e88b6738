"""Runs the sandbox: inside a program's own loop, or alone until it is told to stop."""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sandbox.machinery.stand_in import StandIn
from sandbox.stripe.app import build_app
from sandbox.stripe.world import World

DEFAULT_KEY: Final = "sk_sandbox"
DEFAULT_WEBHOOK_SECRET: Final = "whsec_sandbox"  # noqa: S105 - signs for nobody but the sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSandbox:
    """Where a running sandbox can be reached, and with what."""

    base_url: str
    api_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)


class Sandbox(StandIn[RunningSandbox]):
    """A stand-in for Stripe whose memory lasts as long as this object."""

    def __init__(
        self,
        api_key: str = DEFAULT_KEY,
        webhook_secret: str = DEFAULT_WEBHOOK_SECRET,
        *,
        allow_remote: bool = False,
    ) -> None:
        """Prepare a sandbox; `allow_remote` lets it listen and call beyond this machine."""
        world = World(api_key=api_key, webhook_secret=webhook_secret, allow_remote=allow_remote)

        def running_at(base_url: str) -> RunningSandbox:
            return RunningSandbox(base_url=base_url, api_key=api_key, webhook_secret=webhook_secret)

        super().__init__(
            partial(build_app, world), world.outbox, running_at, allow_remote=allow_remote
        )
