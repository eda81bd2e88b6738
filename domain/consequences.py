"""What a verdict brings about: the tasks that are born in the write that records it."""

from datetime import datetime
from hashlib import sha256

from domain.events import events_of
from domain.novelty import is_newly_surplus, newly_awaited_account
from domain.order import Order
from domain.outcome import VerificationOutcome
from domain.payment import Payment
from domain.policy import Policy
from domain.tasks import AlertReason, Task, TaskKind, alert

# More than one verdict can make: room for each event's place within its version.
_EVENTS_A_VERSION = 10


def tasks_for(
    order: Order, known: Payment | None, payment: Payment, now: datetime, policy: Policy
) -> tuple[Task, ...]:
    """What an accepted snapshot brings about; `known` is the one it replaced in the order."""
    tasks = []
    if is_newly_surplus(order, known, payment):
        tasks.append(alert(order.order_id, payment.key, AlertReason.SURPLUS, now))
    tasks += account_tasks(order, known, payment, now)
    tasks += _deadline_tasks(order, known, payment, policy)
    return tuple(tasks)


def account_tasks(
    order: Order, known: Payment | None, payment: Payment, now: datetime
) -> list[Task]:
    """Tell the buyer the account, once for each that is to be paid into.

    The number alone names the task. So a gateway that shows an account, then nothing it can name,
    then the account again, causes one message; and one that goes back from a second account to
    the first causes no third. The shop hears of each change: its events carry the version.
    """
    account = newly_awaited_account(known, payment)
    if account is None or order.settled_by is not None:
        return []
    return [
        Task(
            kind=TaskKind.TELL_BUYER_ACCOUNT,
            order_id=order.order_id,
            key=payment.key,
            due_at=now,
            detail=sha256(account.number.encode()).hexdigest()[:12],
        )
    ]


def events_for(
    before: Order, after: Order, payment: Payment, outcome: VerificationOutcome, now: datetime
) -> tuple[Task, ...]:
    """Tell the shop the news, in the order in which it happened."""
    return tuple(
        Task(
            kind=TaskKind.TELL_SHOP,
            order_id=after.order_id,
            key=payment.key,
            due_at=now,
            detail=str(event),
            lane="shop",
            position=event.version * _EVENTS_A_VERSION + place,
        )
        for place, event in enumerate(events_of(before, after, payment, outcome))
    )


def _deadline_tasks(
    order: Order, known: Payment | None, payment: Payment, policy: Policy
) -> list[Task]:
    """Look again when the account's time is over, whenever it begins to be waited for.

    The version is in the name: after a clock was set back an account may be waited for again
    that had lapsed, and the watch that saw it lapse is done.
    """
    due_at = _deadline(payment)
    if due_at is None or due_at == _deadline(known):
        return []
    return [
        Task(
            kind=TaskKind.DEPOSIT_DEADLINE,
            order_id=order.order_id,
            key=payment.key,
            due_at=due_at + policy.deposit_grace,
            detail=f"{due_at:%Y%m%dT%H%M%S}:{order.version}",
        )
    ]


def _deadline(payment: Payment | None) -> datetime | None:
    account = None if payment is None else payment.awaited_account
    return None if account is None else account.due_at
