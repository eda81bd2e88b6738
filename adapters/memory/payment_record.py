"""The record of payments in memory."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime

from adapters.memory.store import MemoryStore
from domain.order import Order, OrderStatus
from domain.payment import Payment, PaymentKey
from domain.recorded_payment import RecordedPayment
from ports.payment_record import RecordedPayments

_OPEN = frozenset({OrderStatus.PENDING, OrderStatus.AWAITING_DEPOSIT})
_PAGE = 100


class MemoryPaymentRecord:
    """A `PaymentRecord` over the orders in memory."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._faults = store.faults

    async def find_recorded(
        self, gateway: str, payment_ids: Sequence[str], /
    ) -> Mapping[str, RecordedPayment]:
        with self._faults.around("find_recorded"):
            found = {}
            for payment_id in payment_ids:
                key = PaymentKey(gateway=gateway, payment_id=payment_id)
                order = self._store.orders.get(self._store.bindings.get(key, ""))
                payment = None if order is None else order.payment(key)
                if order is not None and payment is not None:
                    settles = order.settled_by == key
                    found[payment_id] = RecordedPayment(payment=payment, settles=settles)
            return found

    async def paid_between(
        self, gateway: str, since: datetime, until: datetime, /
    ) -> AsyncIterator[RecordedPayments]:
        def was_paid_within(payment: Payment) -> bool:
            paid_at = payment.paid_at
            return payment.holds_money and paid_at is not None and since <= paid_at < until

        async for page in self._pages("paid_between", gateway, was_paid_within):
            yield page

    async def awaiting_deposit(self, gateway: str, /) -> AsyncIterator[RecordedPayments]:
        async for page in self._pages(
            "awaiting_deposit", gateway, lambda payment: payment.awaits_deposit
        ):
            yield page

    async def open_orders(
        self, since: datetime, until: datetime, /
    ) -> AsyncIterator[Sequence[str]]:
        with self._faults.around("open_orders"):
            found = sorted(
                (order.created_at, order.order_id)
                for order in self._store.orders.values()
                if _is_open(order) and since <= order.created_at < until
            )
        for start in range(0, len(found), _PAGE):
            yield [order_id for _, order_id in found[start : start + _PAGE]]

    async def oldest_open_order(self) -> datetime | None:
        with self._faults.around("oldest_open_order"):
            created = (each.created_at for each in self._store.orders.values() if _is_open(each))
            return min(created, default=None)

    async def known_orders(self, order_ids: Sequence[str], /) -> frozenset[str]:
        with self._faults.around("known_orders"):
            return frozenset(order_ids) & self._store.orders.keys()

    async def _pages(
        self, method: str, gateway: str, is_wanted: Callable[[Payment], bool]
    ) -> AsyncIterator[RecordedPayments]:
        with self._faults.around(method):
            found = [
                RecordedPayment(payment=payment, settles=order.settled_by == payment.key)
                for order in self._store.orders.values()
                for payment in order.payments
                if payment.key.gateway == gateway and is_wanted(payment)
            ]
        for start in range(0, len(found), _PAGE):
            yield RecordedPayments(payments=found[start : start + _PAGE])


def _is_open(order: Order) -> bool:
    return order.status in _OPEN
