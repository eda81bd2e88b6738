"""What all worlds have in common whose other side is a sandbox."""

from datetime import datetime

from sandbox.machinery.control_client import ControlClient
from tests.contract.gateways.world import GatewayWorld, ShiftedClock


class SandboxedWorld(GatewayWorld):
    """A world whose time passes at both sides of the socket at once."""

    def __init__(self, sandbox: ControlClient) -> None:
        self._sandbox = sandbox
        self._clock = ShiftedClock()

    async def halve_a_character(self) -> None:
        await self._sandbox.fault("half_character", times=None)

    def now(self) -> datetime:
        return self._clock.now()

    async def wait(self, seconds: int) -> None:
        await self._sandbox.advance_clock(seconds)
        self._clock.advance(seconds)
