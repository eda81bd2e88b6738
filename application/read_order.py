"""Read orders: what stands in the record, for the shop's backend and the operator."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.customer import MAX_CUSTOMER_ID_LENGTH
from domain.identifiers import check_order_id, check_text
from domain.order import Order, OrderStatus
from domain.payment import Payment
from ports.clock import Clock
from ports.order_repository import OrderRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingAccount:
    """A payment that awaits its deposit, and its order."""

    order: Order
    payment: Payment


class ReadOrder:
    """Looks, and changes nothing."""

    def __init__(self, orders: OrderRepository, clock: Clock) -> None:
        self._orders = orders
        self._clock = clock

    async def by_id(self, order_id: str, /) -> Order | None:
        """The order, or None. Raises `InvalidValue` for an id that no order can have."""
        check_order_id(order_id)
        return await self._orders.find_by_id(order_id)

    def status_now(self, order: Order) -> OrderStatus:
        """The status to show: an unpaid order past its time shows as expired."""
        return order.status.shown_at(self._clock.now(), order.expires_at)

    async def waiting_accounts(self, customer_id: str, /) -> Sequence[WaitingAccount]:
        """The customer's virtual accounts that wait for a deposit, newest order first."""
        check_text("customer_id", customer_id, MAX_CUSTOMER_ID_LENGTH)
        return [
            WaitingAccount(order=order, payment=payment)
            for order in await self._orders.find_awaiting_deposit(customer_id)
            for payment in order.payments
            if payment.awaits_deposit
        ]
