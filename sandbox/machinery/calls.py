"""Counts the calls of a vendor's API and remembers the latest, without anything secret."""

from collections import Counter, deque
from collections.abc import Collection
from typing import Any

RECENT = 1000


class CallLog:
    """What was called and what it was answered; bodies and headers are never kept."""

    def __init__(self, hidden: Collection[str] = ()) -> None:
        """Start with nothing; `hidden` names what a query may hold that nobody is to read."""
        self._hidden = frozenset(hidden)
        self.reset()

    def record(
        self,
        *,
        endpoint: str,
        method: str,
        path: str,
        query: list[tuple[str, str]],
        status: int | None,
    ) -> None:
        """Note one call; the status is None when it was left without a whole answer."""
        self.by_endpoint[endpoint] += 1
        shown = [[name, "***" if name in self._hidden else value] for name, value in query]
        self._recent.append({"method": method, "path": path, "query": shown, "status": status})

    def shown(self) -> dict[str, Any]:
        """Give the counts and the latest calls, oldest first."""
        return {
            "total": self.by_endpoint.total(),
            "by_endpoint": dict(self.by_endpoint),
            "recent": list(self._recent),
        }

    def reset(self) -> None:
        """Forget all calls."""
        self.by_endpoint: Counter[str] = Counter()
        self._recent: deque[dict[str, Any]] = deque(maxlen=RECENT)
