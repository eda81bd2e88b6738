"""What all worlds have in common whose other side is a sandbox."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from adapters.outbound.client import build_client
from adapters.outbound.http_client import HttpClient
from sandbox.machinery.control_client import ControlClient
from sandbox.machinery.stand_in import StandIn
from tests.contract.gateways.world import GatewayWorld, ShiftedClock, Window


class Reachable(Protocol):
    """A sandbox that runs; each vendor's tells its credentials besides."""

    @property
    def base_url(self) -> str: ...


_Control = TypeVar("_Control", bound=ControlClient)
_Running = TypeVar("_Running", bound=Reachable)


class SandboxedWorld(GatewayWorld, Generic[_Control]):
    """A world whose time passes, and whose line fails, at the other side of a socket."""

    # Where the vendor is asked about payments; elsewhere it only lets us in.
    asked_at: str = "/"

    def __init__(self, control: _Control) -> None:
        self._control = control
        self._clock = ShiftedClock()

    def now(self) -> datetime:
        return self._clock.now()

    async def wait(self, seconds: int) -> None:
        await self._control.advance_clock(seconds)
        self._clock.advance(seconds)

    async def cut(self) -> None:
        await self._control.fault("hang", times=None)

    async def refuse(self) -> None:
        await self._control.fault("expired_token", path=self.asked_at, times=None)

    async def babble(self) -> None:
        await self._control.fault("not_json_object", path=self.asked_at, times=None)

    async def halve_a_character(self) -> None:
        await self._control.fault("half_character", times=None)

    async def expire(self) -> None:
        pass  # a key does not run out

    async def lose_reply(self) -> None:
        await self._control.fault("lost_answer", method="POST", path=self.asked_at)

    async def lose_request(self) -> None:
        await self._control.fault("drop", method="POST", path=self.asked_at)

    async def questions(self) -> int:
        return int((await self._control.calls())["total"])


def overrides_of(asked: Window) -> dict[str, Any]:
    """What the sandbox is to say otherwise, for a window that is spoilt."""
    return {"currency": None} if asked.is_spoilt else {}


@asynccontextmanager
async def played_at(
    sandbox: StandIn[_Running],
    open_control: Callable[[str], _Control],
    build_world: Callable[[HttpClient, _Running, _Control], GatewayWorld],
) -> AsyncIterator[GatewayWorld]:
    """Serve a sandbox and give the world around it."""
    async with (
        sandbox.serve() as running,
        open_control(running.base_url) as control,
        build_client() as client,
    ):
        yield build_world(client, running, control)
