"""Approve a payment: let the gateway take the money of one that waits for our word."""

from collections.abc import Mapping
from dataclasses import replace

from domain.approval import may_approve
from domain.order import Order
from domain.payment import Payment, PaymentStatus
from domain.policy import Policy
from ports.clock import Clock
from ports.errors import GatewayProtocolError, GatewayUnavailable, PortError
from ports.payment_approval import PaymentApproval
from ports.payment_gateway import PaymentGateway


class ApprovePayment:
    """Says yes where a buyer is there and the rules allow it, and finds out what came of it."""

    def __init__(
        self, approvals: Mapping[str, PaymentApproval], clock: Clock, policy: Policy
    ) -> None:
        self._approvals = approvals
        self._clock = clock
        self._policy = policy

    async def __call__(
        self, order: Order, payment: Payment, token: str | None, gateway: PaymentGateway
    ) -> Payment:
        """The payment as it is afterwards: unchanged, if we may not say yes to it.

        Raises `GatewayUnavailable` or `GatewayProtocolError` while nobody knows what came of it.
        Then asking again is safe, and a crash at any moment leaves what a later look finds out.
        """
        approval = self._approvals.get(gateway.name)
        if approval is None or not may_approve(order, payment, self._clock.now(), self._policy):
            return payment
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
