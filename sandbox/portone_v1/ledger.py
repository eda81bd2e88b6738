"""All payments of the merchant: found by either id, listed by status and time."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sandbox.portone_v1.exact_json import JsonObject
from sandbox.portone_v1.opening import NewPayment, open_payment
from sandbox.portone_v1.payment import IllegalChange, Payment
from sandbox.portone_v1.time_index import TimeIndex, key_of, time_of

ALL: Final = "all"
DEFAULT_SORTING: Final = "-started"
SORTINGS: Final = frozenset({"started", "-started", "paid", "-paid", "updated", "-updated"})

# A sweep asks for page after page of the same window: the sorted window is kept between them.
_WINDOWS_KEPT = 4


@dataclass(frozen=True, slots=True)
class Window:
    """Which payments a listing asks for; both ends included."""

    status: str
    since: int
    until: int
    sorting: str = DEFAULT_SORTING


class Ledger:
    """Keeps the payments in memory; a change is shown by every look-up from then on."""

    def __init__(self) -> None:
        """Start without payments."""
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._by_serial: list[Payment] = []
        self._by_imp_uid: dict[str, Payment] = {}
        self._by_merchant_uid: dict[str, list[Payment]] = {}
        self._indexes: dict[str, TimeIndex] = {ALL: TimeIndex()}
        self._windows: OrderedDict[Window, Sequence[Payment]] = OrderedDict()
        self._last_id = 0
        # The amount that the shop announced for an order, before any payment of it.
        self.prepared: dict[str, JsonObject] = {}

    def __len__(self) -> int:
        """Count the payments."""
        return len(self._by_serial)

    def open(self, new: NewPayment, now: int) -> Payment:
        """Open a payment; raises IllegalChange when its imp_uid is taken."""
        if new.imp_uid in self._by_imp_uid:
            raise IllegalChange(f"imp_uid {new.imp_uid} exists already")
        serial = len(self._by_serial) + 1
        imp_uid = new.imp_uid or self._free_imp_uid(serial)
        payment = open_payment(new, serial=serial, imp_uid=imp_uid, now=now)
        self._by_serial.append(payment)
        self._by_imp_uid[imp_uid] = payment
        self._by_merchant_uid.setdefault(new.merchant_uid, []).append(payment)
        self._file(payment)
        return payment

    def get(self, imp_uid: str) -> Payment | None:
        """Find a payment by the vendor's id."""
        return self._by_imp_uid.get(imp_uid)

    def attempts(
        self, merchant_uid: str, status: str | None = None, sorting: str = DEFAULT_SORTING
    ) -> Sequence[Payment]:
        """Give every attempt to pay one order, sorted as asked."""
        found = self._by_merchant_uid.get(merchant_uid, [])
        return _sorted(
            [payment for payment in found if status is None or payment.status == status], sorting
        )

    def listing(self, window: Window) -> Sequence[Payment]:
        """Give all payments of a window, sorted as asked."""
        kept = self._windows.get(window)
        if kept is None:
            index = self._indexes.get(window.status)
            serials = index.serials(window.since, window.until) if index else ()
            kept = _sorted([self._by_serial[serial - 1] for serial in serials], window.sorting)
            self._windows[window] = kept
            if len(self._windows) > _WINDOWS_KEPT:
                self._windows.popitem(last=False)
        return kept

    def changed(self, payment: Payment) -> None:
        """File a payment anew after a change of its status or times."""
        self._forget_windows(payment)  # of the time it had
        self._indexes[ALL].discard(payment.index_key)
        self._indexes[payment.listed_as].discard(payment.index_key)
        self._file(payment)

    def next_cancellation_id(self) -> str:
        """Make an id for one cancellation."""
        self._last_id += 1
        return f"{self._last_id:020d}"

    def _file(self, payment: Payment) -> None:
        payment.index_key = key_of(payment.listing_time, payment.serial)
        payment.listed_as = payment.status
        self._indexes[ALL].add(payment.index_key)
        self._indexes.setdefault(payment.listed_as, TimeIndex()).add(payment.index_key)
        self._forget_windows(payment)

    def _forget_windows(self, payment: Payment) -> None:
        time = time_of(payment.index_key)
        stale = [
            window
            for window in self._windows
            if window.status in (ALL, payment.listed_as) and window.since <= time <= window.until
        ]
        for window in stale:
            del self._windows[window]

    def _free_imp_uid(self, serial: int) -> str:
        number = serial
        while (imp_uid := f"imp_{number:012d}") in self._by_imp_uid:
            number += 1
        return imp_uid


def _sorted(payments: list[Payment], sorting: str) -> Sequence[Payment]:
    field = sorting.removeprefix("-")

    def moment(payment: Payment) -> tuple[int, int]:
        if field == "updated":
            return payment.updated_at, payment.serial
        return payment.time(f"{field}_at"), payment.serial

    payments.sort(key=moment, reverse=sorting.startswith("-"))
    return payments
