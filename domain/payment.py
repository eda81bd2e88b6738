"""A payment as a gateway shows it at one moment: a snapshot, never changed, only replaced."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import InvalidValue
from domain.identifiers import check_gateway, check_payment_id
from domain.moments import check_aware
from domain.money import Money, UnreadableAmount
from domain.payment_status import HOLDS_MONEY, NOT_PAID_YET, PAYMENT_MOVES, Mode, PaymentStatus
from domain.virtual_account import VirtualAccount

__all__ = ["HOLDS_MONEY", "PAYMENT_MOVES", "Mode", "Payment", "PaymentKey", "PaymentStatus"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentKey:
    """What names a payment everywhere: the gateway, and the gateway's own id."""

    gateway: str
    payment_id: str

    def __post_init__(self) -> None:
        check_gateway(self.gateway)
        check_payment_id(self.payment_id)

    def __str__(self) -> str:
        return f"{self.gateway}/{self.payment_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One answer of a gateway about one payment, in the domain's words.

    `total` is what the buyer owed or paid before refunds, `cancelled` what was given back, and
    `discount` the part of the total that somebody else bears, where the gateway tells of one.
    `evidence` is the raw answer's SHA-256, in hex. `lapsed`: overdue, when we asked. Times in UTC.
    `awaits_approval`: the buyer has allowed it, and no money is taken before we say so.
    """

    key: PaymentKey
    order_id: str
    mode: Mode
    status: PaymentStatus
    total: Money | UnreadableAmount
    cancelled: Money | UnreadableAmount
    evidence: str
    method: str | None = None
    virtual_account: VirtualAccount | None = None
    merchant_account: str | None = None
    paid_at: datetime | None = None
    receipt_url: str | None = None
    failure_reason: str | None = None
    discount: Money | None = None
    lapsed: bool = False
    awaits_approval: bool = False

    def __post_init__(self) -> None:
        if self.status is PaymentStatus.AWAITING_DEPOSIT and self.virtual_account is None:
            raise InvalidValue("virtual_account", "is missing from a payment awaiting its deposit")
        if not self._cancelled_fits_status():
            raise InvalidValue("cancelled", "contradicts the payment's status")
        if self.discount is not None and not self._is_part_of_total(self.discount):
            raise InvalidValue("discount", "is not a part of the payment's total")
        if self.lapsed and self.status is not PaymentStatus.AWAITING_DEPOSIT:
            raise InvalidValue("lapsed", "is only said of a payment awaiting its deposit")
        if self.awaits_approval and self.status is not PaymentStatus.OPENED:
            raise InvalidValue("awaits_approval", "is only said of an open payment")
        check_aware("paid_at", self.paid_at)

    def _cancelled_fits_status(self) -> bool:
        if self.status is PaymentStatus.UNKNOWN:
            return True
        if not isinstance(self.cancelled, Money):
            return False
        cancelled_minor = self.cancelled.amount_minor
        if self.status in NOT_PAID_YET or self.status is PaymentStatus.PAID:
            return cancelled_minor == 0
        if not isinstance(self.total, Money) or self.total.currency != self.cancelled.currency:
            return False
        total_minor = self.total.amount_minor
        if self.status is PaymentStatus.PARTIALLY_CANCELLED:
            return 0 < cancelled_minor < total_minor
        return 0 < cancelled_minor == total_minor

    def _is_part_of_total(self, discount: Money) -> bool:
        if not isinstance(self.total, Money) or self.total.currency != discount.currency:
            return False
        return 0 < discount.amount_minor <= self.total.amount_minor

    @property
    def holds_money(self) -> bool:
        """Whether some of what the buyer paid is still with the shop."""
        return self.status in HOLDS_MONEY

    @property
    def awaits_deposit(self) -> bool:
        """Whether the buyer is still to transfer, and in time."""
        return self.status is PaymentStatus.AWAITING_DEPOSIT and not self.lapsed

    @property
    def awaited_account(self) -> VirtualAccount | None:
        """The account that the buyer is still to transfer to, and in time."""
        return self.virtual_account if self.awaits_deposit else None

    @property
    def is_late(self) -> bool:
        """Whether the deposit came after the account's deadline."""
        return bool(self.virtual_account and self.virtual_account.is_over_by(self.paid_at))

    def may_become(self, later: "Payment") -> bool:
        """Whether a later snapshot of this payment can be true, going by the table of moves."""
        if later.status not in PAYMENT_MOVES[self.status]:
            return False
        if isinstance(self.cancelled, Money) and isinstance(later.cancelled, Money):
            return self.cancelled.amount_minor <= later.cancelled.amount_minor
        return True

    def says_the_same_as(self, other: "Payment") -> bool:
        """Whether two snapshots agree in all but their raw bytes, and what they wait for."""
        return self.status is other.status and self == replace(
            other, evidence=self.evidence, awaits_approval=self.awaits_approval
        )
