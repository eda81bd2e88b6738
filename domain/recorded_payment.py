"""What our record says of one payment, held against what its gateway says: do they agree?"""

from dataclasses import dataclass
from datetime import datetime

from domain.payment import Payment, PaymentStatus
from domain.policy import Policy

# An attempt that has not come to money leaves nothing to settle.
_NOTHING_YET = frozenset({PaymentStatus.OPENED, PaymentStatus.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPayment:
    """The snapshot that stands in an order of ours; `settles`: the order counts it as its own."""

    payment: Payment
    settles: bool

    @property
    def is_surplus(self) -> bool:
        """Whether it holds money that the order has no use for."""
        return self.payment.holds_money and not self.settles

    def agrees_with(self, payment: Payment, now: datetime, policy: Policy) -> bool:
        """Whether the gateway's word changes nothing: status, sums, mode, order and account."""
        ours = self.payment
        return (
            ours.status is payment.status
            and ours.total == payment.total
            and ours.cancelled == payment.cancelled
            and ours.mode is payment.mode
            and ours.order_id == payment.order_id
            and ours.virtual_account == payment.virtual_account
            and (ours.lapsed or not policy.lets_lapse(payment, now))
        )


def is_news(payment: Payment) -> bool:
    """Whether a payment that we have never recorded is something to settle."""
    return payment.status not in _NOTHING_YET
