"""An order of the shop, with every payment attempted for it and the history of verdicts."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.customer import Customer
from domain.errors import InvalidValue
from domain.identifiers import check_order_id, check_text
from domain.moments import check_aware, is_reached
from domain.money import Money
from domain.outcome import Discrepancy, OutcomeKind
from domain.payment import HOLDS_MONEY, Payment, PaymentKey, PaymentStatus
from domain.refund import Refund, RefundStatus, RefundStep

MAX_NAME_LENGTH = 200
MAX_CLIENT_TOKEN_LENGTH = 200


class OrderStatus(StrEnum):
    """Where an order stands: a function of its payments, stored only to be searched."""

    PENDING = "pending"
    AWAITING_DEPOSIT = "awaitingDeposit"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partiallyRefunded"
    REFUNDED = "refunded"
    EXPIRED = "expired"

    def shown_at(self, now: datetime, expires_at: datetime | None) -> "OrderStatus":
        """The status to show: an unpaid order past its time shows as expired.

        Shown, not stored: a payment that comes late still settles it.
        """
        is_over = self is OrderStatus.PENDING and is_reached(expires_at, now)
        return OrderStatus.EXPIRED if is_over else self


class Trigger(StrEnum):
    """Who made us look at the gateway, or give money back."""

    BROWSER = "browser"
    REDIRECT = "redirect"
    WEBHOOK = "webhook"
    RECONCILE = "reconcile"
    RECHECK = "recheck"
    CLI = "cli"
    CONSOLE = "console"
    SHOP = "shop"
    POLICY = "policy"
    REFUND = "refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One verdict, or one step of a refund: written once with its order's version, never edited.

    `evidence` is the digest of the gateway's answer, or of the refund after its step, and
    `payment_status` what the gateway said; `rule_version` is what a verdict was made by.
    `record_hash` and `previous_hash` link it into the chain (`domain/history_chain.py`). An entry
    from before these were kept has none of them.
    """

    version: int
    at: datetime
    trigger: Trigger
    outcome: OutcomeKind | RefundStep
    key: PaymentKey
    evidence: str
    discrepancies: tuple[Discrepancy, ...] = ()
    payment_status: PaymentStatus | None = None
    rule_version: int | None = None
    record_hash: str | None = None
    previous_hash: str | None = None
    refund_id: str | None = None

    @property
    def saw_money(self) -> bool:
        """Whether the payment held money when this was written, as far as we know."""
        return self.payment_status in HOLDS_MONEY


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the shop sold, and all that happened to it since.

    `version` counts the writes: each adds one history entry with that number. `payments` holds
    the latest accepted snapshot of each payment, in order of first sight; forged attempts are in
    the history alone. `settled_by` is the payment that the order counts as its own. `head_hash`
    ends the chain of its history; an order from before there was one has none. `refunds` holds
    what was to be given back, oldest first, of forged payments too.
    """

    order_id: str
    amount: Money
    client_token: str = field(repr=False)
    created_at: datetime
    name: str | None = None
    customer: Customer | None = None
    expires_at: datetime | None = None
    version: int = 0
    status: OrderStatus = OrderStatus.PENDING
    settled_by: PaymentKey | None = None
    payments: tuple[Payment, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    head_hash: str | None = None
    refunds: tuple[Refund, ...] = ()

    def __post_init__(self) -> None:
        check_order_id(self.order_id)
        if self.amount.amount_minor == 0:
            raise InvalidValue("amount", "must be above zero")
        if self.name is not None:
            check_text("name", self.name, MAX_NAME_LENGTH)
        check_text("client_token", self.client_token, MAX_CLIENT_TOKEN_LENGTH)
        check_aware("created_at", self.created_at)
        check_aware("expires_at", self.expires_at)

    def payment(self, key: PaymentKey) -> Payment | None:
        """The latest accepted snapshot of that payment, if there is one."""
        return next((payment for payment in self.payments if payment.key == key), None)

    def refund(self, refund_id: str) -> Refund | None:
        """The refund of that id, if there is one."""
        return next((each for each in self.refunds if each.refund_id == refund_id), None)

    @property
    def awaits_approval(self) -> bool:
        """Whether one of its refunds waits for a person to approve it."""
        return any(each.status is RefundStatus.AWAITING_APPROVAL for each in self.refunds)

    def is_same_sale_as(self, other: "Order") -> bool:
        """Whether the shop registered the same thing twice, rather than two under one id."""
        return _sale(self) == _sale(other)

    def is_overdue(self, now: datetime) -> bool:
        return is_reached(self.expires_at, now)


def _sale(order: Order) -> tuple[object, ...]:
    return (order.order_id, order.amount, order.name, order.customer, order.expires_at)
