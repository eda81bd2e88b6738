"""What the record takes of a snapshot."""

from dataclasses import replace
from datetime import datetime

from domain.payment import Payment
from domain.policy import Policy


def as_recorded(payment: Payment, now: datetime, policy: Policy) -> Payment:
    """The snapshot, with our remark if its deposit is overdue."""
    if policy.lets_lapse(payment, now):
        return replace(payment, lapsed=True)
    return without_question(payment)


def without_question(payment: Payment) -> Payment:
    """The snapshot, open where it awaits our approval: a question to us is no part of a record."""
    return replace(payment, awaits_approval=False) if payment.awaits_approval else payment
