"""An outage is told, and a look is stored for later before it is told."""

from datetime import timedelta

import pytest

from application.verify_payment import RECHECK_AFTER
from domain.order import OrderStatus, Trigger
from domain.tasks import TaskKind, recheck
from ports.errors import (
    ConcurrentUpdate,
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    PortError,
    RecordCorrupt,
    RepositoryUnavailable,
)
from tests.support.factories import NOON, ORDER_ID, a_key, a_payment, an_order
from tests.support.shop import Shop, a_knock

OTHERS = [trigger for trigger in Trigger if trigger is not Trigger.RECHECK]
GATEWAY_ERRORS = [
    GatewayUnavailable("timeout"),
    GatewayRefused("credentials"),
    GatewayProtocolError("not-json"),
]
by_code = pytest.mark.parametrize("error", GATEWAY_ERRORS, ids=lambda error: type(error).__name__)


def a_shop() -> Shop:
    shop = Shop()
    shop.keep(an_order())
    shop.gateway.put(a_payment())
    return shop


@by_code
@pytest.mark.parametrize("trigger", OTHERS)
async def test_exactly_one_look_is_stored_before_the_error_is_raised(
    trigger: Trigger, error: PortError
) -> None:
    shop = a_shop()
    shop.gateway_fails(error)

    with pytest.raises(type(error)) as raised:
        await shop.verify_payment(a_knock(trigger))

    assert raised.value is error
    assert shop.asked == ["orders.find_by_id", "gateway.find_payment", "tasks.put"]
    assert [record.task for record in shop.store.tasks.values()] == [
        recheck(ORDER_ID, a_key(), NOON + RECHECK_AFTER)
    ]
    assert shop.order() == an_order()


@by_code
async def test_a_recheck_stores_none_since_its_own_task_lives_on(error: PortError) -> None:
    shop = a_shop()
    shop.gateway_fails(error)

    with pytest.raises(type(error)):
        await shop.verify_payment(a_knock(Trigger.RECHECK))

    assert shop.store.tasks == {}


async def test_many_failures_store_one_look() -> None:
    shop = a_shop()
    shop.gateway_fails(*(GatewayUnavailable("timeout") for _ in range(5)))

    for _ in range(5):
        shop.clock.advance(0.1)
        with pytest.raises(GatewayUnavailable):
            await shop.verify_payment(a_knock())

    (record,) = shop.tasks(TaskKind.RECHECK)
    assert record.task.due_at == NOON + RECHECK_AFTER + timedelta(seconds=0.1)


@pytest.mark.parametrize("after", [False, True])
async def test_if_not_even_the_look_can_be_stored_that_is_told(after: bool) -> None:
    shop = a_shop()
    shop.gateway_fails(GatewayUnavailable("timeout"))
    shop.faults.fail("put", RepositoryUnavailable("no-answer"), after=after)

    with pytest.raises(RepositoryUnavailable):
        await shop.verify_payment(a_knock())

    assert len(shop.store.tasks) == (1 if after else 0)


@pytest.mark.parametrize("method", ["find_by_id", "save"])
async def test_an_outage_of_the_record_is_told(method: str) -> None:
    shop = a_shop()
    shop.faults.fail(method, RepositoryUnavailable("no-answer"))

    with pytest.raises(RepositoryUnavailable):
        await shop.verify_payment(a_knock())

    assert shop.order() == an_order()


async def test_a_write_whose_reply_was_lost_is_found_by_the_next_knock() -> None:
    shop = a_shop()
    shop.faults.fail("save", RepositoryUnavailable("no-answer"), after=True)
    with pytest.raises(RepositoryUnavailable):
        await shop.verify_payment(a_knock())

    await shop.verify_payment(a_knock())

    assert shop.order().status is OrderStatus.PAID
    assert len(shop.order().history) == 1


async def test_an_unreadable_order_is_told_and_looked_at_later() -> None:
    shop = a_shop()
    shop.faults.fail("find_by_id", RecordCorrupt("unreadable", order_id=ORDER_ID))

    with pytest.raises(RecordCorrupt):
        await shop.verify_payment(a_knock())

    assert [record.task.kind for record in shop.store.tasks.values()] == [TaskKind.RECHECK]


async def test_an_outage_after_a_lost_race_stores_the_look_too() -> None:
    shop = a_shop()
    shop.faults.fail("save", ConcurrentUpdate("version-changed"))

    shop.gateway.faults.fail("find_payment", GatewayUnavailable("timeout"), nth=2)

    with pytest.raises(GatewayUnavailable):
        await shop.verify_payment(a_knock())

    assert shop.states() == ["waiting"]
