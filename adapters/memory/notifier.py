"""Notices kept in memory, for tests to read."""

from adapters.memory.faults import Faults
from ports.notifier import Notice


class MemoryNotifier:
    """A `Notifier` that takes every notice, each time it comes, until it is told to fail."""

    def __init__(self) -> None:
        self.accepted: list[Notice] = []
        self.faults = Faults()

    async def send(self, notice: Notice, /) -> None:
        with self.faults.around("send"):
            self.accepted.append(notice)
