"""Watch a deposit: when an account's time is over, ask the gateway whether it was paid."""

from application.recheck_payment import RecheckPayment
from application.run_tasks import Done, TaskResult
from domain.tasks import Task
from ports.order_repository import OrderRepository


class WatchDeposit:
    """Handles `depositDeadline` tasks. The order expires only if the gateway agrees."""

    def __init__(self, orders: OrderRepository, recheck_payment: RecheckPayment) -> None:
        self._orders = orders
        self._recheck_payment = recheck_payment

    async def __call__(self, task: Task, attempts: int, /) -> TaskResult:
        order = await self._orders.find_by_id(task.order_id)
        payment = None if order is None else order.payment(task.key)
        if payment is None or not payment.awaits_deposit:
            return Done()
        return await self._recheck_payment(task, attempts)
