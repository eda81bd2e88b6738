"""All payments of the merchant: found by either id, listed by status and time."""

from collections.abc import Callable, Sequence
from random import Random

from sandbox.machinery.control_fields import IllegalChange
from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.time_index import TimeIndex, key_of
from sandbox.portone_v1.opening import NewPayment, open_payment
from sandbox.portone_v1.payment import Payment
from sandbox.portone_v1.windows import ALL, DEFAULT_SORTING, KeptWindows, Window, moment_of


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
        self._windows = KeptWindows()
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

    def some(self, count: int, chance: Random) -> Sequence[Payment]:
        """Give so many payments picked by chance, or all if there are fewer."""
        return chance.sample(self._by_serial, min(count, len(self._by_serial)))

    def get(self, imp_uid: str) -> Payment | None:
        """Find a payment by the vendor's id."""
        return self._by_imp_uid.get(imp_uid)

    def attempts(
        self, merchant_uid: str, status: str | None = None, sorting: str = DEFAULT_SORTING
    ) -> Sequence[Payment]:
        """Give every attempt to pay one order, sorted as asked."""
        return sorted(
            (
                payment
                for payment in self._by_merchant_uid.get(merchant_uid, ())
                if status is None or payment.status == status
            ),
            key=lambda payment: moment_of(payment, sorting),
            reverse=sorting.startswith("-"),
        )

    def latest(self, status: str, most: int = 100) -> Sequence[Payment]:
        """Give the payments last opened that have that status, newest first, among the latest."""
        return [it for it in reversed(self._by_serial[-most:]) if it.status == status]

    def count(self, window: Window) -> int:
        """Count the payments of a window."""
        return len(self._rows(window))

    def rows(self, window: Window, start: int, stop: int) -> Sequence[Payment]:
        """Give some of a window's payments, sorted as it asks."""
        is_newest_first = window.sorting.startswith("-")
        serials = self._rows(window).cut(start, stop, newest_first=is_newest_first)
        return [self._by_serial[serial - 1] for serial in serials]

    def change(self, payment: Payment, change: Callable[[Payment], object]) -> None:
        """Change a payment and file it anew; if the change is refused, all stays as it was."""
        self._windows.discard(payment)
        key = key_of(payment.listing_time, payment.serial)
        for index in self._indexes_of(payment):
            index.discard(key)
        try:
            change(payment)
        finally:
            self._file(payment)

    def next_cancellation_id(self) -> str:
        """Make an id for one cancellation."""
        self._last_id += 1
        return f"{self._last_id:020d}"

    def _rows(self, window: Window) -> TimeIndex:
        kept = self._windows.get(window)
        if kept is not None:
            return kept
        index = self._indexes.get(window.status, TimeIndex())
        serials = index.serials(window.since, window.until)
        return self._windows.keep(window, (self._by_serial[serial - 1] for serial in serials))

    def _file(self, payment: Payment) -> None:
        key = key_of(payment.listing_time, payment.serial)
        for index in self._indexes_of(payment):
            index.add(key)
        self._windows.add(payment)

    def _indexes_of(self, payment: Payment) -> tuple[TimeIndex, TimeIndex]:
        return self._indexes[ALL], self._indexes.setdefault(payment.status, TimeIndex())

    def _free_imp_uid(self, serial: int) -> str:
        number = serial
        while (imp_uid := f"imp_{number:012d}") in self._by_imp_uid:
            number += 1
        return imp_uid
