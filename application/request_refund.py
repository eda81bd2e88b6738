"""Request a refund: record the intent, and the task that carries it out, in one write."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from application.verify_payment import MAX_TRIES, OrderNotFound, PaymentNotFound
from domain.errors import InvalidValue
from domain.forgery import is_own_forgery
from domain.history import has_refused
from domain.money import Money
from domain.order import Order
from domain.payment import Payment, PaymentKey
from domain.refund import Refund, RefundStatus
from domain.refund_request import RefundRequest
from domain.refund_rules import Unrefundable, left_to_refund, why_not
from domain.refund_steps import requested
from domain.tasks import AlertReason, Task, alert, refund_task
from ports.clock import Clock
from ports.errors import ConcurrentUpdate
from ports.order_repository import OrderRepository
from ports.payment_gateway import PaymentGateway


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRecorded:
    """The refund as it stands in its order; `created` is False if it was requested before."""

    order: Order
    refund: Refund
    created: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundConflict:
    """The idempotency key was used for another refund; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRefundable:
    """That much of that payment cannot be given back; nothing was recorded."""

    why: Unrefundable
    left: Money | None


RefundAnswer = RefundRecorded | RefundConflict | OrderNotFound | PaymentNotFound | NotRefundable


class RequestRefund:
    """Records a refund once; the same request again gives the same refund.

    `refunding` names the gateways that can give money back.
    """

    def __init__(
        self,
        orders: OrderRepository,
        gateways: Mapping[str, PaymentGateway],
        refunding: Collection[str],
        clock: Clock,
    ) -> None:
        self._orders = orders
        self._gateways = gateways
        self._refunding = refunding
        self._clock = clock

    async def __call__(
        self, request: RefundRequest, /, status: RefundStatus = RefundStatus.REQUESTED
    ) -> RefundAnswer:
        """Raises `InvalidValue` for what cannot be. The gateway is asked for a forgery alone."""
        gateway = self._gateways.get(request.key.gateway)
        if gateway is None:
            raise InvalidValue("gateway", "is not one of the configured gateways")
        if not gateway.is_payment_id(request.key.payment_id):
            raise InvalidValue("payment_id", f"is not a payment id of {gateway.name}")
        for _ in range(MAX_TRIES):
            try:
                return await self._try_once(request, gateway, status)
            except ConcurrentUpdate:
                continue
        raise ConcurrentUpdate("too-many-tries")

    async def _try_once(
        self, request: RefundRequest, gateway: PaymentGateway, status: RefundStatus
    ) -> RefundAnswer:
        order = await self._orders.find_by_id(request.order_id)
        if order is None:
            return OrderNotFound()
        known = order.refund(request.refund_id)
        if known is not None:
            if request.contents(known.amount) != known.contents:
                return RefundConflict()
            return RefundRecorded(order=order, refund=known, created=False)
        payment = order.payment(request.key) or await self._forgery(order, request.key, gateway)
        if payment is None:
            return PaymentNotFound()
        refund = self._judged(order, payment, request, status)
        if isinstance(refund, NotRefundable):
            return refund
        grown = requested(order, refund, refund.requested_at, request.trigger)
        await self._orders.save(grown, [_task_of(grown, refund)])
        return RefundRecorded(order=grown, refund=refund, created=True)

    def _judged(
        self, order: Order, payment: Payment, request: RefundRequest, status: RefundStatus
    ) -> Refund | NotRefundable:
        if request.key.gateway not in self._refunding:
            return NotRefundable(why=Unrefundable.GATEWAY_CANNOT_REFUND, left=None)
        left = left_to_refund(order, payment)
        if left is None:
            return NotRefundable(why=Unrefundable.HOLDS_NO_MONEY, left=None)
        amount = request.amount(left)
        why = why_not(order, payment, amount, has_account=request.account is not None)
        if why is not None:
            return NotRefundable(why=why, left=left)
        return Refund(
            refund_id=request.refund_id,
            key=request.key,
            amount=amount,
            reason=request.reason,
            requested_at=self._clock.now(),
            requested_by=request.requested_by,
            contents=request.contents(left),
            status=status,
            operator=request.operator,
            account=request.account,
        )

    async def _forgery(
        self, order: Order, key: PaymentKey, gateway: PaymentGateway
    ) -> Payment | None:
        """A payment that was refused, as it is now, if its money came for this very order."""
        if not has_refused(order, key):
            return None
        payment = await gateway.find_payment(key.payment_id)
        if payment is None or not is_own_forgery(order, payment):
            return None
        is_bound = await self._orders.find_order_id_by_payment(key) is not None
        return None if is_bound else payment


def _task_of(order: Order, refund: Refund) -> Task:
    """What must follow: carrying it out, or a person's look."""
    if refund.status is RefundStatus.AWAITING_APPROVAL:
        return alert(
            order.order_id,
            refund.key,
            AlertReason.REFUND_AWAITS_APPROVAL,
            refund.requested_at,
            refund_id=refund.refund_id,
        )
    return refund_task(order.order_id, refund, refund.requested_at)
