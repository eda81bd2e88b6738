"""What is given back without anybody asking: which money, and up to how much of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.forgery import is_own_forgery
from domain.money import Money
from domain.order import Order
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.surplus import surplus_of
from domain.tasks import Task, TaskKind


class Cause(StrEnum):
    """Why the policy gives money back."""

    SURPLUS = "surplus"
    FORGED = "forged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceilings:
    """How much is given back unasked, of one payment and in one day, in each currency.

    A currency that is not named has none: each of its refunds waits for a person.
    """

    per_payment: tuple[Money, ...]
    per_day: tuple[Money, ...]

    def of_payment(self, amount: Money) -> Money:
        return _in_currency_of(amount, self.per_payment)

    def of_day(self, amount: Money) -> Money:
        return _in_currency_of(amount, self.per_day)


def cause_of(order: Order, payment: Payment, policy: Policy) -> Cause | None:
    """Why this payment's money is to be given back, as order and snapshot stand; None if not.

    Only what surely is real money, and surely came for this very order.
    """
    if payment.mode is not Mode.LIVE or payment.status is PaymentStatus.UNKNOWN:
        return None
    # A gateway may have taken another order's payment for this one's, and not do so any more.
    is_ours = payment.order_id == order.order_id and order.payment(payment.key) is not None
    if policy.refunds_surplus and is_ours and surplus_of(order, payment) is not None:
        return Cause.SURPLUS
    if policy.refunds_forged and is_own_forgery(order, payment):
        return Cause.FORGED
    return None


def auto_refund_tasks(
    order: Order, payment: Payment, now: datetime, policy: Policy
) -> tuple[Task, ...]:
    """The task that looks again and then requests the refund, once for each payment and cause."""
    cause = cause_of(order, payment, policy)
    if cause is None:
        return ()
    return (
        Task(
            kind=TaskKind.AUTO_REFUND,
            order_id=order.order_id,
            key=payment.key,
            due_at=now,
            detail=cause,
        ),
    )


def _in_currency_of(amount: Money, ceilings: tuple[Money, ...]) -> Money:
    named = (each for each in ceilings if each.currency == amount.currency)
    return next(named, Money.zero(amount.currency))
