"""Notify people: the buyer of an account to pay into, the operator of what needs a look."""

from application.run_tasks import Done, TaskResult
from domain.payment import PaymentStatus
from domain.tasks import AlertReason, Task
from ports.notifier import AccountNotice, Notifier, OperatorAlert
from ports.order_repository import OrderRepository


class TellBuyerAccount:
    """Handles `tellBuyerAccount` tasks. An account no longer waiting, or no phone, ends it."""

    def __init__(self, orders: OrderRepository, notifier: Notifier) -> None:
        self._orders = orders
        self._notifier = notifier

    async def __call__(self, task: Task, _attempts: int, /) -> TaskResult:
        order = await self._orders.find_by_id(task.order_id)
        if order is None or order.customer is None or order.customer.phone is None:
            return Done()
        payment = order.payment(task.key)
        if payment is None or payment.status is not PaymentStatus.AWAITING_DEPOSIT:
            return Done()
        if payment.virtual_account is not None:
            await self._notifier.send(
                AccountNotice(
                    message_id=task.task_id,
                    phone=order.customer.phone,
                    locale=order.customer.locale,
                    order_id=order.order_id,
                    order_name=order.name,
                    amount=order.amount,
                    account=payment.virtual_account,
                )
            )
        return Done()


class AlertOperator:
    """Handles `alertOperator` tasks."""

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier

    async def __call__(self, task: Task, _attempts: int, /) -> TaskResult:
        await self._notifier.send(
            OperatorAlert(
                message_id=task.task_id,
                order_id=task.order_id,
                key=task.key,
                reason=AlertReason(task.detail),
            )
        )
        return Done()
