"""A payment too many: how much of it the shop holds without a claim to it."""

from domain.money import Money
from domain.order import Order
from domain.payment import Payment


def surplus_of(order: Order, payment: Payment) -> Money | None:
    """What giving back would cure, paid minus given back; None if the payment is not too many."""
    total, cancelled = payment.total, payment.cancelled
    if not payment.holds_money or order.settled_by in (None, payment.key):
        return None
    if not isinstance(total, Money) or not isinstance(cancelled, Money):
        return None
    return total if cancelled.amount_minor == 0 else total.minus(cancelled)
