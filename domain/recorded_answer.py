"""What the record answers for good, so that nobody needs to be asked again."""

from domain.money import Money
from domain.order import Order
from domain.outcome import Cancelled, Paid, VerificationOutcome
from domain.payment import PaymentKey, PaymentStatus


def answer_from_record(
    order: Order, key: PaymentKey, claimed: PaymentStatus | None
) -> VerificationOutcome | None:
    """The outcome, if the record answers for good; None if the gateway must be asked.

    `claimed` is what an unauthenticated trigger says the payment's status is. It can only make
    us look: a claim of anything but `paid` is a claim of something newer. What was given back
    whole can become nothing else, unless the record is wrong: `unknown` asks that too.
    """
    payment = order.payment(key)
    if payment is None:
        return None
    is_doubted = claimed is PaymentStatus.UNKNOWN
    is_cancelled = payment.status is PaymentStatus.CANCELLED and not is_doubted
    if is_cancelled and isinstance(payment.cancelled, Money):
        return Cancelled(refunded=payment.cancelled)
    settles = payment.status is PaymentStatus.PAID and order.settled_by == key
    return Paid() if settles and claimed in (None, PaymentStatus.PAID) else None
