"""What must happen later, as values. An id that says everything, so none is ever born twice."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.identifiers import check_order_id
from domain.payment import PaymentKey
from domain.refund import Refund


class TaskKind(StrEnum):
    """What a worker has to do."""

    TELL_BUYER_ACCOUNT = "tellBuyerAccount"
    ALERT_OPERATOR = "alertOperator"
    RECHECK = "recheck"
    DEPOSIT_DEADLINE = "depositDeadline"
    TELL_SHOP = "tellShop"
    REFUND = "refund"
    AUTO_REFUND = "autoRefund"
    REGISTER_AMOUNT = "registerAmount"


# Stands for the payment in a task about an order that nobody has begun to pay: no gateway uses it.
_NO_PAYMENT_YET = "-"


class AlertReason(StrEnum):
    """Why a person should look at an order."""

    FORGED = "forged"
    FORGED_PAID = "forgedPaid"
    SURPLUS = "surplus"
    CONTRADICTION = "contradiction"
    UNKNOWN_MODE = "unknownMode"
    WITHOUT_ORDER = "withoutOrder"
    PAID_HERE_NOT_THERE = "paidHereNotThere"
    REFUND_REFUSED = "refundRefused"
    REFUND_UNKNOWN = "refundUnknown"
    REFUND_AWAITS_APPROVAL = "refundAwaitsApproval"
    REFUND_NEEDS_PERSON = "refundNeedsPerson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do for one payment of one order, not before `due_at`.

    It carries names only: who to tell and what to say is read from the order when it runs, so
    that no phone number is copied about. `detail` tells tasks of one kind apart. Those of one
    order that share a `lane` are done one after the other, by `position`.
    """

    kind: TaskKind
    order_id: str
    key: PaymentKey
    due_at: datetime
    detail: str = ""
    lane: str = ""
    position: int = 0

    def __post_init__(self) -> None:
        check_order_id(self.order_id)

    @property
    def task_id(self) -> str:
        """The same words always give the same id; no part but the last can hold the separator."""
        return f"{self.kind}/{self.order_id}/{self.key}/{self.detail}"


def recheck(order_id: str, key: PaymentKey, due_at: datetime) -> Task:
    """Look at this payment again: what we were told could not be settled."""
    return Task(kind=TaskKind.RECHECK, order_id=order_id, key=key, due_at=due_at)


def alert(
    order_id: str, key: PaymentKey, reason: AlertReason, now: datetime, *, refund_id: str = ""
) -> Task:
    """Tell the operator, at once; of one payment and reason once, but for each refund."""
    return Task(
        kind=TaskKind.ALERT_OPERATOR,
        order_id=order_id,
        key=key,
        due_at=now,
        detail=f"{reason}:{refund_id}" if refund_id else reason,
    )


def refund_task(order_id: str, refund: Refund, now: datetime) -> Task:
    """Carry out this refund.

    In no lane: that those of one payment take turns is a rule of theirs (`refund_rules.py`). In a
    lane one that a person lets go on late would keep back the very refund that it waits for.
    """
    return Task(
        kind=TaskKind.REFUND,
        order_id=order_id,
        key=refund.key,
        due_at=now,
        detail=refund.refund_id,
    )


def register_amount(order_id: str, gateway: str, now: datetime) -> Task:
    """Tell that gateway what the order costs, at once."""
    key = PaymentKey(gateway=gateway, payment_id=_NO_PAYMENT_YET)
    return Task(kind=TaskKind.REGISTER_AMOUNT, order_id=order_id, key=key, due_at=now)
