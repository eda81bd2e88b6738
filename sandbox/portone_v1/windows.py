"""The windows that listings ask for, kept sorted while pages are turned and payments change."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sandbox.machinery.time_index import TimeIndex, key_of
from sandbox.portone_v1.payment import Payment

ALL: Final = "all"
DEFAULT_SORTING: Final = "-started"
_FIELDS: Final = {
    f"{sign}{word}": f"{word}_at" for sign in ("", "-") for word in ("started", "paid", "updated")
}
SORTINGS: Final = frozenset(_FIELDS)

# Building one takes seconds when it holds a million payments; a sweep turns the pages of one.
_KEPT = 4


@dataclass(frozen=True, slots=True)
class Window:
    """Which payments a listing asks for; both ends included."""

    status: str
    since: int
    until: int
    sorting: str = DEFAULT_SORTING

    def holds(self, payment: Payment) -> bool:
        """Tell whether a payment, as it stands, belongs to the listing."""
        is_status = self.status in (ALL, payment.status)
        return is_status and self.since <= payment.listing_time <= self.until


def moment_of(payment: Payment, sorting: str) -> int:
    """Give the key by which a sorting orders a payment, ascending."""
    field = _FIELDS[sorting]
    time = payment.updated_at if field == "updated_at" else payment.time(field)
    return key_of(time, payment.serial)


class KeptWindows:
    """The latest windows with their rows in order; a change moves one row in each."""

    def __init__(self) -> None:
        """Start with none."""
        self._windows: OrderedDict[Window, TimeIndex] = OrderedDict()

    def get(self, window: Window) -> TimeIndex | None:
        """Give a window's rows, if it has been asked for lately."""
        return self._windows.get(window)

    def keep(self, window: Window, payments: Iterable[Payment]) -> TimeIndex:
        """Sort a window's rows and keep them instead of the oldest window's."""
        rows = TimeIndex(moment_of(payment, window.sorting) for payment in payments)
        self._windows[window] = rows
        if len(self._windows) > _KEPT:
            self._windows.popitem(last=False)
        return rows

    def add(self, payment: Payment) -> None:
        """Show a payment in every window that it belongs to."""
        for window, rows in self._windows.items():
            if window.holds(payment):
                rows.add(moment_of(payment, window.sorting))

    def discard(self, payment: Payment) -> None:
        """Take a payment, before it changes, out of every window."""
        for window, rows in self._windows.items():
            if window.holds(payment):
                rows.discard(moment_of(payment, window.sorting))
