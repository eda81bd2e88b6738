"""Time, so that the core never looks at a clock itself."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time of day for the record, and a steady time for measuring."""

    @abstractmethod
    def now(self) -> datetime:
        """The present moment, aware, in UTC. May jump when the machine's clock is set."""

    @abstractmethod
    def monotonic_s(self) -> float:
        """Seconds since some fixed moment. Never goes back."""
