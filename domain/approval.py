"""May the gateway take the money of this payment? Asked of a payment that waits for our word."""

from datetime import datetime

from domain.order import Order, OrderStatus
from domain.outcome import Forged
from domain.payment import Payment
from domain.policy import Policy
from domain.verification import verify

_UNPAID = frozenset({OrderStatus.PENDING, OrderStatus.AWAITING_DEPOSIT})


def may_approve(order: Order, payment: Payment, now: datetime, policy: Policy) -> bool:
    """Whether it does: every bound field agrees, and nothing else has paid the order. Pure.

    Money that is not taken costs the buyer another try; wrongly taken, it has to go back. So what
    is not told, like the mode, and an order whose time is over say no.
    """
    return (
        payment.awaits_approval
        and policy.allows(payment.mode)
        and not isinstance(verify(order, payment, policy), Forged)
        and order.status in _UNPAID
        and not order.is_overdue(now)
        and not any(each.holds_money for each in order.payments)
    )
