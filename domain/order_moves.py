"""Where an order may go, and what its payments make of it."""

from dataclasses import replace

from domain.errors import IllegalTransition
from domain.order import Order, OrderStatus
from domain.payment import Payment, PaymentKey, PaymentStatus

# From each status, where an order may go. It leaves `paid` only by refunds; it comes back from a
# refund only because a second payment of the same order still holds the money.
ORDER_MOVES: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PENDING: frozenset(OrderStatus) - {OrderStatus.PENDING},
    OrderStatus.AWAITING_DEPOSIT: frozenset(OrderStatus) - {OrderStatus.AWAITING_DEPOSIT},
    OrderStatus.PAID: frozenset({OrderStatus.PARTIALLY_REFUNDED, OrderStatus.REFUNDED}),
    OrderStatus.PARTIALLY_REFUNDED: frozenset({OrderStatus.PAID, OrderStatus.REFUNDED}),
    OrderStatus.REFUNDED: frozenset({OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED}),
    OrderStatus.EXPIRED: frozenset(OrderStatus) - {OrderStatus.EXPIRED},
}

# A partial refund must not be hidden by a second payment, so it outranks `paid`; a full refund
# must not hide that a second payment still holds the money, so it does not.
_STRONGEST_FIRST = (
    (PaymentStatus.PARTIALLY_CANCELLED, OrderStatus.PARTIALLY_REFUNDED),
    (PaymentStatus.PAID, OrderStatus.PAID),
    (PaymentStatus.CANCELLED, OrderStatus.REFUNDED),
    (PaymentStatus.AWAITING_DEPOSIT, OrderStatus.AWAITING_DEPOSIT),
)


def status_of(payments: tuple[Payment, ...]) -> OrderStatus:
    """The status that follows from a set of payments, whatever order they came in."""
    statuses = {payment.status for payment in payments if not payment.lapsed}
    for payment_status, order_status in _STRONGEST_FIRST:
        if payment_status in statuses:
            return order_status
    has_lapsed = any(payment.lapsed for payment in payments)
    return OrderStatus.EXPIRED if has_lapsed else OrderStatus.PENDING


def check_move(current: OrderStatus, wanted: OrderStatus) -> None:
    """Refuses a move that the table does not have; staying is always allowed."""
    if wanted is not current and wanted not in ORDER_MOVES[current]:
        raise IllegalTransition(current, wanted)


def with_payment(order: Order, payment: Payment) -> Order:
    """The order with this snapshot in place of the one before it, and all that follows from it."""
    payments = _put(order.payments, payment)
    return replace(
        order,
        payments=payments,
        status=_status_after(order, payments),
        settled_by=_settler(order.settled_by, payments),
    )


def _put(payments: tuple[Payment, ...], payment: Payment) -> tuple[Payment, ...]:
    if any(known.key == payment.key for known in payments):
        return tuple(payment if known.key == payment.key else known for known in payments)
    return (*payments, payment)


def _status_after(order: Order, payments: tuple[Payment, ...]) -> OrderStatus:
    status = status_of(payments)
    check_move(order.status, status)
    return status


def _settler(current: PaymentKey | None, payments: tuple[Payment, ...]) -> PaymentKey | None:
    """The payment the order counts as its own: kept while it holds money, else the next one."""
    holding = [payment.key for payment in payments if payment.holds_money]
    return current if current in holding else next(iter(holding), None)
