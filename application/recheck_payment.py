"""Recheck a payment: look again at what could not be settled when somebody knocked."""

from collections.abc import Mapping

from application.retry_schedule import MAX_ATTEMPTS_FOR_ABSENT
from application.run_tasks import Done, TaskResult, TryLater
from application.verify_payment import Knock, OrderNotFound, PaymentNotFound, VerifyPayment
from domain.order import Trigger
from domain.payment import PaymentStatus
from domain.tasks import Task
from ports.errors import GatewayProtocolError, GatewayRefused
from ports.payment_gateway import PaymentGateway


class RecheckPayment:
    """Handles `recheck` tasks."""

    def __init__(
        self, verify_payment: VerifyPayment, gateways: Mapping[str, PaymentGateway]
    ) -> None:
        self._verify_payment = verify_payment
        self._gateways = gateways

    async def __call__(self, task: Task, attempts: int, /) -> TaskResult:
        # Whoever knocked may have claimed something newer than the record, so the gateway is asked.
        knock = Knock(
            order_id=task.order_id,
            key=task.key,
            trigger=Trigger.RECHECK,
            claimed=PaymentStatus.UNKNOWN,
        )
        try:
            match await self._verify_payment(knock):
                case OrderNotFound():
                    return await self._without_order(task)
                case PaymentNotFound(was_known=True):
                    # No noise: the gateway itself has shown it. A person should know in the end.
                    return TryLater(why="paymentNotFound")
                case PaymentNotFound() if attempts < MAX_ATTEMPTS_FOR_ABSENT:
                    return TryLater(why="paymentNotFound")
                case _:
                    return Done()
        except (GatewayRefused, GatewayProtocolError) as error:
            # Credentials and releases get mended; until then the payment must not be forgotten.
            return TryLater(why=error.code)

    async def _without_order(self, task: Task) -> TaskResult:
        """Money without an order is kept for a person; a payment that nobody knows is noise."""
        gateway = self._gateways[task.key.gateway]
        if await gateway.find_payment(task.key.payment_id) is None:
            return Done()
        return TryLater(why="orderNotFound", max_attempts=MAX_ATTEMPTS_FOR_ABSENT)
