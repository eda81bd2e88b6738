"""What the record takes of a snapshot."""

from dataclasses import replace
from datetime import datetime

from domain.payment import Payment
from domain.policy import Policy


def as_recorded(payment: Payment, now: datetime, policy: Policy) -> Payment:
    """The snapshot, with our remark if its deposit is overdue.

    That it awaits our approval is left out: a question to us is no part of what happened, and to
    the record it is an open payment.
    """
    if payment.awaits_approval:
        return replace(payment, awaits_approval=False)
    return replace(payment, lapsed=True) if policy.lets_lapse(payment, now) else payment
