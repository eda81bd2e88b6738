"""Mistakes in the settle rule: what is asked when, what is written, what an error means."""

import logging
from dataclasses import replace
from typing import Any

from application import verify_payment
from application.coalesce import Coalesce
from application.confirm_payment import ConfirmPayment, ConfirmQuestion, Veto
from application.receive_webhook import ReceiveWebhook
from application.recheck_payment import RecheckPayment
from application.run_tasks import Done, TaskResult
from application.verify_payment import (
    NOT_SETTLED_NOW,
    Knock,
    Settled,
    Verdict,
    VerifyPayment,
)
from application.watch_deposit import WatchDeposit
from domain.history import written_down
from domain.order import Order, Trigger
from domain.order_moves import with_payment
from domain.outcome import Pending
from domain.payment import PaymentKey, PaymentStatus
from domain.recorded_answer import answer_from_record
from domain.settlement import Decision
from domain.tasks import Task
from ports.errors import ConcurrentUpdate, PortError, RepositoryUnavailable
from ports.payment_gateway import PaymentGateway
from tests.simulation.planted_bugs.planting import Patches, planted, replacing

_LOG = logging.getLogger("payproof.planted")
_try_once = VerifyPayment._try_once


@planted("the gateway is asked before the order is read")
def asks_first() -> Patches:
    async def try_once(self: VerifyPayment, knock: Knock, gateway: PaymentGateway) -> Verdict:
        payment = await gateway.find_payment(knock.key.payment_id)

        class Answered:
            name = gateway.name

            async def find_payment(self, _payment_id: str) -> Any:
                return payment

        return await _try_once(self, knock, Answered())  # type: ignore[arg-type]

    return [replacing(VerifyPayment, "_try_once", try_once)]


@planted("a webhook that says paid is believed")
def believes_webhooks() -> Patches:
    async def try_once(self: VerifyPayment, knock: Knock, gateway: PaymentGateway) -> Verdict:
        class Believing:
            name = gateway.name

            async def find_payment(self, payment_id: str) -> Any:
                payment = await gateway.find_payment(payment_id)
                if payment is None or knock.claimed is not PaymentStatus.PAID:
                    return payment
                is_open = payment.status is PaymentStatus.OPENED
                return replace(payment, status=PaymentStatus.PAID) if is_open else payment

        return await _try_once(self, knock, Believing())  # type: ignore[arg-type]

    return [replacing(VerifyPayment, "_try_once", try_once)]


def _writing(write: Any) -> Patches:
    return [replacing(VerifyPayment, "_write", write)]


@planted("tasks are put before the write")
def tasks_first() -> Patches:
    async def write(self: VerifyPayment, read: Order, decision: Decision) -> None:
        if decision.order is not read:
            for task in decision.tasks:
                await self._tasks.put(task)
            await self._orders.save(decision.order, ())

    return _writing(write)


@planted("tasks are put after the write")
def tasks_last() -> Patches:
    async def write(self: VerifyPayment, read: Order, decision: Decision) -> None:
        if decision.order is not read:
            await self._orders.save(decision.order, ())
            for task in decision.tasks:
                await self._tasks.put(task)

    return _writing(write)


def _forgiving(error: type[PortError]) -> Patches:
    async def write(self: VerifyPayment, read: Order, decision: Decision) -> None:
        try:
            if decision.order is not read:
                await self._orders.save(decision.order, decision.tasks)
        except error:
            return

    return _writing(write)


@planted("a write whose reply was lost counts as done")
def unknown_is_done() -> Patches:
    return _forgiving(RepositoryUnavailable)


@planted("a write that came too late counts as done")
def conflict_is_done() -> Patches:
    return _forgiving(ConcurrentUpdate)


@planted("nobody looks again after an outage")
def no_second_look() -> Patches:
    async def look_again_later(_self: VerifyPayment, _knock: Knock) -> None:
        return

    return [replacing(VerifyPayment, "_look_again_later", look_again_later)]


@planted("a webhook is acknowledged before it is stored")
def acknowledges_first() -> Patches:
    async def receive(self: ReceiveWebhook, knock: Knock) -> None:
        try:
            await self._verify_payment(knock)
        except (*NOT_SETTLED_NOW, RepositoryUnavailable):
            return

    return [replacing(ReceiveWebhook, "__call__", receive)]


@planted("any verdict settles a webhook")
def any_verdict_will_do() -> Patches:
    async def receive(self: ReceiveWebhook, knock: Knock) -> None:
        try:
            await self._verify_payment(knock)
        except NOT_SETTLED_NOW:
            return

    return [replacing(ReceiveWebhook, "__call__", receive)]


@planted("the record answers whatever is claimed")
def deaf_to_claims() -> Patches:
    def answer(order: Order, key: PaymentKey, _claimed: PaymentStatus | None) -> Any:
        return answer_from_record(order, key, None)

    return [replacing(verify_payment, "answer_from_record", answer)]


@planted("a question that was asked already is shared")
def shares_begun_calls() -> Patches:
    class Always(Coalesce[Verdict]):
        async def __call__(self, key: Any, call: Any) -> Verdict:
            latest = self._latest.get(key)
            if latest is not None:
                latest.started = False
            return await super().__call__(key, call)

    return [replacing(verify_payment, "Coalesce", Always)]


@planted("questions are shared by all payments of an order")
def shares_too_widely() -> Patches:
    class ByOrder(Coalesce[Verdict]):
        async def __call__(self, key: Any, call: Any) -> Verdict:
            return await super().__call__(key.order_id, call)

    return [replacing(verify_payment, "Coalesce", ByOrder)]


@planted("an order that is not there yet never comes")
def no_order_no_look() -> Patches:
    async def without_order(_self: RecheckPayment, _task: Task) -> TaskResult:
        return Done()

    return [replacing(RecheckPayment, "_without_order", without_order)]


@planted("a deposit that is overdue expires unasked")
def expires_unasked() -> Patches:
    async def watch(self: WatchDeposit, task: Task, _attempts: int) -> TaskResult:
        order = await self._orders.find_by_id(task.order_id)
        payment = None if order is None else order.payment(task.key)
        if order is None or payment is None or not payment.awaits_deposit:
            return Done()
        lapsed = replace(payment, lapsed=True)
        entry = written_down(order, lapsed, Pending(), task.due_at, Trigger.RECHECK)
        await self._orders.save(with_payment(entry, lapsed), ())
        return Done()

    return [replacing(WatchDeposit, "__call__", watch)]


@planted("confirm looks at nothing but the order's id")
def confirms_anything() -> Patches:
    async def confirm(self: ConfirmPayment, question: ConfirmQuestion) -> Veto | None:
        order = await self._orders.find_by_id(question.order_id or "")
        return Veto.ORDER_NOT_FOUND if order is None else None

    return [replacing(ConfirmPayment, "__call__", confirm)]


@planted("a client token is written into the log")
def token_in_log() -> Patches:
    async def try_once(self: VerifyPayment, knock: Knock, gateway: PaymentGateway) -> Verdict:
        verdict = await _try_once(self, knock, gateway)
        if isinstance(verdict, Settled):
            _LOG.warning("%s opens %s", verdict.order.client_token, knock.order_id)
        return verdict

    return [replacing(VerifyPayment, "_try_once", try_once)]


@planted("a wrong token opens the order")
def any_token_opens() -> Patches:
    return [replacing(verify_payment, "_opens", lambda _order, _token: True)]
