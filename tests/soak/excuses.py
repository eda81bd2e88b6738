"""Why an event may come once more under its own id: what somebody saw, and nothing guessed."""

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

# What a worker says of a task that will be done once more, though the shop may have it already.
_SAID: Final = re.compile(
    r"(tellShop/[^\s\"]+) (not concluded|was lent again before it ended|will be tried again)"
)
EVENTS: Final = "tellShop"


class Excuses:
    """Counts the reasons, event by event. Each excuses one delivery more."""

    def __init__(self) -> None:
        self._reasons: Counter[str] = Counter()

    def reply_was_lost(self, event_id: str) -> None:
        """The shop said yes, and the line was cut."""
        self._reasons[event_id] += 1

    def were_lent(self, task_ids: Iterable[str]) -> None:
        """A worker that was killed still held these: nobody knows how far it had come."""
        self._reasons.update(event_id(task_id) for task_id in task_ids)

    def was_said(self, line: str) -> None:
        """A line of a worker's own log: no yes came to it, or its lease was over, measured."""
        said = _SAID.search(line)
        if said is not None:
            self._reasons[event_id(said[1])] += 1

    def __getitem__(self, event: str) -> int:
        return self._reasons[event]


def event_id(task_id: str) -> str:
    """The id that the shop knows it by: made of the id of its task alone."""
    return f"evt_{sha256(task_id.encode()).hexdigest()[:32]}"
