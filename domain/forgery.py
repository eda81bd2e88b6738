"""What a forged attempt means for its order's record: new or known, kept or not, how urgent."""

from domain.history import MAX_HISTORY_FOR_FORGERIES, has_refused
from domain.order import Order
from domain.outcome import Forged
from domain.payment import Mode, Payment
from domain.tasks import AlertReason


def has_forgery(order: Order, payment: Payment, forgery: Forged) -> bool:
    """Whether the history has this payment refused for the same reasons.

    One that was refused before our money was in it is another matter once it is.
    """
    holds_ours = _holds_our_money(order, payment)
    return any(
        entry.key == payment.key
        and entry.discrepancies == forgery.discrepancies
        and (entry.saw_money or not holds_ours)
        for entry in order.history
    )


def is_full_of_forgeries(order: Order, forged: Payment) -> bool:
    """Whether the order keeps no more forgeries: one that holds its money always fits."""
    is_crowded = len(order.history) >= MAX_HISTORY_FOR_FORGERIES
    return is_crowded and not _holds_our_money(order, forged)


def alert_reason(order: Order, forged: Payment) -> AlertReason:
    """Whether the operator only has to know, or has money to give back."""
    return AlertReason.FORGED_PAID if _holds_our_money(order, forged) else AlertReason.FORGED


def is_own_forgery(order: Order, payment: Payment) -> bool:
    """Whether a payment that the order refused brought money for this very order.

    One that names another order is that order's honest money, shown here a second time.
    """
    is_refused = order.payment(payment.key) is None and has_refused(order, payment.key)
    return is_refused and payment.order_id == order.order_id and payment.holds_money


def _holds_our_money(order: Order, forged: Payment) -> bool:
    # Wrong money for this very order is real money, unless it was play money.
    is_ours = forged.order_id == order.order_id and forged.mode is not Mode.TEST
    return forged.holds_money and is_ours
