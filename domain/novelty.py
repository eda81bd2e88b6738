"""What one snapshot of a payment has new beside the one it replaces: judged here, and only here."""

from domain.order import Order
from domain.payment import Payment, PaymentStatus
from domain.virtual_account import VirtualAccount

_NEVER_PAID = frozenset(
    {PaymentStatus.OPENED, PaymentStatus.AWAITING_DEPOSIT, PaymentStatus.FAILED}
)


def is_newly_surplus(order: Order, known: Payment | None, payment: Payment) -> bool:
    """Whether money came in by this payment although another one settles the order as it is now."""
    held_money = known is not None and known.holds_money
    return payment.holds_money and not held_money and order.settled_by != payment.key


def newly_awaited_account(known: Payment | None, payment: Payment) -> VirtualAccount | None:
    """The account that the buyer may now transfer to, and could not by the snapshot before."""
    before = None if known is None else known.awaited_account
    account = payment.awaited_account
    if account is None or (before is not None and before.number == account.number):
        return None
    return account


def denies_money(known: Payment, payment: Payment) -> bool:
    """Whether the gateway, which said that money came in, now says that none did.

    A deposit that the bank took back may look so. Not knowing is no denial.
    """
    return known.holds_money and payment.status in _NEVER_PAID
