"""What operators did by hand at the console: who, when, to what, and why."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.errors import InvalidValue
from domain.identifiers import check_text
from domain.moments import check_aware
from domain.refund import MAX_OPERATOR_LENGTH, MAX_REASON_LENGTH


class OperatorAct(StrEnum):
    """What a person may do at the console."""

    LOOKED_AGAIN = "lookedAgain"
    RESENT_EVENT = "resentEvent"
    RETRIED_TASK = "retriedTask"
    REQUESTED_REFUND = "requestedRefund"
    APPROVED_REFUND = "approvedRefund"
    DECLINED_REFUND = "declinedRefund"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAction:
    """One press of a button, written down before it is carried out.

    `subject` names the payment, event, task or refund that it was about.
    """

    action_id: str
    at: datetime
    operator: str
    act: OperatorAct
    order_id: str
    subject: str
    reason: str = ""

    def __post_init__(self) -> None:
        check_text("operator", self.operator, MAX_OPERATOR_LENGTH)
        check_aware("at", self.at)
        if len(self.reason) > MAX_REASON_LENGTH or not self.reason.isprintable():
            raise InvalidValue("reason", f"must be at most {MAX_REASON_LENGTH} characters")


class OperatorLog(Protocol):
    """Remembers actions for good. Every method may raise `RepositoryUnavailable`.

    One that cannot be understood is left out.
    """

    @abstractmethod
    async def add(self, action: OperatorAction, /) -> None:
        """Writes the action down; durable on return. One whose id is known stays as it was."""

    @abstractmethod
    async def of_order(self, order_id: str, limit: int, /) -> Sequence[OperatorAction]:
        """The latest actions on that order, the latest first."""
