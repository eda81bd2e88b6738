"""Where a payment may stand, whose money it is, and where it can go from there."""

from enum import StrEnum


class Mode(StrEnum):
    """Whether real money moved. A gateway that does not say gives UNKNOWN, which never passes."""

    LIVE = "live"
    TEST = "test"
    UNKNOWN = "unknown"


class PaymentStatus(StrEnum):
    """Where a payment stands; how much was cancelled decides, not the gateway's word for it."""

    OPENED = "opened"
    AWAITING_DEPOSIT = "awaitingDeposit"
    PAID = "paid"
    PARTIALLY_CANCELLED = "partiallyCancelled"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNKNOWN = "unknown"


_TOOK_MONEY = {PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.CANCELLED}
NOT_PAID_YET = frozenset(PaymentStatus) - _TOOK_MONEY
HOLDS_MONEY = frozenset({PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED})

# What a later snapshot of the same payment may say. Money that came in leaves only by a refund.
# FAILED is not final: some methods fail first and pay days later.
PAYMENT_MOVES: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    **dict.fromkeys(NOT_PAID_YET, frozenset(PaymentStatus)),
    PaymentStatus.PAID: frozenset(
        {PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.CANCELLED}
    ),
    PaymentStatus.PARTIALLY_CANCELLED: frozenset(
        {PaymentStatus.PARTIALLY_CANCELLED, PaymentStatus.CANCELLED}
    ),
    PaymentStatus.CANCELLED: frozenset({PaymentStatus.CANCELLED}),
}
