"""Values in a few words, for the lines of a trace."""

from datetime import datetime
from functools import singledispatch

from domain.order import Order
from domain.payment import Payment
from domain.tasks import Task
from ports.notifier import AccountNotice, OperatorAlert
from ports.shop_channel import News
from ports.task_queue import ClaimedTask


@singledispatch
def short(value: object) -> str:
    """The value as text; phones and tokens are never in it."""
    return str(value)


@short.register
def _(value: list | tuple) -> str:  # type: ignore[type-arg]
    return f"[{', '.join(map(short, value))}]"


@short.register
def _(order: Order) -> str:
    payments = " ".join(map(short, order.payments))
    return f"{order.order_id} v{order.version} {order.status} {{{payments}}}"


@short.register
def _(payment: Payment) -> str:
    lapsed = " lapsed" if payment.lapsed else ""
    return (
        f"{payment.key.payment_id} of {payment.order_id}: {payment.status}{lapsed}, "
        f"{payment.mode}, {payment.total} less {payment.cancelled} ({payment.evidence})"
    )


@short.register
def _(task: Task) -> str:
    return task.task_id


@short.register
def _(claimed: ClaimedTask) -> str:
    return f"{claimed.task.task_id} (try {claimed.attempts}, {claimed.lease})"


@short.register
def _(notice: AccountNotice) -> str:
    return f"notice {notice.message_id}, account {notice.account.number}"


@short.register
def _(alert: OperatorAlert) -> str:
    return f"notice {alert.message_id}"


@short.register
def _(news: News) -> str:
    return f"{news.type} of {news.order_id} ({news.event_id[:12]})"


@short.register
def _(moment: datetime) -> str:
    return f"{moment:%m-%dT%H:%M:%S.%f}"
