"""What must happen later, as values. An id that says everything, so none is ever born twice."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from domain.identifiers import check_order_id
from domain.order import Order
from domain.payment import Payment, PaymentKey, PaymentStatus


class TaskKind(StrEnum):
    """What a worker has to do."""

    TELL_BUYER_ACCOUNT = "tellBuyerAccount"
    ALERT_OPERATOR = "alertOperator"
    RECHECK = "recheck"


class AlertReason(StrEnum):
    """Why a person should look at an order."""

    FORGED = "forged"
    SURPLUS = "surplus"
    CONTRADICTION = "contradiction"
    UNKNOWN_MODE = "unknownMode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do for one payment of one order, not before `due_at`.

    It carries names only: who to tell and what to say is read from the order when it runs, so
    that no phone number is copied about. `detail` tells tasks of one kind apart.
    """

    kind: TaskKind
    order_id: str
    key: PaymentKey
    due_at: datetime
    detail: str = ""

    def __post_init__(self) -> None:
        check_order_id(self.order_id)

    @property
    def task_id(self) -> str:
        """The same words always give the same id; no part but the last can hold the separator."""
        return f"{self.kind}/{self.order_id}/{self.key}/{self.detail}"


def recheck(order_id: str, key: PaymentKey, due_at: datetime) -> Task:
    """Look at this payment again: what we were told could not be settled."""
    return Task(kind=TaskKind.RECHECK, order_id=order_id, key=key, due_at=due_at)


def alert(order_id: str, key: PaymentKey, reason: AlertReason, now: datetime) -> Task:
    """Tell the operator, at once."""
    return Task(kind=TaskKind.ALERT_OPERATOR, order_id=order_id, key=key, due_at=now, detail=reason)


def tasks_for(
    order: Order, known: Payment | None, payment: Payment, now: datetime
) -> tuple[Task, ...]:
    """What an accepted snapshot brings about; `known` is the one it replaced in the order."""
    tasks = []
    is_news = known is None or known.status is not payment.status
    if payment.holds_money and order.settled_by != payment.key and is_news:
        tasks.append(alert(order.order_id, payment.key, AlertReason.SURPLUS, now))
    number = _awaited_number(payment)
    if number is not None and number != _awaited_number(known) and order.settled_by is None:
        tasks.append(
            Task(
                kind=TaskKind.TELL_BUYER_ACCOUNT,
                order_id=order.order_id,
                key=payment.key,
                due_at=now,
                detail=sha256(number.encode()).hexdigest()[:12],
            )
        )
    return tuple(tasks)


def _awaited_number(payment: Payment | None) -> str | None:
    """The account the buyer must transfer to, if the payment waits for that."""
    if payment is None or payment.status is not PaymentStatus.AWAITING_DEPOSIT:
        return None
    return payment.virtual_account.number if payment.virtual_account else None
