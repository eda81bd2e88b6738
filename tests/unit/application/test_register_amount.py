"""An order's amount is registered at its gateway, once the order is stored, until it is done."""

from dataclasses import replace

import pytest

from adapters.memory.token_source import MemoryTokenSource
from application.register_amount import RegisterAmount
from application.register_order import RegisterOrder, Sale
from application.run_tasks import Done, GiveUp, RunTasks
from domain.order import OrderStatus
from domain.tasks import TaskKind, register_amount
from ports.errors import GatewayRefused, GatewayUnavailable
from tests.support.factories import GATEWAY, NOON, ORDER_ID, an_order, won
from tests.support.shop import Shop

SALE = Sale(order_id=ORDER_ID, amount=won(1000))
TASK = register_amount(ORDER_ID, GATEWAY, NOON)


class RegisteringShop(Shop):
    """A shop that registers amounts, at the gateway in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.register_order = RegisterOrder(
            self.orders,
            self.queue,
            self.strays,
            MemoryTokenSource(),
            self.clock,
            register_at=GATEWAY,
        )
        self.register_amount = RegisterAmount(self.orders, {GATEWAY: self.gateway})
        self.run_tasks = RunTasks(
            self.queue, {TaskKind.REGISTER_AMOUNT: self.register_amount}, self.clock
        )


async def test_the_task_is_born_in_the_write_that_stores_the_order() -> None:
    shop = RegisteringShop()

    await shop.register_order(SALE)

    assert [record.task for record in shop.tasks(TaskKind.REGISTER_AMOUNT)] == [TASK]
    assert shop.asked == ["orders.add"]


async def test_no_task_is_born_unless_it_is_asked_for() -> None:
    shop = Shop()

    await shop.register_order(SALE)

    assert shop.store.tasks == {}


async def test_the_amount_is_registered_and_the_same_sale_again_registers_nothing() -> None:
    shop = RegisteringShop()

    await shop.register_order(SALE)
    await shop.work_to_rest()
    await shop.register_order(SALE)
    await shop.work_to_rest()

    assert shop.gateway.amounts == {ORDER_ID: won(1000)}
    assert shop.gateway.faults.calls["register_amount"] == 1


async def test_an_outage_is_tried_again_until_it_is_done() -> None:
    shop = RegisteringShop()
    for number in (1, 2, 3):
        shop.gateway.faults.fail("register_amount", GatewayUnavailable("timeout"), nth=number)

    await shop.register_order(SALE)
    await shop.work_to_rest()

    assert shop.gateway.amounts == {ORDER_ID: won(1000)}
    assert shop.states() == ["done"]


async def test_a_refusal_is_shown_to_a_person_and_stops_no_order() -> None:
    shop = RegisteringShop()
    shop.gateway.faults.fail("register_amount", GatewayRefused("unauthorised"))

    await shop.register_order(SALE)
    await shop.work_to_rest()

    assert shop.states() == ["parked"]
    assert shop.order().status is OrderStatus.PENDING


async def test_what_the_record_says_when_it_runs_is_registered() -> None:
    shop = RegisteringShop()
    shop.gateway.amounts[ORDER_ID] = won(7)
    shop.keep(an_order(amount=won(2000)))

    result = await shop.register_amount(TASK, 1)

    assert result == Done()
    assert shop.gateway.amounts == {ORDER_ID: won(2000)}


@pytest.mark.parametrize(
    "status", [each for each in OrderStatus if each is not OrderStatus.PENDING]
)
async def test_nothing_is_registered_once_somebody_has_begun_to_pay(status: OrderStatus) -> None:
    shop = RegisteringShop()
    shop.keep(an_order(status=status))

    assert await shop.register_amount(TASK, 1) == Done()
    assert shop.gateway.amounts == {}


async def test_a_gateway_that_registers_no_amounts_is_passed_over() -> None:
    shop = RegisteringShop()
    shop.keep()
    elsewhere = replace(TASK, key=replace(TASK.key, gateway="elsewhere"))

    assert await shop.register_amount(elsewhere, 1) == Done()
    assert shop.gateway.amounts == {}


async def test_an_order_that_is_gone_is_shown_to_a_person() -> None:
    shop = RegisteringShop()

    assert await shop.register_amount(TASK, 1) == GiveUp(why="orderNotFound")
