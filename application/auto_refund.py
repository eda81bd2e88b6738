"""Refund by policy: what was paid too much or wrongly is given back, after one more look."""

from collections.abc import Mapping

from application.gateway_of import gateway_of
from application.request_refund import NotRefundable, RequestRefund
from application.retry_schedule import MAX_ATTEMPTS_FOR_REFUND
from application.run_tasks import Done, GiveUp, TaskResult, TryLater
from application.settle_seen import settle_seen
from domain.auto_refund import Cause, Ceilings, cause_of
from domain.errors import InvalidValue
from domain.money import Money
from domain.order import Order, Trigger
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.refund import RefundStatus, Requester
from domain.refund_request import RefundRequest
from domain.refund_rules import Unrefundable, left_to_refund
from domain.tasks import AlertReason, Task, alert
from ports.clock import Clock
from ports.errors import (
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    PaymentBoundElsewhere,
)
from ports.order_repository import OrderRepository
from ports.payment_gateway import PaymentGateway
from ports.refund_allowance import RefundAllowance
from ports.task_queue import TaskQueue

# In the shop's books, and the gateway's.
_REASONS = {
    Cause.SURPLUS: "중복 결제 자동 환불 (paid twice)",
    Cause.FORGED: "주문과 다른 결제 자동 환불 (not what was ordered)",
}


class AutoRefund:
    """Handles `autoRefund` tasks: looks again, and requests the refund of what was really paid."""

    def __init__(
        self,
        orders: OrderRepository,
        tasks: TaskQueue,
        gateways: Mapping[str, PaymentGateway],
        request_refund: RequestRefund,
        allowance: RefundAllowance,
        clock: Clock,
        policy: Policy,
        ceilings: Ceilings,
    ) -> None:
        self._orders = orders
        self._tasks = tasks
        self._gateways = gateways
        self._request_refund = request_refund
        self._allowance = allowance
        self._clock = clock
        self._policy = policy
        self._ceilings = ceilings

    async def __call__(self, task: Task, _attempts: int, /) -> TaskResult:
        order = await self._orders.find_by_id(task.order_id)
        if order is None:
            return GiveUp(why="orderNotFound")
        try:
            gateway = gateway_of(self._gateways, task.key)
            payment = await gateway.find_payment(task.key.payment_id)
        except (GatewayUnavailable, GatewayProtocolError, GatewayRefused) as error:
            return _later(error.code)
        if payment is None:
            return _later("paymentNotFound")
        if payment.mode is Mode.UNKNOWN or payment.status is PaymentStatus.UNKNOWN:
            return _later("paymentUnknown")
        now = self._clock.now()
        try:
            order = await settle_seen(
                self._orders, order, payment, now, self._policy, Trigger.POLICY
            )
        except PaymentBoundElsewhere:
            # The gateway once took it for another order's, and so does the record.
            await self._alert(task)
            return Done()
        return await self._request(order, payment, task)

    async def _request(self, order: Order, payment: Payment, task: Task) -> TaskResult:
        cause = cause_of(order, payment, self._policy)
        left = left_to_refund(order, payment)
        if cause is None or left is None or left.amount_minor == 0:
            return Done()  # given back meanwhile, or needed by now
        request = RefundRequest(
            order_id=order.order_id,
            key=task.key,
            number=left.number,
            reason=_REASONS[cause],
            requested_by=Requester.POLICY,
            idempotency_key=str(task.key),
            # The ceilings were those of this currency, should the next look show another.
            currency_code=left.currency_code,
        )
        if order.refund(request.refund_id) is not None:
            return Done()
        status = await self._status(request.refund_id, left)
        try:
            answer = await self._request_refund(request, status)
        except InvalidValue:
            return _later("changedMeanwhile")
        if isinstance(answer, NotRefundable):
            if answer.why is Unrefundable.ABOVE_REMAINING:
                return _later("changedMeanwhile")
            await self._alert(task)
        return Done()

    async def _status(self, refund_id: str, amount: Money) -> RefundStatus:
        """Whether it goes on by itself, or waits for a person."""
        if amount.amount_minor > self._ceilings.of_payment(amount).amount_minor:
            return RefundStatus.AWAITING_APPROVAL
        day, limit = self._clock.now().date(), self._ceilings.of_day(amount)
        is_within = await self._allowance.take(refund_id, amount, day, limit)
        return RefundStatus.REQUESTED if is_within else RefundStatus.AWAITING_APPROVAL

    async def _alert(self, task: Task) -> None:
        """It needs what only a person can find out: an account, or another way."""
        now, reason = self._clock.now(), AlertReason.REFUND_NEEDS_PERSON
        await self._tasks.put(alert(task.order_id, task.key, reason, now))


def _later(why: str) -> TryLater:
    return TryLater(why=why, max_attempts=MAX_ATTEMPTS_FOR_REFUND)
