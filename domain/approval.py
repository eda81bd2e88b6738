"""May the gateway take the money of this payment? Asked of a payment that waits for our word.

Theory of operation. That we are about to say yes is written down before it is said, as the verdict
"pending" at a buyer's knock. So of two payments of one order that wait at once, one is taken: the
note of the other is refused by the order's version, and whoever reads the order anew finds a rival.
A note that is older may be all that is left of a process that ended: then the gateway is asked what
came of it, before another payment is taken.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from domain.history import is_full, written_down
from domain.order import Order, OrderStatus, Trigger
from domain.order_moves import with_payment
from domain.outcome import Forged, OutcomeKind, Pending
from domain.payment import Payment, PaymentKey, PaymentStatus
from domain.policy import Policy
from domain.snapshot import without_question
from domain.verification import verify

BUYERS: Final = frozenset({Trigger.BROWSER, Trigger.REDIRECT})
# Longer than a gateway takes to carry out what it was asked, or to be found to have done so.
APPROVAL_TAKES: Final = timedelta(minutes=1)
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


def has_rival(order: Order, payment: Payment, now: datetime) -> bool:
    """Whether another payment of the order may be having its money taken at this moment."""
    return bool(_rivals(order, payment, now - APPROVAL_TAKES))


def forgotten_rivals(order: Order, payment: Payment) -> Sequence[PaymentKey]:
    """Those noted at any time of which the record does not know what came of them.

    Whoever noted one may have ended before it heard: then the gateway alone knows.
    """
    return _rivals(order, payment, None)


def noted(order: Order, payment: Payment, now: datetime, trigger: Trigger) -> Order | None:
    """The order with the note that this payment is about to be approved; None if it is full.

    It is the same object while a note is still fresh: a buyer who knocks on must not fill it.
    """
    known = order.payment(payment.key)
    is_open = known is not None and known.status is PaymentStatus.OPENED
    # Once it has failed, its note makes it nobody's rival.
    if is_open and _is_noted(order, payment.key, now - APPROVAL_TAKES / 2):
        return order
    if is_full(order, with_new_payment=known is None):
        return None
    recorded = without_question(payment)
    return written_down(with_payment(order, recorded), recorded, Pending(), now, trigger)


def _rivals(order: Order, payment: Payment, since: datetime | None) -> Sequence[PaymentKey]:
    return [
        rival.key
        for rival in order.payments
        if rival.key != payment.key
        and rival.status is PaymentStatus.OPENED
        and _is_noted(order, rival.key, since)
    ]


def _is_noted(order: Order, key: PaymentKey, since: datetime | None) -> bool:
    return any(
        entry.key == key
        and (since is None or entry.at > since)
        and entry.trigger in BUYERS
        and entry.outcome is OutcomeKind.PENDING
        # A word that we do not know is pending too, and no note.
        and entry.payment_status is PaymentStatus.OPENED
        for entry in reversed(order.history)
    )
