"""The day's allowance in memory."""

from datetime import date

from adapters.memory.store import MemoryStore
from domain.money import Money


class MemoryRefundAllowance:
    """A `RefundAllowance` as long as the process lives."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def take(self, refund_id: str, amount: Money, day: date, limit: Money, /) -> bool:
        with self._store.faults.around("take"):
            taken = self._store.allowances.setdefault((day, amount.currency_code), {})
            fits = sum(taken.values()) + amount.amount_minor <= limit.amount_minor
            if fits:
                taken.setdefault(refund_id, amount.amount_minor)
            return refund_id in taken
