"""Settle what was seen on the way: a snapshot that somebody needed for a reason of their own."""

from datetime import datetime

from domain.order import Order, Trigger
from domain.payment import Payment
from domain.policy import Policy
from domain.settlement import settle
from ports.order_repository import OrderRepository


async def settle_seen(
    orders: OrderRepository,
    order: Order,
    payment: Payment,
    now: datetime,
    policy: Policy,
    trigger: Trigger,
) -> Order:
    """The order after a snapshot that was read after it; saved, if that changed anything.

    Raises `ConcurrentUpdate` if somebody else wrote since the order was read: then read again,
    and ask again.
    """
    decision = settle(order, payment, now, policy, trigger=trigger)
    if decision.order is not order:
        await orders.save(decision.order, decision.tasks)
    return decision.order
