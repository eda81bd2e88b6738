"""Register an order's amount at the gateway, so that no window opens there for another one."""

from collections.abc import Mapping

from application.run_tasks import Done, GiveUp, TaskResult
from domain.order import OrderStatus
from domain.tasks import Task
from ports.amount_registration import AmountRegistration
from ports.order_repository import OrderRepository


class RegisterAmount:
    """Tells the gateway what the record says the order costs, when the task runs."""

    def __init__(
        self, orders: OrderRepository, registrations: Mapping[str, AmountRegistration]
    ) -> None:
        self._orders = orders
        self._registrations = registrations

    async def __call__(self, task: Task, _attempts: int, /) -> TaskResult:
        """Nothing is registered for an order that somebody has begun to pay."""
        registration = self._registrations.get(task.key.gateway)
        if registration is None:
            return Done()
        order = await self._orders.find_by_id(task.order_id)
        if order is None:
            return GiveUp(why="orderNotFound")
        if order.status is OrderStatus.PENDING:
            await registration.register_amount(order.order_id, order.amount)
        return Done()
