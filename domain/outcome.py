"""What verifying a payment can say: a closed union of values, none of them an exception."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.errors import InvalidValue
from domain.money import Money
from domain.payment import PaymentKey
from domain.virtual_account import VirtualAccount


class OutcomeKind(StrEnum):
    """The outcomes' names, as the record keeps them."""

    PAID = "paid"
    AWAITING_DEPOSIT = "awaitingDeposit"
    PENDING = "pending"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SURPLUS = "surplus"
    FORGED = "forged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One bound field in which a payment differs from its order, with both sides as text."""

    field: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """The order is paid by this payment, for exactly its amount, and nothing was given back."""

    kind: ClassVar[OutcomeKind] = OutcomeKind.PAID


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingDeposit:
    """An account number was issued; the buyer has not transferred yet."""

    kind: ClassVar[OutcomeKind] = OutcomeKind.AWAITING_DEPOSIT
    account: VirtualAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Not known yet: open, abandoned, or in a state that this version does not know."""

    kind: ClassVar[OutcomeKind] = OutcomeKind.PENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The gateway says failed. Not final: some methods fail first and pay later."""

    kind: ClassVar[OutcomeKind] = OutcomeKind.FAILED
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """Some or all of what was paid has been given back."""

    kind: ClassVar[OutcomeKind] = OutcomeKind.CANCELLED
    refunded: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Surplus:
    """Rightly paid, but another payment settles the order already: one of the two is too much.

    To give `refund` back to the payment `key` would cure it.
    """

    kind: ClassVar[OutcomeKind] = OutcomeKind.SURPLUS
    key: PaymentKey
    settled_by: PaymentKey
    refund: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Forged:
    """At least one bound field differs; the payment does not belong to this order as it stands."""

    kind: ClassVar[OutcomeKind] = OutcomeKind.FORGED
    discrepancies: tuple[Discrepancy, ...]

    def __post_init__(self) -> None:
        if not self.discrepancies:
            raise InvalidValue("discrepancies", "a forgery names at least one")


VerificationOutcome = Paid | AwaitingDeposit | Pending | Failed | Cancelled | Surplus | Forged
