"""How an order goes on: the next version of one, as settling would write it."""

from dataclasses import replace
from typing import Any

from domain.history_chain import linked_on
from domain.order import Order
from domain.payment import Payment, PaymentStatus
from domain.rule_version import RULE_VERSION
from ports.order_repository import OrderRepository
from tests.support.factories import an_entry, evidence


def next_version(order: Order, *payments: Payment, **changes: Any) -> Order:
    """Make the order that follows, with one entry of history and these payments, newest last."""
    version = order.version + 1
    keys = {payment.key for payment in payments}
    entry = an_entry(
        version=version,
        evidence=evidence(f"answer {version}"),
        payment_status=payments[-1].status if payments else PaymentStatus.OPENED,
        rule_version=RULE_VERSION,
    )
    kept = (payment for payment in order.payments if payment.key not in keys)
    later = replace(order, version=version, payments=(*kept, *payments), **changes)
    return linked_on(later, entry)


async def stored(
    orders: OrderRepository, order: Order, *payments: Payment, **changes: Any
) -> Order:
    """Add the order and, if there are payments, save the version that has them."""
    assert await orders.add(order, [])
    if not payments and not changes:
        return order
    later = next_version(order, *payments, **changes)
    await orders.save(later, [])
    return later
