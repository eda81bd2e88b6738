"""Runs the sandbox inside a program's own loop."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from sandbox.machinery.clock import Clock
from sandbox.machinery.faults import FaultPlan
from sandbox.machinery.serving import serving
from sandbox.solapi.app import World, build_app
from sandbox.solapi.outbox import TAKEN, Message, Outbox

DEFAULT_KEY: Final = "NCSSANDBOXKEY001"
DEFAULT_SECRET: Final = "sandbox-secret"  # noqa: S105 - opens nothing but the sandbox
DEFAULT_SENDER: Final = "0212345678"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSolapi:
    """Where a running sandbox can be reached, and with what."""

    base_url: str
    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    sender: str


class SolapiSandbox:
    """A stand-in for Solapi whose memory lasts as long as this object.

    `verdicts` maps a number to the status code that messages to it get, like "1060".
    """

    def __init__(
        self,
        api_key: str = DEFAULT_KEY,
        api_secret: str = DEFAULT_SECRET,
        *,
        senders: Iterable[str] = (DEFAULT_SENDER,),
        balance_won: int = 1_000_000,
    ) -> None:
        """Prepare an account; the first sender is the one that a running sandbox names."""
        self._api_key = api_key
        self._api_secret = api_secret
        self._senders = tuple(senders)
        self.outbox = Outbox(senders=set(self._senders), balance_won=balance_won)
        self._world = World(api_key, api_secret, self.outbox)

    @property
    def messages(self) -> list[Message]:
        """Give what was taken, oldest first; what was refused is only in `outbox`."""
        return [each for each in self.outbox.messages if each.status_code == TAKEN]

    @property
    def faults(self) -> FaultPlan:
        """Give the plan of what goes wrong."""
        return self._world.faults

    @property
    def calls(self) -> Counter[str]:
        """Count the vendor's calls by path, those that failed too."""
        by_endpoint = self._world.calls.by_endpoint.items()
        return Counter({endpoint.partition(" ")[2]: count for endpoint, count in by_endpoint})

    @property
    def clock(self) -> Clock:
        """Give its time, which can be moved forwards."""
        return self._world.clock

    @asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[RunningSolapi]:
        """Serve while the block runs; port 0 takes a free one.

        Raises ValueError for a host beyond this machine, and OSError when the port is taken.
        """
        async with serving(build_app(self._world), host, port) as base_url:
            yield RunningSolapi(
                base_url=base_url,
                api_key=self._api_key,
                api_secret=self._api_secret,
                sender=self._senders[0],
            )
