"""The machine's clock."""

import time
from datetime import UTC, datetime


class SystemClock:
    """A `Clock` that reads the machine's."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()
