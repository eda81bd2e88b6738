"""The sandbox's own time, which can be moved forwards."""

import time


class Clock:
    """Follows the real time until it is advanced."""

    def __init__(self) -> None:
        """Start at the real time."""
        self._ahead_s = 0.0

    def now(self) -> int:
        """Give unix seconds, whole as the vendor's."""
        return int(time.time() + self._ahead_s)

    def advance(self, seconds: float) -> None:
        """Move forwards; what was due in between is due now."""
        self._ahead_s += seconds

    def reset(self) -> None:
        """Return to the real time."""
        self._ahead_s = 0.0
