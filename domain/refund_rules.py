"""What may be refunded, and what to do next about a refund that was requested. Pure.

Theory of operation. A refund is written down before the gateway is asked, with what the payment
had given back until then. So whatever is lost after that, a later look tells what happened: given
back by at least the amount, it is done; unchanged, it may be asked for again, in the same words.
At most one refund of a payment is asked for at a time, or two could claim the same change.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from domain.money import Money
from domain.order import Order
from domain.payment import Mode, Payment, PaymentStatus
from domain.refund import Refund, RefundStatus, Requester

# A shop may give back in any number of parts; a loop gone wrong must not fill an order.
MAX_REFUNDS = 200


class Unrefundable(StrEnum):
    """Why money is not given back. A gateway's own reason is a sentence instead."""

    HOLDS_NO_MONEY = "holdsNoMoney"
    ABOVE_REMAINING = "aboveRemaining"
    ACCOUNT_MISSING = "accountMissing"
    TOO_MANY_REFUNDS = "tooManyRefunds"
    SETTLES_ORDER = "settlesOrder"
    OTHER_ORDER = "otherOrder"
    CHANGED_MEANWHILE = "changedMeanwhile"
    GATEWAY_CANNOT_REFUND = "gatewayCannotRefund"
    NOT_APPROVED = "notApproved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask the gateway for it: `cancelled` was given back until now, and `remaining` is left."""

    cancelled: Money
    remaining: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """It was given back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """It will not be given back, and cannot come true by itself any more."""

    why: Unrefundable


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing can be concluded now: look again later."""

    why: str


NextStep = Ask | Finish | Refuse | Wait


def left_to_refund(order: Order, payment: Payment) -> Money | None:
    """What is neither given back nor spoken for by an unfinished refund; None if unreadable."""
    if not (isinstance(payment.total, Money) and isinstance(payment.cancelled, Money)):
        return None
    if payment.total.currency != payment.cancelled.currency:
        return None
    gone_minor = payment.cancelled.amount_minor + sum(
        _reserved_minor(refund, payment.cancelled)
        for refund in order.refunds
        if refund.key == payment.key and not refund.is_over
    )
    return replace(payment.total, amount_minor=max(0, payment.total.amount_minor - gone_minor))


def why_not(
    order: Order, payment: Payment, amount: Money, *, has_account: bool
) -> Unrefundable | None:
    """Why this much of the payment may not be refunded, as far as its snapshot tells."""
    left = left_to_refund(order, payment)
    if left is None or not payment.holds_money:
        return Unrefundable.HOLDS_NO_MONEY
    if amount.currency != left.currency or not 0 < amount.amount_minor <= left.amount_minor:
        return Unrefundable.ABOVE_REMAINING
    if payment.virtual_account is not None and not has_account:
        return Unrefundable.ACCOUNT_MISSING
    return Unrefundable.TOO_MANY_REFUNDS if len(order.refunds) >= MAX_REFUNDS else None


def next_step(order: Order, refund: Refund, payment: Payment) -> NextStep:
    """What to do about an unfinished refund, by the gateway's present word on its payment."""
    total, cancelled = payment.total, payment.cancelled
    if not (isinstance(total, Money) and isinstance(cancelled, Money)):
        return Wait(why="amountUnreadable")
    if payment.status is PaymentStatus.UNKNOWN or payment.mode is Mode.UNKNOWN:
        return Wait(why="paymentUnknown")
    if not (total.currency == cancelled.currency == refund.amount.currency):
        return Wait(why="currencyChanged")
    before = refund.cancelled_before
    if before is None:
        return _first_step(order, refund, payment, total, cancelled)
    given_minor = cancelled.amount_minor - before.amount_minor
    if given_minor >= refund.amount.amount_minor:
        return Finish()
    if given_minor > 0:
        return Refuse(why=Unrefundable.CHANGED_MEANWHILE)
    if given_minor < 0 or not payment.holds_money:
        return Wait(why="paymentContradicts")
    return Ask(cancelled=before, remaining=total.minus(before))


def _first_step(
    order: Order, refund: Refund, payment: Payment, total: Money, cancelled: Money
) -> NextStep:
    if any(
        other.key == refund.key and other.status is RefundStatus.ASKED for other in order.refunds
    ):
        return Wait(why="anotherRefundIsAsked")
    if not payment.holds_money:
        return Refuse(why=Unrefundable.HOLDS_NO_MONEY)
    if refund.requested_by is Requester.POLICY:
        # What was too much may be needed by now: the payment that settled was given back.
        if order.settled_by == refund.key:
            return Refuse(why=Unrefundable.SETTLES_ORDER)
        # The gateway once took another order's honest money for this one's.
        if payment.order_id != order.order_id:
            return Refuse(why=Unrefundable.OTHER_ORDER)
    remaining = total.minus(cancelled)
    if refund.amount.amount_minor > remaining.amount_minor:
        return Refuse(why=Unrefundable.ABOVE_REMAINING)
    return Ask(cancelled=cancelled, remaining=remaining)


def _reserved_minor(refund: Refund, cancelled: Money) -> int:
    """What an unfinished refund may still take of the payment."""
    if refund.cancelled_before is None:
        return refund.amount.amount_minor
    # It may have happened, and be in `cancelled` already.
    until_minor = refund.cancelled_before.amount_minor + refund.amount.amount_minor
    return min(max(0, until_minor - cancelled.amount_minor), refund.amount.amount_minor)
