"""Differences as rows of a report: both sides in brief."""

from domain.order import Order
from domain.payment import Payment, PaymentKey, PaymentStatus
from domain.reconciliation import Cure, Difference, DifferenceKind
from domain.recorded_payment import RecordedPayment


def unreadable_there(gateway: str, payment_id: str) -> Difference:
    """A payment whose listed answer makes no sense: nothing is concluded from it."""
    return Difference(
        kind=DifferenceKind.UNREADABLE_THERE,
        gateway=gateway,
        payment_id=payment_id,
        order_id="",
        here="",
        there="unreadable",
        cure=Cure.NOTHING,
    )


def unreadable_here(
    gateway: str, order_id: str, payment_id: str = "", there: str = ""
) -> Difference:
    """A record of ours that cannot be understood: its order is named, and passed over."""
    return Difference(
        kind=DifferenceKind.UNREADABLE_HERE,
        gateway=gateway,
        payment_id=payment_id,
        order_id=order_id,
        here="unreadable",
        there=there,
        cure=Cure.NOTHING,
    )


def of_recorded(
    kind: DifferenceKind, recorded: RecordedPayment, there: str, cure: Cure
) -> Difference:
    """A difference of a payment that stands in our record."""
    payment = recorded.payment
    return difference(kind, payment.key, payment.order_id, said(payment), there, cure)


def difference(
    kind: DifferenceKind, key: PaymentKey, order_id: str, here: str, there: str, cure: Cure
) -> Difference:
    """A difference, with both sides in brief."""
    return Difference(
        kind=kind,
        gateway=key.gateway,
        payment_id=key.payment_id,
        order_id=order_id,
        here=here,
        there=there,
        cure=cure,
    )


def said(payment: Payment) -> str:
    """A side's word in brief."""
    if payment.status in (PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.CANCELLED):
        return f"{payment.status} {payment.total}, {payment.cancelled} given back"
    return f"{payment.status} {payment.total}"


def stands(order: Order, key: PaymentKey) -> str:
    """What our record says of the payment, or of its order if it has never been recorded."""
    known = order.payment(key)
    return f"order {order.status} {order.amount}" if known is None else said(known)
