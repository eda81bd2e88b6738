"""Carry out a refund: look, write down what was seen, ask, and write down what came of it.

Whatever is lost, and wherever the process dies, the next run begins with a look at the gateway and
goes on from what is written: see `domain/refund_rules.py`.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import assert_never

from application.gateway_of import gateway_of
from application.retry_schedule import MAX_ATTEMPTS_FOR_REFUND
from application.run_tasks import Done, GiveUp, TaskResult, TryLater
from application.settle_seen import settle_seen
from application.verify_payment import MAX_TRIES
from domain.order import Order, Trigger
from domain.payment import Payment
from domain.policy import Policy
from domain.refund import Refund, RefundStatus
from domain.refund_rules import Ask, Finish, Refuse, Unrefundable, Wait, next_step
from domain.refund_steps import asked, done, refused
from domain.tasks import AlertReason, Task, alert
from ports.clock import Clock
from ports.errors import (
    ConcurrentUpdate,
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    PaymentBoundElsewhere,
)
from ports.order_repository import OrderRepository
from ports.payment_gateway import PaymentGateway
from ports.refund_desk import RefundDeclined, RefundDesk, RefundOrder
from ports.task_queue import TaskQueue

# Longer than any request can be under way: a "no" before says nothing of an earlier "give back".
EARLIER_ASKS_ARE_OVER_AFTER = timedelta(minutes=5)
# About a quarter of an hour of not knowing; then a person should look too.
ALERT_AT_ATTEMPT = 10


class CarryOutRefund:
    """Handles `refund` tasks."""

    def __init__(
        self,
        orders: OrderRepository,
        tasks: TaskQueue,
        gateways: Mapping[str, PaymentGateway],
        desks: Mapping[str, RefundDesk],
        clock: Clock,
        policy: Policy,
    ) -> None:
        self._orders = orders
        self._tasks = tasks
        self._gateways = gateways
        self._desks = desks
        self._clock = clock
        self._policy = policy

    async def __call__(self, task: Task, attempts: int, /) -> TaskResult:
        result: TaskResult | None = None
        try:
            for _ in range(MAX_TRIES):
                try:
                    result = await self._try_once(task)
                    break
                except ConcurrentUpdate:
                    continue
        except (GatewayUnavailable, GatewayProtocolError, GatewayRefused) as error:
            # Credentials and releases get mended; until then the refund must not be forgotten.
            result = _later(error.code)
        result = result or _later("tooManyTries")
        if isinstance(result, TryLater) and attempts == ALERT_AT_ATTEMPT:
            await self._alert_unknown(task)
        return result

    async def _try_once(self, task: Task) -> TaskResult:
        order = await self._orders.find_by_id(task.order_id)
        refund = None if order is None else order.refund(task.detail)
        if order is None or refund is None:
            return GiveUp(why="refundNotFound")
        if refund.is_over or refund.status is RefundStatus.AWAITING_APPROVAL:
            return Done()
        gateway = gateway_of(self._gateways, refund.key)
        payment = await gateway.find_payment(refund.key.payment_id)
        if payment is None:
            return _later("paymentNotFound")
        try:
            order = await self._settled(order, payment)
        except PaymentBoundElsewhere:
            # The gateway once took it for another order's, and so does the record.
            if refund.status is RefundStatus.REQUESTED:
                return await self._refuse(order, refund, Unrefundable.OTHER_ORDER)
            return _later("paymentBoundElsewhere")
        return await self._go_on(order, refund, payment)

    async def _go_on(self, order: Order, refund: Refund, payment: Payment) -> TaskResult:
        match next_step(order, refund, payment):
            case Wait(why=why):
                return _later(why)
            case Finish():
                return await self._finish(order, refund)
            case Refuse(why=why):
                return await self._refuse(order, refund, why)
            case Ask() as step:
                return await self._ask(order, refund, step)
            case other:
                assert_never(other)

    async def _ask(self, order: Order, refund: Refund, step: Ask) -> TaskResult:
        desk = self._desks.get(refund.key.gateway)
        is_first = refund.status is RefundStatus.REQUESTED
        if desk is None:
            if is_first:
                return await self._refuse(order, refund, Unrefundable.GATEWAY_CANNOT_REFUND)
            return _later(Unrefundable.GATEWAY_CANNOT_REFUND)
        if is_first:
            order = asked(order, refund.refund_id, self._clock.now(), step.cancelled)
            await self._orders.save(order, [])
            refund = order.refund(refund.refund_id) or refund
        answer = await desk.refund(
            RefundOrder(
                refund_id=refund.refund_id,
                payment_id=refund.key.payment_id,
                amount=refund.amount,
                remaining=step.remaining,
                reason=refund.reason,
                account=refund.account,
            )
        )
        if isinstance(answer, RefundDeclined):
            return await self._declined(order, refund, answer, is_first=is_first)
        # The answer is the payment after our request: newer than the order that we hold.
        order = await self._settled(order, answer)
        if isinstance(next_step(order, refund, answer), Finish):
            return await self._finish(order, refund)
        return _later("notSeenYet")

    async def _declined(
        self, order: Order, refund: Refund, answer: RefundDeclined, *, is_first: bool
    ) -> TaskResult:
        """A "no" may only mean that an earlier request of this refund has come through."""
        gateway = gateway_of(self._gateways, refund.key)
        payment = await gateway.find_payment(refund.key.payment_id)
        if payment is None:
            return _later("paymentNotFound")
        order = await self._settled(order, payment)
        step = next_step(order, refund, payment)
        if isinstance(step, Finish):
            return await self._finish(order, refund)
        if isinstance(step, Wait):
            return _later(step.why)
        asked_at = refund.asked_at or self._clock.now()
        may_be_under_way = self._clock.now() - asked_at < EARLIER_ASKS_ARE_OVER_AFTER
        if isinstance(step, Ask) and not is_first and may_be_under_way:
            return _later("declined")
        return await self._refuse(order, refund, answer.reason)

    async def _settled(self, order: Order, payment: Payment) -> Order:
        """The order after the snapshot, by the settle rule: it was read after the order."""
        now = self._clock.now()
        return await settle_seen(self._orders, order, payment, now, self._policy, Trigger.REFUND)

    async def _finish(self, order: Order, refund: Refund) -> TaskResult:
        await self._orders.save(done(order, refund.refund_id, self._clock.now()), [])
        return Done()

    async def _refuse(self, order: Order, refund: Refund, why: str) -> TaskResult:
        now = self._clock.now()
        after = refused(order, refund.refund_id, now, why, Trigger.REFUND)
        told = alert(
            order.order_id,
            refund.key,
            AlertReason.REFUND_REFUSED,
            now,
            refund_id=refund.refund_id,
        )
        await self._orders.save(after, [told])
        return Done()

    async def _alert_unknown(self, task: Task) -> None:
        now = self._clock.now()
        reason = AlertReason.REFUND_UNKNOWN
        await self._tasks.put(alert(task.order_id, task.key, reason, now, refund_id=task.detail))


def _later(why: str) -> TryLater:
    return TryLater(why=why, max_attempts=MAX_ATTEMPTS_FOR_REFUND)
