"""What the shared front door and control desk need of a vendor's world."""

from typing import Protocol

from sandbox.machinery.calls import CallLog
from sandbox.machinery.clock import Clock
from sandbox.machinery.fault_effects import Voice
from sandbox.machinery.faults import FaultPlan


class Stage(Protocol):
    """One vendor's side of things: its time, its troubles and what it was asked."""

    clock: Clock
    faults: FaultPlan
    calls: CallLog
    voice: Voice

    def stir(self, count: int) -> None:
        """Give so many payments news, as buyers and the console do while pages are turned."""

    async def reset(self) -> None:
        """Return to the beginning."""
