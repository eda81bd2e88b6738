"""A clock that stands still until it is told to move."""

from datetime import datetime, timedelta


class ManualClock:
    """A `Clock` for tests."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._monotonic_s = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic_s(self) -> float:
        return self._monotonic_s

    def advance(self, seconds: float) -> None:
        """Lets time pass, by both ways of telling it."""
        self._now += timedelta(seconds=seconds)
        self._monotonic_s += seconds

    def jump_to(self, now: datetime) -> None:
        """Sets the time of day, as an operator may do; the steady time does not notice."""
        self._now = now
