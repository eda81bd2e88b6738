"""How often a password may be tried: a few times for each address, and not without end for all."""

from collections import deque

from ports.clock import Clock

WINDOW_S = 300.0
MOST_FOR_ADDRESS = 5
MOST_FOR_ALL = 50
_MAX_ADDRESSES = 10_000


class LoginLimit:
    """Counts wrong passwords. Who is logged in is never kept out by it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of_all: deque[float] = deque()
        self._of: dict[str, deque[float]] = {}

    def wait_s(self, address: str) -> float:
        """How long that address has to wait; 0 if it may try now."""
        return max(
            self._wait(self._of_all, MOST_FOR_ALL),
            self._wait(self._of.get(address, deque()), MOST_FOR_ADDRESS),
        )

    def note_failure(self, address: str) -> None:
        """A wrong password came from there."""
        if len(self._of) >= _MAX_ADDRESSES:
            self._of = {known: each for known, each in self._of.items() if self._wait(each, 1)}
        now_s = self._clock.monotonic_s()
        for failures, most in (
            (self._of_all, MOST_FOR_ALL),
            (self._of.setdefault(address, deque()), MOST_FOR_ADDRESS),
        ):
            failures.append(now_s)
            while len(failures) > most:
                failures.popleft()

    def forget(self, address: str) -> None:
        """The right password came from there."""
        self._of.pop(address, None)

    def _wait(self, failures: deque[float], most: int) -> float:
        """Until the oldest of the last `most` failures is out of the window."""
        if len(failures) < most:
            return 0.0
        return max(0.0, failures[-most] + WINDOW_S - self._clock.monotonic_s())
