"""Watch a deposit: when an account's time is over, ask the gateway whether it was paid."""

from application.recheck_payment import RecheckPayment
from application.run_tasks import Done, TaskResult, TryLater
from domain.history import has_refused
from domain.order import Order
from domain.tasks import Task
from domain.virtual_account import VirtualAccount
from ports.order_repository import OrderRepository


class WatchDeposit:
    """Handles `depositDeadline` tasks. The order expires only if the gateway agrees."""

    def __init__(self, orders: OrderRepository, recheck_payment: RecheckPayment) -> None:
        self._orders = orders
        self._recheck_payment = recheck_payment

    async def __call__(self, task: Task, attempts: int, /) -> TaskResult:
        order = await self._orders.find_by_id(task.order_id)
        if order is None or _awaited_account(order, task) is None:
            return Done()
        result = await self._recheck_payment(task, attempts)
        order = await self._orders.find_by_id(task.order_id)
        if isinstance(result, Done) and order is not None and _is_still_to_watch(order, task):
            # Our clock was ahead and is right again, or the answer could not be used.
            return TryLater(why="stillAwaited")
        return result


def _awaited_account(order: Order, task: Task) -> VirtualAccount | None:
    payment = order.payment(task.key)
    return None if payment is None else payment.awaited_account


def _is_still_to_watch(order: Order, task: Task) -> bool:
    """Whether nobody else looks: a deadline put off has its own watch, a forgery a person."""
    account = _awaited_account(order, task)
    if account is None or account.due_at is None or has_refused(order, task.key):
        return False
    return account.due_at <= task.due_at
