"""The shop's orders and all that happened to them, on a durable store."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.order import Order
from domain.payment import PaymentKey
from domain.tasks import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableOrder:
    """A stored order that cannot be understood; `order_id` as it stands there, whatever it is.

    `field` tells a person where to look; "" if that cannot be told.
    """

    order_id: str
    field: str


class OrderRepository(Protocol):
    """Orders by id, written whole and atomically, never overwriting what was not read.

    Every method may raise `RepositoryUnavailable`; then a write may or may not have happened.
    A stored order that cannot be understood raises `RecordCorrupt`.
    """

    @abstractmethod
    async def find_by_id(self, order_id: str, /) -> Order | None:
        """The order as last written, with its payments, refunds and history, or None."""

    @abstractmethod
    async def add(self, order: Order, tasks: Sequence[Task], /) -> bool:
        """Stores a new order and adds its tasks, as one write; durable on return.

        False, and no change, if its id is taken. A task whose id exists is left as it is.
        """

    @abstractmethod
    async def save(self, order: Order, tasks: Sequence[Task], /) -> None:
        """Replaces the order of version `order.version - 1` and adds its tasks, as one write.

        But not the time of its registration, which never changes.

        All or nothing, and durable on return. Raises `ConcurrentUpdate` if the stored version is
        another one or the order is gone, and `PaymentBoundElsewhere` if one of its payments is
        bound to another order; then nothing has changed. A task whose id exists is left as it is.
        """

    @abstractmethod
    async def find_order_id_by_payment(self, key: PaymentKey, /) -> str | None:
        """The order that this payment is bound to, or None."""

    @abstractmethod
    async def find_awaiting_deposit(self, customer_id: str, /) -> Sequence[Order]:
        """The customer's orders with a payment that awaits its deposit; newest first, at most 100.

        The order's own status may be another one, for instance because another payment paid it.
        """

    @abstractmethod
    async def list_awaiting_approval(self, after_order_id: str, limit: int, /) -> Sequence[Order]:
        """Orders with a refund that awaits a person's approval, by order id (code points).

        At most `limit` above the one given; the last one's id begins the next page, and "" the
        first one. A page ends before an order that cannot be understood. At the front of one it
        raises `RecordCorrupt`, whose order id begins the next page.
        """

    @abstractmethod
    async def list_all(
        self, after_order_id: str, limit: int, /
    ) -> Sequence[Order | UnreadableOrder]:
        """All orders, by order id (code points), above the one given. At most `limit`.

        One that cannot be understood is told as such, in its place, and keeps no other back.
        """

    @abstractmethod
    async def estimate_count(self) -> int:
        """How many orders there are, or somewhat more: for telling how far a walk has come."""

    @abstractmethod
    async def ping(self) -> None:
        """Returns if the store can answer a query and take a write now."""
