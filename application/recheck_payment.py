"""Recheck a payment: look again at what could not be settled when somebody knocked."""

from collections.abc import Mapping
from dataclasses import replace

from application.keep_stray import KeepStray
from application.retry_schedule import MAX_ATTEMPTS_FOR_ABSENT
from application.run_tasks import Done, TaskResult, TryLater
from application.verify_payment import (
    Knock,
    OrderNotFound,
    PaymentNotFound,
    Settled,
    VerifyPayment,
)
from domain.identifiers import is_order_id
from domain.order import Trigger
from domain.outcome import Forged
from domain.payment import Payment, PaymentStatus
from domain.tasks import AlertReason, Task
from ports.errors import GatewayProtocolError, GatewayRefused
from ports.payment_gateway import PaymentGateway
from ports.stray_payments import StrayPayments


class RecheckPayment:
    """Handles `recheck` tasks."""

    def __init__(
        self,
        verify_payment: VerifyPayment,
        gateways: Mapping[str, PaymentGateway],
        strays: StrayPayments,
        keep_stray: KeepStray,
    ) -> None:
        self._verify_payment = verify_payment
        self._gateways = gateways
        self._strays = strays
        self._keep_stray = keep_stray

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
                    return await self._without_order(knock, attempts)
                case PaymentNotFound(was_known=True):
                    # No noise: the gateway itself has shown it. A person should know in the end.
                    return TryLater(why="paymentNotFound")
                case PaymentNotFound() if attempts < MAX_ATTEMPTS_FOR_ABSENT:
                    return TryLater(why="paymentNotFound")
                case Settled(awaits_approval=True) if attempts < MAX_ATTEMPTS_FOR_ABSENT:
                    # Our word may have been given, and not have reached them yet.
                    return TryLater(why="awaitsApproval")
                case Settled(outcome=Forged() as forgery) if _is_another_orders(forgery):
                    # Whoever said otherwise may be a stranger: a stray stays one for its own order.
                    return Done()
                case _:
                    # It may have been a stray until its order came.
                    await self._strays.drop(task.key)
                    return Done()
        except (GatewayRefused, GatewayProtocolError) as error:
            # Credentials and releases get mended; until then the payment must not be forgotten.
            return TryLater(why=error.code)

    async def _without_order(self, knock: Knock, attempts: int) -> TaskResult:
        """The order may be on its way. After that it is kept, until it comes."""
        gateway = self._gateways[knock.key.gateway]
        payment = await gateway.find_payment(knock.key.payment_id)
        if payment is None:
            return Done()
        if attempts < MAX_ATTEMPTS_FOR_ABSENT:
            return TryLater(why="orderNotFound")
        if await self._has_order_of_its_own(knock, payment):
            await self._strays.drop(knock.key)
            return Done()
        is_told = await self._keep_stray(payment, AlertReason.WITHOUT_ORDER)
        # An order that came before it was kept has not seen it; one that comes now will.
        if not isinstance(await self._verify_payment(knock), OrderNotFound):
            await self._strays.drop(knock.key)
            return Done()
        return Done() if is_told else TryLater(why="strayNotTold")

    async def _has_order_of_its_own(self, knock: Knock, payment: Payment) -> bool:
        """Whoever named an order that nobody registered may be a stranger; the gateway is asked."""
        if payment.order_id == knock.order_id or not is_order_id(payment.order_id):
            return False
        own = replace(knock, order_id=payment.order_id)
        return not isinstance(await self._verify_payment(own), OrderNotFound)


def _is_another_orders(forgery: Forged) -> bool:
    return any(each.field == "order_id" for each in forgery.discrepancies)
