"""What an order adds to the sums of its hours: money that came in, went back, or is too much."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from domain.money import Money
from domain.order import Order
from domain.outcome import OutcomeKind
from domain.payment import HOLDS_MONEY, PaymentStatus
from domain.surplus import surplus_of

Share = tuple[datetime, "TakingsKind", Money]

_CAME_IN = HOLDS_MONEY | {PaymentStatus.CANCELLED}


class TakingsKind(StrEnum):
    """What is counted: money that came in, what of it went back or is too much, and forgeries."""

    PAID = "paid"
    REFUNDED = "refunded"
    SURPLUS = "surplus"
    FORGED = "forged"


def shares_of(order: Order) -> Iterator[Share]:
    """All that the order adds now: when it counts, as what, and how much.

    Payments count when they were paid, whatever became of them later; forgeries when they were
    refused, with the amount of the order. What does not say when or how much is left out.
    """
    for payment in order.payments:
        at, total, cancelled = payment.paid_at, payment.total, payment.cancelled
        if at is None or payment.status not in _CAME_IN:
            continue
        if not isinstance(total, Money) or not isinstance(cancelled, Money):
            continue
        yield at, TakingsKind.PAID, total
        if cancelled.amount_minor:
            yield at, TakingsKind.REFUNDED, cancelled
        surplus = surplus_of(order, payment)
        if surplus is not None:
            yield at, TakingsKind.SURPLUS, surplus
    for entry in order.history:
        if entry.outcome is OutcomeKind.FORGED:
            yield entry.at, TakingsKind.FORGED, order.amount
