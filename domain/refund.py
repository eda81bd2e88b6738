"""A refund: what is to be given back of one payment, and how far that has come."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.canonical import digest
from domain.errors import IllegalTransition, InvalidValue
from domain.identifiers import check_text
from domain.moments import check_aware
from domain.money import Money
from domain.payment import PaymentKey

MAX_REASON_LENGTH = 200
MAX_OPERATOR_LENGTH = 60


class RefundStatus(StrEnum):
    """How far a refund has come. Once asked, it may have happened at any later moment."""

    AWAITING_APPROVAL = "awaitingApproval"
    REQUESTED = "requested"
    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


REFUND_MOVES: dict[RefundStatus, frozenset[RefundStatus]] = {
    RefundStatus.AWAITING_APPROVAL: frozenset({RefundStatus.REQUESTED, RefundStatus.REFUSED}),
    RefundStatus.REQUESTED: frozenset({RefundStatus.ASKED, RefundStatus.REFUSED}),
    RefundStatus.ASKED: frozenset({RefundStatus.DONE, RefundStatus.REFUSED}),
    RefundStatus.DONE: frozenset(),
    RefundStatus.REFUSED: frozenset(),
}


class RefundStep(StrEnum):
    """What the history says of a refund, where it names the outcome of a verdict else."""

    REFUND_REQUESTED = "refundRequested"
    REFUND_APPROVED = "refundApproved"
    REFUND_ASKED = "refundAsked"
    REFUND_DONE = "refundDone"
    REFUND_REFUSED = "refundRefused"


class Requester(StrEnum):
    """Who wants the money given back: the shop's backend, a person at shell or console, policy."""

    SHOP = "shop"
    CLI = "cli"
    CONSOLE = "console"
    POLICY = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAccount:
    """Where the money goes if it cannot go back the way it came; the bank in the gateway's code."""

    bank_code: str
    number: str = field(repr=False)
    holder: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        check_text("refund_account.bank_code", self.bank_code, 20)
        check_text("refund_account.number", self.number, 40)
        check_text("refund_account.holder", self.holder, 60)
        if self.phone is not None:
            check_text("refund_account.phone", self.phone, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """One intent to give money back, recorded before anybody is asked to.

    `contents` is a digest of all that was requested. `cancelled_before` is what the payment had
    given back just before the gateway was asked first, at `asked_at`. `operator` is the person who
    asked for it by hand, or approved it. `account` is kept only until the end is known.
    """

    refund_id: str
    key: PaymentKey
    amount: Money
    reason: str
    requested_at: datetime
    requested_by: Requester
    contents: str
    status: RefundStatus = RefundStatus.REQUESTED
    operator: str | None = None
    account: RefundAccount | None = None
    asked_at: datetime | None = None
    cancelled_before: Money | None = None
    refused_because: str | None = None

    def __post_init__(self) -> None:
        if self.amount.amount_minor == 0:
            raise InvalidValue("amount", "must be above zero")
        check_text("reason", self.reason, MAX_REASON_LENGTH)
        if self.operator is not None:
            check_text("operator", self.operator, MAX_OPERATOR_LENGTH)
        check_aware("requested_at", self.requested_at)
        check_aware("asked_at", self.asked_at)
        was_asked = self.asked_at is not None and self.cancelled_before is not None
        if self.status in (RefundStatus.ASKED, RefundStatus.DONE) and not was_asked:
            raise InvalidValue("asked_at", "is missing from a refund that was asked for")
        if self.cancelled_before and self.cancelled_before.currency != self.amount.currency:
            raise InvalidValue("currency", "of a refund must be its payment's")
        if self.is_over and self.account is not None:
            raise InvalidValue("refund_account", "is kept no longer than it is needed")

    @property
    def is_over(self) -> bool:
        """Whether its end is known."""
        return not REFUND_MOVES[self.status]

    @property
    def digest(self) -> str:
        """What the history keeps of the refund as it stands; nothing of the account."""
        return digest(replace(self, account=None))

    def moved(self, status: RefundStatus, **changes: Any) -> "Refund":
        """The refund one step on; at its end the account is forgotten. Refuses an illegal move."""
        if status not in REFUND_MOVES[self.status]:
            raise IllegalTransition(self.status, status)
        if not REFUND_MOVES[status]:
            changes["account"] = None
        return replace(self, status=status, **changes)
