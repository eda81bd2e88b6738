"""Where an order may go, and what its payments make of it."""

from domain.errors import IllegalTransition
from domain.order import OrderStatus
from domain.payment import Payment, PaymentStatus

# From each status, where an order may go. It leaves `paid` only by refunds; it comes back from a
# refund only because a second payment of the same order still holds the money.
ORDER_MOVES: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PENDING: frozenset(OrderStatus) - {OrderStatus.PENDING},
    OrderStatus.AWAITING_DEPOSIT: frozenset(OrderStatus) - {OrderStatus.AWAITING_DEPOSIT},
    OrderStatus.PAID: frozenset({OrderStatus.PARTIALLY_REFUNDED, OrderStatus.REFUNDED}),
    OrderStatus.PARTIALLY_REFUNDED: frozenset({OrderStatus.PAID, OrderStatus.REFUNDED}),
    OrderStatus.REFUNDED: frozenset({OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED}),
    OrderStatus.EXPIRED: frozenset(OrderStatus) - {OrderStatus.EXPIRED, OrderStatus.PENDING},
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
    statuses = {payment.status for payment in payments}
    for payment_status, order_status in _STRONGEST_FIRST:
        if payment_status in statuses:
            return order_status
    return OrderStatus.PENDING


def check_move(current: OrderStatus, wanted: OrderStatus) -> None:
    """Refuses a move that the table does not have; staying is always allowed."""
    if wanted is not current and wanted not in ORDER_MOVES[current]:
        raise IllegalTransition(current, wanted)
