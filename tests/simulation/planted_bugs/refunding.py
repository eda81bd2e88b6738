"""Mistakes in giving money back: what is written when, looked at, counted, compared."""

from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from adapters.memory.refund_allowance import MemoryRefundAllowance
from application import auto_refund, carry_out_refund
from application.auto_refund import AutoRefund
from application.carry_out_refund import CarryOutRefund
from application.run_tasks import Done, TaskResult
from domain import refund_rules
from domain.auto_refund import cause_of
from domain.money import Money
from domain.order import Order, Trigger
from domain.payment import Payment
from domain.refund import Refund, RefundStatus
from domain.refund_request import RefundRequest
from domain.refund_rules import Ask
from domain.refund_steps import refused
from domain.tasks import Task
from ports.errors import GatewayProtocolError, GatewayUnavailable
from ports.refund_desk import RefundOrder
from tests.simulation.planted_bugs.planting import Patches, planted, replacing

_next_step = refund_rules.next_step
_first_step = refund_rules._first_step
_try_once = CarryOutRefund._try_once
_ask = CarryOutRefund._ask


def _looking(next_step: Any) -> Patches:
    return [replacing(carry_out_refund, "next_step", next_step)]


@planted("a refund is asked for again without comparing what was given back")
def asks_blindly() -> Patches:
    def next_step(order: Order, refund: Refund, payment: Payment) -> Any:
        step = _next_step(order, refund, payment)
        if refund.status is not RefundStatus.ASKED or not payment.holds_money:
            return step
        assert isinstance(payment.total, Money)
        assert isinstance(payment.cancelled, Money)
        left = payment.total.minus(payment.cancelled)
        return Ask(cancelled=payment.cancelled, remaining=left)

    return _looking(next_step)


@planted("the gateway is asked to give back before that is written down")
def asks_before_it_writes() -> Patches:
    async def ask(self: CarryOutRefund, order: Order, refund: Refund, step: Ask) -> TaskResult:
        desk = self._desks[refund.key.gateway]
        await desk.refund(
            RefundOrder(
                refund_id=refund.refund_id,
                payment_id=refund.key.payment_id,
                amount=refund.amount,
                remaining=step.remaining,
                reason=refund.reason,
            )
        )
        return await _ask(self, order, refund, step)

    return [replacing(CarryOutRefund, "_ask", ask)]


@planted("what other refunds may still take is not counted")
def counts_no_others() -> Patches:
    return [replacing(refund_rules, "_reserved_minor", lambda _refund, _cancelled: 0)]


def _lost_answer(conclude: Any) -> Patches:
    async def try_once(self: CarryOutRefund, task: Task) -> TaskResult:
        try:
            return await _try_once(self, task)
        except (GatewayUnavailable, GatewayProtocolError):
            order = await self._orders.find_by_id(task.order_id)
            refund = None if order is None else order.refund(task.detail)
            if order is None or refund is None or refund.status is not RefundStatus.ASKED:
                raise
            result: TaskResult = await conclude(self, order, refund)
            return result

    return [replacing(CarryOutRefund, "_try_once", try_once)]


@planted("a refund whose answer was lost counts as given back")
def lost_is_given() -> Patches:
    return _lost_answer(CarryOutRefund._finish)


@planted("a refund whose answer was lost counts as refused")
def lost_is_not_given() -> Patches:
    async def refuse(self: CarryOutRefund, order: Order, refund: Refund) -> TaskResult:
        return await self._refuse(order, refund, "lost")

    return _lost_answer(refuse)


@planted("a no to a second try counts, though the first came through")
def any_no_is_final() -> Patches:
    async def declined(
        self: CarryOutRefund, order: Order, refund: Refund, _answer: Any, **_: Any
    ) -> TaskResult:
        return await self._refuse(order, refund, "declined")

    return [
        replacing(CarryOutRefund, "_declined", declined),
        *_looking(_asking_the_first_words_again),
    ]


def _asking_the_first_words_again(order: Order, refund: Refund, payment: Payment) -> Any:
    before = refund.cancelled_before
    if before is None or not isinstance(payment.total, Money):
        return _next_step(order, refund, payment)
    return Ask(cancelled=before, remaining=payment.total.minus(before))


@planted("two refunds of one payment are asked for at one time")
def side_by_side() -> Patches:
    def first_step(order: Order, *rest: Any) -> Any:
        return _first_step(replace(order, refunds=()), *rest)

    return [replacing(refund_rules, "_first_step", first_step)]


@planted("a refund's key stands for whatever is asked with it")
def key_is_not_compared() -> Patches:
    return [replacing(RefundRequest, "contents", lambda _self, _left: "contents")]


@planted("each time it is asked for, a refund is another one")
def keyless() -> Patches:
    births = count()

    def refund_id(self: RefundRequest) -> str:
        return f"rf-{next(births):020x}-{self.order_id}"

    return [replacing(RefundRequest, "refund_id", property(refund_id))]


@planted("nobody hears of a refund that was refused")
def refuses_in_silence() -> Patches:
    async def refuse(self: CarryOutRefund, order: Order, refund: Refund, why: str) -> TaskResult:
        now = self._clock.now()
        after = refused(order, refund.refund_id, now, why, Trigger.REFUND)
        await self._orders.save(after, [])
        return Done()

    return [replacing(CarryOutRefund, "_refuse", refuse)]


@planted("the ceiling of one payment is not looked at")
def no_ceiling() -> Patches:
    async def status(self: AutoRefund, refund_id: str, amount: Money) -> RefundStatus:
        day, limit = self._clock.now().date(), self._ceilings.of_day(amount)
        is_within = await self._allowance.take(refund_id, amount, day, limit)
        return RefundStatus.REQUESTED if is_within else RefundStatus.AWAITING_APPROVAL

    return [replacing(AutoRefund, "_status", status)]


@planted("each refund has the whole day's allowance")
def no_daily_limit() -> Patches:
    async def take(
        _self: MemoryRefundAllowance, _id: str, amount: Money, _day: date, limit: Money
    ) -> bool:
        return amount.amount_minor <= limit.amount_minor

    return [replacing(MemoryRefundAllowance, "take", take)]


@planted("money goes back unasked, though the gateway says by now that it is another order's")
def gives_back_anothers() -> Patches:
    def as_ours(order: Order, payment: Payment) -> Payment:
        return replace(payment, order_id=order.order_id)

    def first_step(order: Order, refund: Refund, payment: Payment, *rest: Any) -> Any:
        return _first_step(order, refund, as_ours(order, payment), *rest)

    return [
        replacing(auto_refund, "cause_of", lambda o, p, policy: cause_of(o, as_ours(o, p), policy)),
        replacing(refund_rules, "_first_step", first_step),
    ]
