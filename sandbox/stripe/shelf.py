"""Objects in the order they were made, cut into pages behind or before one of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Generic[Item]):
    """Which part of a shelf is asked for: times with both ends included, newest first."""

    limit: int
    since: int = 0
    until: int = 10**11
    after: str | None = None
    before: str | None = None
    holds: Callable[[Item], bool] = field(default=lambda _: True)


class Shelf(Generic[Item]):
    """Keeps what is made in order of time, which only goes forwards."""

    def __init__(self) -> None:
        """Start empty."""
        self._items: list[Item] = []
        self._times: list[int] = []
        self._places: dict[str, int] = {}

    def __len__(self) -> int:
        """Count the items."""
        return len(self._items)

    def __contains__(self, its_id: object) -> bool:
        """Tell whether there is one of that id."""
        return its_id in self._places

    def add(self, its_id: str, created: int, item: Item) -> None:
        """Put a new one behind all others."""
        self._places[its_id] = len(self._items)
        self._items.append(item)
        self._times.append(max(created, self._times[-1]) if self._times else created)

    def get(self, its_id: str) -> Item | None:
        """Find one by its id."""
        place = self._places.get(its_id)
        return None if place is None else self._items[place]

    def all(self) -> list[Item]:
        """Give all, oldest first."""
        return self._items

    def page(self, cut: Cut[Item]) -> tuple[list[Item], bool]:
        """Give a page, newest first, and whether there are more behind it (or before it)."""
        low = bisect_left(self._times, cut.since)
        high = bisect_right(self._times, cut.until)
        if cut.after is not None:
            high = min(high, self._places[cut.after])
        if cut.before is not None:
            low = max(low, self._places[cut.before] + 1)
        places = range(low, high) if cut.before is not None else range(high - 1, low - 1, -1)
        found: list[Item] = []
        for place in places:
            if cut.holds(self._items[place]):
                found.append(self._items[place])
            if len(found) > cut.limit:
                break
        page = found[: cut.limit]
        return page[::-1] if cut.before is not None else page, len(found) > cut.limit
