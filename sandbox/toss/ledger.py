"""All payments of the merchant, and the list of transactions that they made."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import islice
from random import Random
from typing import Any

from sandbox.machinery.exact_json import JsonObject
from sandbox.toss import words
from sandbox.toss.payment import Payment, iso


class Ledger:
    """Keeps the payments in memory; rows come in the order of their time and never change."""

    def __init__(self) -> None:
        """Start without payments."""
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._by_key: dict[str, Payment] = {}
        self._by_order: dict[str, list[Payment]] = {}
        # For the live and for the test world.
        self._rows: dict[bool, list[JsonObject]] = {True: [], False: []}
        self._times: dict[bool, list[int]] = {True: [], False: []}
        self._positions: dict[str, int] = {}
        self._last_transaction = 0

    def add(self, own: JsonObject, *, method: str, is_live: bool, now: int) -> Payment:
        """Open a payment's window."""
        serial = len(self._by_key) + 1
        payment = Payment(serial=serial, own=own, method=method, is_live=is_live)
        payment.opened_at = now
        payment.own |= {
            "paymentKey": payment.key,
            "requestedAt": iso(now),
            "secret": f"ps_sandbox{serial:08d}",
            "checkout": {"url": f"https://example.com/checkout/{serial}"},
        }
        self._by_key[payment.key] = payment
        self._by_order.setdefault(str(own["orderId"]), []).append(payment)
        return payment

    def latest(self, status: str, now: int, most: int = 100) -> Sequence[Payment]:
        """Give the payments last opened that have that status, newest first, among the latest."""
        found = islice(reversed(self._by_key.values()), most)
        return [it for it in found if self.get(it.key, now) and it.status == status]

    def get(self, payment_key: str, now: int) -> Payment | None:
        """Find a payment by the vendor's key, as it is now."""
        payment = self._by_key.get(payment_key)
        if payment is not None:
            payment.age(now)
        return payment

    def of_order(self, order_id: str, now: int, *, is_live: bool) -> Payment | None:
        """Give the order's payment: the latest that took money, or else the latest."""
        attempts = [
            payment for payment in self._by_order.get(order_id, ()) if payment.is_live is is_live
        ]
        for payment in attempts:
            payment.age(now)
        paid = [payment for payment in attempts if payment.status in words.TOOK_MONEY]
        return next(reversed(paid or attempts), None)

    def some(self, count: int, chance: Random) -> Sequence[Payment]:
        """Give so many payments picked by chance, or all if there are fewer."""
        everyone = list(self._by_key.values())
        return chance.sample(everyone, min(count, len(everyone)))

    def next_transaction_key(self) -> str:
        """Make a key for one transaction."""
        self._last_transaction += 1
        return f"txrd_{self._last_transaction:026d}"

    def write_down(self, payment: Payment, amount: Any, now: int) -> None:
        """Add the row of a change that has just happened."""
        rows = self._rows[payment.is_live]
        key = str(payment.get("lastTransactionKey"))
        self._positions[key] = len(rows)
        self._times[payment.is_live].append(now)
        rows.append(
            {
                "mId": payment.get("mId"),
                "transactionKey": key,
                "paymentKey": payment.key,
                "orderId": payment.get("orderId"),
                "method": words.METHODS[payment.method][0],
                "customerKey": None,
                "useEscrow": False,
                "receiptUrl": None,
                "status": payment.status,
                "transactionAt": iso(now),
                "currency": payment.get("currency"),
                "amount": amount,
            }
        )

    def rows_of(self, payment: Payment) -> Sequence[JsonObject]:
        """Give the rows of one payment, oldest first."""
        rows = self._rows[payment.is_live]
        return [row for row in rows if row["paymentKey"] == payment.key]

    def rows(
        self, since: int, until: int, after: str | None, limit: int, *, is_live: bool
    ) -> Sequence[JsonObject] | None:
        """Give rows of these seconds, both included; None if there is no row to begin after."""
        times = self._times[is_live]
        start, stop = bisect_left(times, since), bisect_right(times, until)
        if after is not None:
            position = self._positions.get(after)
            if position is None:
                return None
            start = max(start, position + 1)
        return self._rows[is_live][start : min(stop, start + limit)]
