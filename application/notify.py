"""Notify people: the buyer of an account to pay into, the operator of what needs a look."""

from application.account_message import account_message
from application.run_tasks import Done, TaskResult
from domain.consequences import account_tasks
from domain.money import Money
from domain.order import Order
from domain.surplus import surplus_of
from domain.tasks import AlertReason, Task
from ports.errors import RecordCorrupt
from ports.notifier import AccountNotice, Notifier, OperatorAlert
from ports.order_repository import OrderRepository


class TellBuyerAccount:
    """Handles `tellBuyerAccount` tasks. No phone, or an account not to pay into now, ends it."""

    def __init__(self, orders: OrderRepository, notifier: Notifier) -> None:
        self._orders = orders
        self._notifier = notifier

    async def __call__(self, task: Task, _attempts: int, /) -> TaskResult:
        order = await self._orders.find_by_id(task.order_id)
        if order is not None:
            notice = _account_notice(order, task)
            if notice is not None:
                await self._notifier.send(notice)
        return Done()


class AlertOperator:
    """Handles `alertOperator` tasks."""

    def __init__(self, orders: OrderRepository, notifier: Notifier) -> None:
        self._orders = orders
        self._notifier = notifier

    async def __call__(self, task: Task, _attempts: int, /) -> TaskResult:
        word, _, refund_id = task.detail.partition(":")
        reason = AlertReason(word)
        await self._notifier.send(
            OperatorAlert(
                message_id=task.task_id,
                order_id=task.order_id,
                key=task.key,
                reason=reason,
                refund=await self._cure(task) if reason is AlertReason.SURPLUS else None,
                refund_id=refund_id or None,
            )
        )
        return Done()

    async def _cure(self, task: Task) -> Money | None:
        try:
            order = await self._orders.find_by_id(task.order_id)
        except RecordCorrupt:
            return None  # then the operator is told the more
        payment = None if order is None else order.payment(task.key)
        return None if order is None or payment is None else surplus_of(order, payment)


def _account_notice(order: Order, task: Task) -> AccountNotice | None:
    """The notice, unless nobody can be told or the task would not be born of the order now."""
    payment = order.payment(task.key)
    if payment is None or payment.virtual_account is None:
        return None
    if order.customer is None or order.customer.phone is None:
        return None
    # By now the account may be paid or replaced, or the order paid otherwise.
    if task not in account_tasks(order, None, payment, task.due_at):
        return None
    return AccountNotice(
        message_id=task.task_id,
        phone=order.customer.phone,
        order_id=order.order_id,
        account=payment.virtual_account,
        text=account_message(order, payment.virtual_account, order.customer.locale),
    )
