"""Approve a payment: let the gateway take the money of one that waits for our word."""

from collections.abc import Mapping
from dataclasses import replace

from application.settle_seen import settle_seen
from domain.approval import forgotten_rivals, has_rival, may_approve, noted
from domain.order import Order, Trigger
from domain.payment import Payment, PaymentStatus
from domain.policy import Policy
from ports.clock import Clock
from ports.errors import (
    ConcurrentUpdate,
    GatewayProtocolError,
    GatewayUnavailable,
    PaymentBoundElsewhere,
    PortError,
)
from ports.order_repository import OrderRepository
from ports.payment_approval import PaymentApproval
from ports.payment_gateway import PaymentGateway


class ApprovePayment:
    """Says yes where a buyer is there and the rules allow it, and finds out what came of it."""

    def __init__(
        self,
        orders: OrderRepository,
        approvals: Mapping[str, PaymentApproval],
        gateways: Mapping[str, PaymentGateway],
        clock: Clock,
        policy: Policy,
    ) -> None:
        self._orders = orders
        self._approvals = approvals
        self._gateways = gateways
        self._clock = clock
        self._policy = policy

    async def __call__(
        self,
        order: Order,
        payment: Payment,
        token: str | None,
        gateway: PaymentGateway,
        trigger: Trigger,
    ) -> tuple[Order, Payment] | None:
        """The order and the payment as they are afterwards: unchanged, if we may not say yes.

        None if that has to wait, since another payment may be paying the order at this moment.
        Raises `GatewayUnavailable` or `GatewayProtocolError` while nobody knows what came of it.
        Then asking again is safe, and a crash at any moment leaves what a later look finds out.
        Raises `ConcurrentUpdate`, with nothing asked, if somebody else wrote to the order, or if
        a payment that was approved before has news: then it is settled, and all is decided anew.
        """
        approval = self._approvals.get(gateway.name)
        now = self._clock.now()
        if approval is None or not may_approve(order, payment, now, self._policy):
            return order, payment
        if has_rival(order, payment, now):
            return None
        await self._settle_forgotten(order, payment, trigger)
        # Written before it is asked: whoever comes with another payment has to find it.
        with_note = noted(order, payment, now, trigger)
        if with_note is None or not await self._is_written(order, with_note):
            return order, payment
        return with_note, await self._approve(with_note, payment, token, gateway, approval)

    async def _settle_forgotten(self, order: Order, payment: Payment, trigger: Trigger) -> None:
        for key in forgotten_rivals(order, payment):
            gateway = self._gateways.get(key.gateway)
            seen = None if gateway is None else await gateway.find_payment(key.payment_id)
            if seen is None:
                continue
            now = self._clock.now()
            after = await settle_seen(self._orders, order, seen, now, self._policy, trigger)
            if after is not order:
                raise ConcurrentUpdate("rival-has-news")

    async def _is_written(self, read: Order, with_note: Order) -> bool:
        """Whether the note is in the record; a payment of another order is never approved."""
        try:
            if with_note is not read:
                await self._orders.save(with_note, ())
                return True
        except PaymentBoundElsewhere:
            return False
        # A note of before is still good, but nothing was written that an older order could not be.
        stands = await self._orders.find_by_id(read.order_id)
        if stands is None or stands.version != read.version:
            raise ConcurrentUpdate("order-has-news")
        return True

    async def _approve(
        self,
        order: Order,
        payment: Payment,
        token: str | None,
        gateway: PaymentGateway,
        approval: PaymentApproval,
    ) -> Payment:
        payment_id = payment.key.payment_id
        try:
            answer = await approval.approve(payment_id, order.order_id, order.amount, token)
        except (GatewayUnavailable, GatewayProtocolError) as unknown:
            return await self._look_up(payment_id, gateway, unknown)
        if isinstance(answer, Payment):
            return answer
        # It may have ended meanwhile; one that only waits on has failed for this buyer.
        now = await gateway.find_payment(payment_id) or payment
        if not now.awaits_approval:
            return now
        return replace(
            now,
            status=PaymentStatus.FAILED,
            awaits_approval=False,
            failure_reason=answer.reason,
        )

    async def _look_up(
        self, payment_id: str, gateway: PaymentGateway, unknown: PortError
    ) -> Payment:
        """What came of it, if that shows; what still waits may be taken yet, and stays unknown."""
        payment = await gateway.find_payment(payment_id)
        if payment is None or payment.awaits_approval:
            raise unknown
        return payment
