"""Stray payments in memory."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.memory.store import MemoryStore
from domain.payment import Payment, PaymentKey
from domain.tasks import AlertReason
from ports.stray_payments import StrayPayment

_MAX_OF_ORDER = 100
_PAGE = 100


class MemoryStrayPayments:
    """`StrayPayments` as long as the process lives."""

    def __init__(self, store: MemoryStore) -> None:
        self._strays = store.strays
        self._faults = store.faults

    async def keep(self, payment: Payment, reason: AlertReason, now: datetime, /) -> StrayPayment:
        with self._faults.around("keep"):
            kept = self._strays.get(payment.key)
            stray = StrayPayment(
                payment=payment,
                reason=reason,
                found_at=kept.found_at if kept else now,
                told=kept.told and kept.reason is reason if kept else False,
            )
            self._strays[payment.key] = stray
            return stray

    async def mark_told(self, key: PaymentKey, /) -> None:
        with self._faults.around("mark_told"):
            if key in self._strays:
                self._strays[key] = replace(self._strays[key], told=True)

    async def drop(self, key: PaymentKey, /) -> bool:
        with self._faults.around("drop"):
            return self._strays.pop(key, None) is not None

    async def walk(self) -> AsyncIterator[Sequence[StrayPayment]]:
        with self._faults.around("walk"):
            strays = list(self._strays.values())
        for start in range(0, len(strays), _PAGE):
            yield strays[start : start + _PAGE]

    async def find_by_order(self, order_id: str, /) -> Sequence[PaymentKey]:
        with self._faults.around("find_by_order"):
            keys = [key for key, each in self._strays.items() if each.payment.order_id == order_id]
            return sorted(keys, key=str)[:_MAX_OF_ORDER]
