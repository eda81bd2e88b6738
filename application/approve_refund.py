"""Approve a refund that waits for a person, or decline it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from application.verify_payment import MAX_TRIES
from domain.order import Order, Trigger
from domain.refund import Refund, RefundStatus
from domain.refund_request import order_id_of
from domain.refund_rules import Unrefundable
from domain.refund_steps import approved, refused
from domain.tasks import Task, refund_task
from ports.clock import Clock
from ports.errors import ConcurrentUpdate, RecordCorrupt
from ports.order_repository import OrderRepository, UnreadableOrder

_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRefund:
    """A refund that awaits a person's word, and its order."""

    order: Order
    refund: Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """It goes on, or is refused; `refund` as it stands now."""

    refund: Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class NotWaiting:
    """Somebody has decided before, or it never waited; nothing was changed."""

    refund: Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundNotFound:
    """There is no refund of that id."""


class ApproveRefund:
    """Lists what waits for a person, and records what the person decides."""

    def __init__(self, orders: OrderRepository, clock: Clock) -> None:
        self._orders = orders
        self._clock = clock

    async def waiting(
        self, after_order_id: str = "", page: int = _PAGE
    ) -> AsyncGenerator[WaitingRefund | UnreadableOrder, None]:
        """Every refund that awaits approval, by order id, read in pages of so many orders.

        An order that cannot be understood is told in its place, and hides no other.
        """
        while True:
            try:
                orders = await self._orders.list_awaiting_approval(after_order_id, page)
            except RecordCorrupt as error:
                if error.order_id <= after_order_id:
                    raise  # no page can begin after it
                yield UnreadableOrder(order_id=error.order_id, field=error.field)
                after_order_id = error.order_id
                continue
            if not orders:
                return
            for order in orders:
                for refund in order.refunds:
                    if refund.status is RefundStatus.AWAITING_APPROVAL:
                        yield WaitingRefund(order=order, refund=refund)
            after_order_id = orders[-1].order_id

    async def __call__(
        self, refund_id: str, /, *, operator: str, approves: bool, trigger: Trigger = Trigger.CLI
    ) -> Decided | NotWaiting | RefundNotFound:
        """Raises `InvalidValue` for text that names no refund, or nobody.

        `trigger` is the door that the person came through.
        """
        order_id = order_id_of(refund_id)
        for _ in range(MAX_TRIES):
            order = await self._orders.find_by_id(order_id)
            refund = None if order is None else order.refund(refund_id)
            if order is None or refund is None:
                return RefundNotFound()
            if refund.status is not RefundStatus.AWAITING_APPROVAL:
                return NotWaiting(refund=refund)
            after, tasks = self._decide(order, refund, operator, trigger, approves=approves)
            try:
                await self._orders.save(after, tasks)
            except ConcurrentUpdate:
                continue
            return Decided(refund=after.refund(refund_id) or refund)
        raise ConcurrentUpdate("too-many-tries")

    def _decide(
        self, order: Order, refund: Refund, operator: str, trigger: Trigger, *, approves: bool
    ) -> tuple[Order, list[Task]]:
        now = self._clock.now()
        if approves:
            after = approved(order, refund.refund_id, now, operator, trigger)
            return after, [refund_task(order.order_id, refund, now)]
        why = Unrefundable.NOT_APPROVED
        return refused(order, refund.refund_id, now, why, trigger, operator), []
