"""What every vendor's world is made of; a vendor adds what it holds."""

from abc import ABC, abstractmethod
from collections.abc import Collection

from sandbox.machinery.calls import CallLog
from sandbox.machinery.clock import Clock
from sandbox.machinery.fault_effects import Voice
from sandbox.machinery.faults import FaultPlan


class Stage(ABC):
    """One vendor's side of things: its time, its troubles and what it was asked."""

    def __init__(
        self, voice: Voice, *, doors: Collection[str] = (), hidden: Collection[str] = ()
    ) -> None:
        """Start at the real time; FaultPlan and CallLog say what `doors` and `hidden` are."""
        self.clock = Clock()
        self.faults = FaultPlan(doors=doors)
        self.calls = CallLog(hidden)
        self.voice = voice

    @abstractmethod
    def stir(self, count: int) -> None:
        """Give so many payments news, as buyers and the console do while pages are turned.

        What is not paid yet is paid, and of what is paid a little is given back. What cannot
        have news of that kind keeps still. Nobody is told.
        """

    async def reset(self) -> None:
        """Return to the beginning; a vendor adds what it holds."""
        self.clock.reset()
        self.faults.reset()
        self.calls.reset()
