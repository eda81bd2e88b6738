"""Mistakes in telling: ids, and what must not be shown."""

import logging
from dataclasses import replace

from application import tell_shop
from application.notify import AlertOperator, TellBuyerAccount
from application.run_tasks import Done, TaskResult
from application.tell_shop import TellShop
from domain.tasks import Task
from ports.notifier import Notice
from tests.simulation.planted_bugs.planting import Patches, planted, replacing

_LOG = logging.getLogger("payproof.planted")
_alert = AlertOperator.__call__
_tell_buyer = TellBuyerAccount.__call__


@planted("each try of an alert has an id of its own")
def alert_ids() -> Patches:
    async def alert(self: AlertOperator, task: Task, attempts: int) -> TaskResult:
        class Renaming:
            async def send(_self, notice: Notice) -> None:  # noqa: N805 - beside another self
                message_id = f"{notice.message_id}#{attempts}"
                await notifier.send(replace(notice, message_id=message_id))

        notifier = self._notifier
        return await _alert(AlertOperator(self._orders, Renaming()), task, attempts)

    return [replacing(AlertOperator, "__call__", alert)]


@planted("each try of an event has an id of its own")
def event_ids() -> Patches:
    async def tell(self: TellShop, task: Task, attempts: int) -> TaskResult:
        order = await self._orders.find_by_id(task.order_id)
        assert order is not None
        assert self._shop is not None
        news = tell_shop._news(order, task)
        await self._shop.tell(replace(news, event_id=f"{news.event_id}{attempts}"))
        return Done()

    return [replacing(TellShop, "__call__", tell)]


@planted("a phone is written into the log")
def phone_in_log() -> Patches:
    async def tell(self: TellBuyerAccount, task: Task, attempts: int) -> TaskResult:
        order = await self._orders.find_by_id(task.order_id)
        if order is not None and order.customer is not None:
            _LOG.warning("telling %s", order.customer.phone)
        return await _tell_buyer(self, task, attempts)

    return [replacing(TellBuyerAccount, "__call__", tell)]


@planted("an event is told by its order alone, as it stands now")
def event_as_now() -> Patches:
    def event_id(task: Task) -> str:
        return f"evt_{task.order_id}_{task.detail.split(':')[1]}"

    return [replacing(tell_shop, "event_id", event_id)]
