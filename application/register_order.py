"""Register an order: the shop's own word on what is sold and for how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.customer import Customer
from domain.history_chain import begun
from domain.money import Money
from domain.order import Order
from domain.tasks import Task, recheck, register_amount
from ports.clock import Clock
from ports.errors import ConcurrentUpdate
from ports.order_repository import OrderRepository
from ports.stray_payments import StrayPayments
from ports.task_queue import TaskQueue
from ports.token_source import TokenSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """What the shop's backend sends."""

    order_id: str
    amount: Money
    name: str | None = None
    customer: Customer | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The order as stored; `created` is False if the same sale was registered before."""

    order: Order
    created: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderConflict:
    """The id is taken by another sale; nothing was changed."""


class RegisterOrder:
    """Stores a sale once; the same sale again gives the same answer.

    The amount is then registered at the gateway `register_at`, if one is named.
    """

    def __init__(
        self,
        orders: OrderRepository,
        tasks: TaskQueue,
        strays: StrayPayments,
        tokens: TokenSource,
        clock: Clock,
        *,
        register_at: str | None = None,
    ) -> None:
        self._orders = orders
        self._tasks = tasks
        self._strays = strays
        self._tokens = tokens
        self._clock = clock
        self._register_at = register_at

    async def __call__(self, sale: Sale, /) -> Registered | OrderConflict:
        """Raises `InvalidValue` for a sale that cannot be."""
        order = begun(
            Order(
                order_id=sale.order_id,
                amount=sale.amount,
                client_token=self._tokens.new_token(),
                created_at=self._clock.now(),
                name=sale.name,
                customer=sale.customer,
                expires_at=sale.expires_at,
            )
        )
        if await self._orders.add(order, self._born_with(order)):
            await self._look_at_strays(order)
            return Registered(order=order, created=True)
        stored = await self._orders.find_by_id(order.order_id)
        if stored is None:
            raise ConcurrentUpdate("order-vanished")
        if not stored.is_same_sale_as(order):
            return OrderConflict()
        # The first try may have ended just after it stored the order.
        await self._look_at_strays(stored)
        return Registered(order=stored, created=False)

    def _born_with(self, order: Order) -> Sequence[Task]:
        if self._register_at is None:
            return ()
        return (register_amount(order.order_id, self._register_at, order.created_at),)

    async def _look_at_strays(self, order: Order) -> None:
        """Payments that came before their order was registered are settled now."""
        for key in await self._strays.find_by_order(order.order_id):
            await self._tasks.put(recheck(order.order_id, key, order.created_at))
