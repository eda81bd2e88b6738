"""Orders in memory."""

from collections.abc import Sequence

from adapters.memory.store import MemoryStore
from domain.order import Order, OrderStatus
from domain.payment import PaymentKey
from domain.tasks import Task
from ports.errors import ConcurrentUpdate, PaymentBoundElsewhere
from ports.stored_task import StoredTask

_OPEN = frozenset({OrderStatus.PENDING, OrderStatus.AWAITING_DEPOSIT})
_MAX_AWAITING = 100


class MemoryOrderRepository:
    """An `OrderRepository` as long as the process lives."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._faults = store.faults

    async def find_by_id(self, order_id: str, /) -> Order | None:
        with self._faults.around("find_by_id"):
            return self._store.orders.get(order_id)

    async def add(self, order: Order, tasks: Sequence[Task], /) -> bool:
        with self._faults.around("add"):
            if order.order_id in self._store.orders:
                return False
            self._write(order)
            self._put_new(tasks)
            return True

    async def save(self, order: Order, tasks: Sequence[Task], /) -> None:
        with self._faults.around("save"):
            stored = self._store.orders.get(order.order_id)
            if stored is None or stored.version != order.version - 1:
                raise ConcurrentUpdate("versionChanged")
            self._write(order)
            self._put_new(tasks)

    async def find_order_id_by_payment(self, key: PaymentKey, /) -> str | None:
        with self._faults.around("find_order_id_by_payment"):
            return self._store.bindings.get(key)

    async def find_awaiting_deposit(self, customer_id: str, /) -> Sequence[Order]:
        with self._faults.around("find_awaiting_deposit"):
            found = [
                order
                for order in self._store.orders.values()
                if order.customer is not None
                and order.customer.customer_id == customer_id
                and any(payment.awaits_deposit for payment in order.payments)
            ]
            found.sort(key=lambda order: (order.created_at, order.order_id), reverse=True)
            return found[:_MAX_AWAITING]

    async def list_awaiting_approval(self, after_order_id: str, limit: int, /) -> Sequence[Order]:
        with self._faults.around("list_awaiting_approval"):
            found = [
                order
                for order in self._store.orders.values()
                if order.awaits_approval and order.order_id > after_order_id
            ]
            found.sort(key=lambda order: order.order_id)
            return found[:limit]

    async def list_all(self, after_order_id: str, limit: int, /) -> Sequence[Order]:
        with self._faults.around("list_all"):
            ids = sorted(order_id for order_id in self._store.orders if order_id > after_order_id)
            return [self._store.orders[order_id] for order_id in ids[:limit]]

    async def estimate_count(self) -> int:
        with self._faults.around("estimate_count"):
            return len(self._store.orders)

    async def ping(self) -> None:
        with self._faults.around("ping"):
            return

    def _put_new(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            self._store.tasks.setdefault(task.task_id, StoredTask.waiting(task))

    def _write(self, order: Order) -> None:
        """Stores the order and binds its payments, or changes nothing."""
        for payment in order.payments:
            if self._store.bindings.get(payment.key, order.order_id) != order.order_id:
                raise PaymentBoundElsewhere("paymentBoundElsewhere")
        self._store.orders[order.order_id] = order
        for payment in order.payments:
            self._store.bindings[payment.key] = order.order_id
