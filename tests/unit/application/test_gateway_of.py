"""Money of a gateway that was taken out of the settings waits for it to come back."""

from dataclasses import replace

import pytest

from application.gateway_of import gateway_of
from application.retry_schedule import MAX_ATTEMPTS_FOR_REFUND
from application.run_tasks import TaskHandler, TryLater
from domain.order import OrderStatus
from domain.tasks import TaskKind
from ports.errors import GatewayUnavailable
from tests.support.factories import (
    GATEWAY,
    a_key,
    a_payment,
    a_refund,
    a_task,
    an_order,
)
from tests.support.shop import Shop

REFUND = a_refund()
TASKS = {
    TaskKind.REFUND: a_task(kind=TaskKind.REFUND, detail=REFUND.refund_id),
    TaskKind.AUTO_REFUND: a_task(kind=TaskKind.AUTO_REFUND),
}


@pytest.mark.parametrize("kind", TASKS)
async def test_a_task_is_neither_done_nor_dropped(kind: TaskKind) -> None:
    shop = Shop()
    paid = a_payment()
    order = an_order(status=OrderStatus.PAID, payments=(paid,), settled_by=paid.key)
    shop.keep(replace(order, refunds=(REFUND,)))
    shop.gateways.clear()
    handlers: dict[TaskKind, TaskHandler] = {
        TaskKind.REFUND: shop.carry_out_refund,
        TaskKind.AUTO_REFUND: shop.auto_refund,
    }

    result = await handlers[kind](TASKS[kind], 1)

    assert result == TryLater(why="not-configured", max_attempts=MAX_ATTEMPTS_FOR_REFUND)
    assert shop.order() == replace(order, refunds=(REFUND,))


def test_a_gateway_that_is_there_is_found() -> None:
    shop = Shop()

    assert gateway_of(shop.gateways, a_key()) is shop.gateways[GATEWAY]
    with pytest.raises(GatewayUnavailable, match="not-configured"):
        gateway_of(shop.gateways, a_key(gateway="elsewhere"))
