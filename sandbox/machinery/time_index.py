"""Payments in the order of a time, cheap to add to and to cut a window from."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

_SERIAL_BITS = 40
_SERIAL_MASK = (1 << _SERIAL_BITS) - 1

# Up to here single insertions are cheaper than sorting the whole list again.
_FEW = 64


def key_of(time: int, serial: int) -> int:
    """Pack time and serial into one int: it sorts by both and compares faster than a tuple."""
    return time << _SERIAL_BITS | serial


class TimeIndex:
    """A sorted list of keys whose changes are put off until somebody looks."""

    def __init__(self, keys: Iterable[int] = ()) -> None:
        """Start with these keys, in any order."""
        self._keys = sorted(keys)
        self._added: set[int] = set()
        self._gone: set[int] = set()

    def __len__(self) -> int:
        """Count the keys."""
        self._settle()
        return len(self._keys)

    def add(self, key: int) -> None:
        """Add a key that is not there."""
        if key in self._gone:
            self._gone.discard(key)
        elif not self._added and (not self._keys or key > self._keys[-1]):
            self._keys.append(key)
        else:
            self._added.add(key)

    def discard(self, key: int) -> None:
        """Remove a key that is there."""
        if key in self._added:
            self._added.discard(key)
        else:
            self._gone.add(key)

    def serials(self, since: int, until: int) -> Sequence[int]:
        """Give the serials whose time lies in the window, both ends included, oldest first."""
        self._settle()
        start = bisect_left(self._keys, key_of(since, 0))
        end = bisect_left(self._keys, key_of(until + 1, 0))
        return [key & _SERIAL_MASK for key in self._keys[start:end]]

    def cut(self, start: int, stop: int, *, newest_first: bool) -> Sequence[int]:
        """Give the serials from one position to another, counted from either end."""
        self._settle()
        if newest_first:
            last = max(len(self._keys) - start, 0)
            first = max(len(self._keys) - stop, 0)
            return [key & _SERIAL_MASK for key in reversed(self._keys[first:last])]
        return [key & _SERIAL_MASK for key in self._keys[start:stop]]

    def _settle(self) -> None:
        if len(self._gone) > _FEW:
            self._keys = [key for key in self._keys if key not in self._gone]
        else:
            for key in self._gone:
                del self._keys[bisect_left(self._keys, key)]
        self._gone.clear()
        if len(self._added) > _FEW:
            self._keys.extend(self._added)
            self._keys.sort()
        else:
            for key in self._added:
                insort(self._keys, key)
        self._added.clear()
