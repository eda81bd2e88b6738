"""All payments of the store: found by id, listed by when they were made or changed."""

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Final

from sandbox.machinery.control_fields import IllegalChange
from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.time_index import TimeIndex, key_of
from sandbox.portone_v2 import words
from sandbox.portone_v2.opening import NewPayment, open_payment, try_again
from sandbox.portone_v2.payment import CLOSED, Payment

CREATED: Final = "CREATED_AT"
CHANGED: Final = "STATUS_CHANGED_AT"


class Ledger:
    """Keeps the payments in memory; a change is shown by every look-up from then on."""

    def __init__(self, store_id: str) -> None:
        """Start without payments."""
        self._store_id = store_id
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._by_serial: dict[int, Payment] = {}
        self._by_id: dict[str, Payment] = {}
        self._indexes = {CREATED: TimeIndex(), CHANGED: TimeIndex()}
        self._last_id = 0
        self._last_serial = 0
        # The amount that the shop announced for a payment, before any attempt of it.
        self.registered: dict[str, JsonObject] = {}

    def open(self, new: NewPayment, now: int) -> Payment:
        """Open a payment, or another attempt of one that was not paid yet."""
        self._last_serial += 1
        serial = self._last_serial
        known = None if new.payment_id is None else self._by_id.get(new.payment_id)
        if known is None:
            payment_id = new.payment_id or f"payment-{serial:07d}"
            payment = open_payment(
                new, serial=serial, payment_id=payment_id, store_id=self._store_id, now=now
            )
            self._by_id[payment_id] = payment
            self._file(payment)
            return payment
        if known.status in CLOSED | {words.ISSUED, words.PAY_PENDING}:
            raise IllegalChange(f"a payment that is {known.status} cannot be tried again")
        self._take_out(known)
        try_again(known, new, serial=serial, store_id=self._store_id, now=now)
        self._file(known)
        return known

    def some(self, count: int, chance: Random) -> Sequence[Payment]:
        """Give so many payments picked by chance, or all if there are fewer."""
        return chance.sample(list(self._by_id.values()), min(count, len(self._by_id)))

    def latest(self, status: str, most: int = 100) -> Sequence[Payment]:
        """Give the payments last tried that have that status, newest first, among the latest."""
        serials = range(self._last_serial, max(0, self._last_serial - most), -1)
        tried = [(serial, self._by_serial[serial]) for serial in serials]
        return [it for serial, it in tried if it.serial == serial and it.status == status]

    def get(self, payment_id: str) -> Payment | None:
        """Find a payment by the shop's id."""
        return self._by_id.get(payment_id)

    def between(self, moment: str, since: int, until: int) -> Iterable[Payment]:
        """List the payments of a time, both ends included, oldest first."""
        for serial in self._indexes[moment].serials(since, until):
            yield self._by_serial[serial]

    def change(self, payment: Payment, change: Callable[[Payment], object]) -> None:
        """Change a payment and file it anew; if the change is refused, all stays as it was."""
        self._take_out(payment)
        try:
            change(payment)
        finally:
            self._file(payment)

    def next_cancellation_id(self) -> str:
        """Make an id for one cancellation."""
        self._last_id += 1
        return f"cancellation-{self._last_id:012d}"

    def _file(self, payment: Payment) -> None:
        self._by_serial[payment.serial] = payment
        self._indexes[CREATED].add(key_of(payment.requested_at, payment.serial))
        self._indexes[CHANGED].add(key_of(payment.status_changed_at, payment.serial))

    def _take_out(self, payment: Payment) -> None:
        self._indexes[CREATED].discard(key_of(payment.requested_at, payment.serial))
        self._indexes[CHANGED].discard(key_of(payment.status_changed_at, payment.serial))
