"""Is this order paid by this payment? Every bound field is compared, and all differences named."""

from collections.abc import Iterator
from decimal import Decimal

from domain.money import Money, UnreadableAmount
from domain.order import Order
from domain.outcome import (
    AwaitingDeposit,
    Cancelled,
    Discrepancy,
    Failed,
    Forged,
    Paid,
    Pending,
    Surplus,
    VerificationOutcome,
)
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.virtual_account import VirtualAccount


def verify(order: Order, payment: Payment, policy: Policy) -> VerificationOutcome:
    """The verdict on one snapshot against one order. Pure; changes nothing.

    The bound fields are judged before the status, so that a wrong amount is a forgery whether it
    was paid, failed or is still open. Only an explicit success gives `Paid`.
    """
    discrepancies = tuple(compare(order, payment, policy))
    if discrepancies:
        return Forged(discrepancies=discrepancies)
    if not policy.allows(payment.mode):
        # Not told is not wrong: it is an answer we cannot use yet, and never a pass.
        return Pending()
    return _judge_status(order, payment)


def compare(order: Order, payment: Payment, policy: Policy) -> Iterator[Discrepancy]:
    """Every bound field in which the payment differs from what the shop ordered."""
    if payment.order_id != order.order_id:
        yield Discrepancy(field="order_id", expected=order.order_id, actual=payment.order_id)
    ordered, total = order.amount, payment.total
    if total.currency_code != ordered.currency_code:
        yield Discrepancy(
            field="currency", expected=ordered.currency_code, actual=total.currency_code
        )
    if not _same_amount(ordered, total):
        yield Discrepancy(field="amount", expected=ordered.number, actual=total.number)
    if payment.mode is Mode.TEST and not policy.allows(Mode.TEST):
        yield Discrepancy(field="mode", expected=Mode.LIVE, actual=Mode.TEST)
    wanted, told = policy.merchant_accounts.get(payment.key.gateway), payment.merchant_account
    if wanted is not None and told is not None and wanted != told:
        yield Discrepancy(field="merchant_account", expected=wanted, actual=told)


def _same_amount(ordered: Money, total: Money | UnreadableAmount) -> bool:
    if not isinstance(total, Money):
        return False
    if total.currency != ordered.currency:
        # Already a forgery by its currency: the numbers are compared only to name what differs.
        return Decimal(total.number) == Decimal(ordered.number)
    return total == ordered


def _judge_status(order: Order, payment: Payment) -> VerificationOutcome:
    match payment:
        case Payment(status=PaymentStatus.PAID, total=Money() as total):
            if order.settled_by is None or order.settled_by == payment.key:
                return Paid()
            return Surplus(key=payment.key, settled_by=order.settled_by, refund=total)
        case Payment(
            status=PaymentStatus.AWAITING_DEPOSIT, virtual_account=VirtualAccount() as account
        ):
            return AwaitingDeposit(account=account)
        case Payment(status=PaymentStatus.FAILED):
            return Failed(reason=payment.failure_reason)
        case Payment(
            status=PaymentStatus.PARTIALLY_CANCELLED | PaymentStatus.CANCELLED,
            cancelled=Money() as refunded,
        ):
            return Cancelled(refunded=refunded)
        case _:
            # The default is "not yet", never "yes".
            return Pending()
