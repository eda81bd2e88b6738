"""What all worlds have in common whose other side is a sandbox."""

from datetime import datetime

from sandbox.machinery.control_client import ControlClient
from tests.contract.gateways.world import GatewayWorld, ShiftedClock


class SandboxedWorld(GatewayWorld):
    """A world whose time passes at both sides of the socket at once."""

    def __init__(self, sandbox_clock: ControlClient) -> None:
        self._sandbox_clock = sandbox_clock
        self._clock = ShiftedClock()

    def now(self) -> datetime:
        return self._clock.now()

    async def wait(self, seconds: int) -> None:
        await self._sandbox_clock.advance_clock(seconds)
        self._clock.advance(seconds)
