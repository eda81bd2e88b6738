"""A recheck ends when there is a verdict, waits when there may be one, and forgets no money."""

from dataclasses import replace

import pytest

from application.retry_schedule import MAX_ATTEMPTS, MAX_ATTEMPTS_FOR_ABSENT
from application.run_tasks import Done, TryLater
from domain.errors import InvalidValue
from domain.order import Order, OrderStatus, Trigger
from domain.payment import PaymentStatus
from domain.tasks import AlertReason, Task
from ports.errors import (
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    NotifierUnavailable,
    PortError,
    RecordCorrupt,
    RepositoryUnavailable,
)
from ports.notifier import OperatorAlert
from tests.support.factories import a_key, a_payment, a_task, an_order, won
from tests.support.shop import Shop, settled_order

MENDABLE = [GatewayRefused("credentials"), GatewayProtocolError("not-json")]


async def stored(shop: Shop, task: Task | None = None) -> None:
    await shop.queue.put(task or a_task())


@pytest.mark.parametrize("status", list(PaymentStatus))
async def test_any_verdict_ends_it(status: PaymentStatus) -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment(status=status))

    assert await shop.recheck_payment(a_task(), 1) == Done()
    assert [entry.trigger for entry in shop.order().history] == [Trigger.RECHECK]


async def test_a_forgery_ends_it() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment(total=won(1)))

    assert await shop.recheck_payment(a_task(), 1) == Done()
    assert shop.order().status is OrderStatus.PENDING


async def test_a_payment_that_is_not_there_yet_is_waited_for_a_while() -> None:
    shop = Shop()
    shop.keep()

    results = [
        await shop.recheck_payment(a_task(), attempts)
        for attempts in range(1, MAX_ATTEMPTS_FOR_ABSENT + 1)
    ]

    assert results[:-1] == [TryLater(why="paymentNotFound")] * (MAX_ATTEMPTS_FOR_ABSENT - 1)
    assert results[-1] == Done()


async def test_a_payment_that_the_gateway_once_showed_is_never_taken_for_noise() -> None:
    shop = Shop()
    shop.keep(an_order(payments=(a_payment(status=PaymentStatus.AWAITING_DEPOSIT),)))
    await stored(shop)

    await shop.work_to_rest()

    (record,) = shop.store.tasks.values()
    assert (record.state, record.reason) == ("parked", "paymentNotFound")
    assert record.attempts == MAX_ATTEMPTS


async def test_a_payment_that_appears_in_time_is_settled() -> None:
    shop = Shop()
    shop.keep()
    await stored(shop)
    await shop.run_tasks.run_due()

    shop.gateway.put(a_payment())
    await shop.work_to_rest()

    assert shop.order().status is OrderStatus.PAID


async def test_noise_about_nothing_ends_at_once() -> None:
    shop = Shop()

    assert await shop.recheck_payment(a_task(), 1) == Done()


async def test_money_without_an_order_is_kept_as_a_stray_and_told() -> None:
    shop = Shop()
    shop.gateway.put(a_payment())
    await stored(shop)

    await shop.work_to_rest()

    (record,) = shop.store.tasks.values()
    assert (record.state, record.attempts) == ("done", MAX_ATTEMPTS_FOR_ABSENT)
    assert list(shop.store.strays) == [a_key()]
    (alert,) = shop.notifier.accepted
    assert isinstance(alert, OperatorAlert)
    assert alert.reason is AlertReason.WITHOUT_ORDER


async def test_a_stray_is_told_as_soon_as_somebody_can_be() -> None:
    shop = Shop()
    shop.gateway.put(a_payment())
    shop.notifier.faults.fail("send", NotifierUnavailable("away"))

    first = await shop.recheck_payment(a_task(), MAX_ATTEMPTS_FOR_ABSENT)
    second = await shop.recheck_payment(a_task(), MAX_ATTEMPTS_FOR_ABSENT + 1)

    assert (first, second) == (TryLater(why="strayNotTold"), Done())
    assert len(shop.notifier.accepted) == 1


async def test_an_order_that_comes_just_before_its_stray_is_kept_is_settled() -> None:
    shop = Shop()
    shop.gateway.put(a_payment())

    async def let_it_come(_about: str) -> None:
        shop.keep()

    shop.gateway.before_answer = let_it_come

    assert await shop.recheck_payment(a_task(), MAX_ATTEMPTS_FOR_ABSENT) == Done()
    assert shop.order().status is OrderStatus.PAID
    assert shop.store.strays == {}


@pytest.mark.parametrize("status", [PaymentStatus.OPENED, PaymentStatus.FAILED])
async def test_an_attempt_without_an_order_is_kept_and_told_nobody(status: PaymentStatus) -> None:
    shop = Shop()
    shop.gateway.put(a_payment(status=status))
    await stored(shop)

    await shop.work_to_rest()

    assert shop.states() == ["done"]
    assert list(shop.store.strays) == [a_key()]
    assert shop.notifier.accepted == []


async def test_a_stray_whose_order_came_is_let_go() -> None:
    shop = Shop()
    shop.gateway.put(a_payment())
    await shop.keep_stray(a_payment(), AlertReason.WITHOUT_ORDER)
    shop.keep()

    assert await shop.recheck_payment(a_task(), 1) == Done()
    assert shop.store.strays == {}


async def test_a_stray_of_an_unknown_order_is_kept_when_a_stranger_shows_it_for_another() -> None:
    shop = Shop()
    shop.keep(an_order())
    stray = a_payment(order_id="order-unknown")
    shop.gateway.put(stray)
    await shop.keep_stray(stray, AlertReason.WITHOUT_ORDER)

    result = await shop.recheck_payment(a_task(), 1)

    assert result == Done()
    assert list(shop.store.strays) == [stray.key]


@pytest.mark.parametrize("order", [an_order(), settled_order(a_payment())], ids=["new", "paid"])
@pytest.mark.parametrize("was_stray", [False, True])
async def test_a_stranger_s_order_makes_no_stray_of_a_payment_that_has_one(
    order: Order, was_stray: bool
) -> None:
    shop = Shop()
    shop.gateway.put(a_payment())
    if was_stray:
        await shop.keep_stray(a_payment(), AlertReason.WITHOUT_ORDER)
        shop.notifier.accepted.clear()
    shop.keep(order)

    result = await shop.recheck_payment(a_task(order_id="strangers"), MAX_ATTEMPTS_FOR_ABSENT)

    assert result == Done()
    assert shop.order().status is OrderStatus.PAID
    assert (shop.store.strays, shop.notifier.accepted) == ({}, [])


@pytest.mark.parametrize("order_id", ["order-unknown", "주문 #1"])
async def test_a_payment_whose_own_order_is_unknown_too_is_kept(order_id: str) -> None:
    shop = Shop()
    shop.gateway.put(a_payment(order_id=order_id))

    result = await shop.recheck_payment(a_task(order_id="strangers"), MAX_ATTEMPTS_FOR_ABSENT)

    assert result == Done()
    assert list(shop.store.strays) == [a_key()]
    assert len(shop.notifier.accepted) == 1


async def test_an_order_that_comes_late_is_settled() -> None:
    shop = Shop()
    shop.gateway.put(a_payment())
    await stored(shop)
    await shop.run_tasks.run_due()

    shop.keep()
    await shop.work_to_rest()

    assert shop.order().status is OrderStatus.PAID
    assert shop.states() == ["done"]


@pytest.mark.parametrize("error", MENDABLE, ids=["refused", "protocol"])
@pytest.mark.parametrize("has_order", [True, False])
async def test_what_can_be_mended_is_tried_again(error: PortError, has_order: bool) -> None:
    shop = Shop()
    if has_order:
        shop.keep()
    shop.gateway_fails(error)

    assert await shop.recheck_payment(a_task(), 1) == TryLater(why=error.code)


async def test_a_long_refusal_is_parked_in_the_end() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.faults.fail_always("find_payment", GatewayRefused("credentials"))
    await stored(shop)

    await shop.work_to_rest()

    (record,) = shop.store.tasks.values()
    assert (record.state, record.attempts) == ("parked", MAX_ATTEMPTS)


@pytest.mark.parametrize("has_order", [True, False])
async def test_outages_are_left_to_the_worker(has_order: bool) -> None:
    shop = Shop()
    if has_order:
        shop.keep()
    shop.gateway_fails(GatewayUnavailable("timeout"))

    with pytest.raises(GatewayUnavailable):
        await shop.recheck_payment(a_task(), 1)


@pytest.mark.parametrize("error", [RepositoryUnavailable("no-answer"), RecordCorrupt("unreadable")])
async def test_errors_of_the_record_are_left_to_the_worker(error: PortError) -> None:
    shop = Shop()
    shop.keep()
    shop.faults.fail("find_by_id", error)

    with pytest.raises(type(error)):
        await shop.recheck_payment(a_task(), 1)

    assert shop.store.tasks == {}


async def test_a_paid_order_is_not_taken_from_the_record() -> None:
    shop = Shop()
    shop.keep()
    shop.gateway.put(a_payment())
    await shop.recheck_payment(a_task(), 1)
    shop.gateway.put(a_payment(status=PaymentStatus.PARTIALLY_CANCELLED))

    await shop.recheck_payment(a_task(), 1)

    assert shop.order().status is OrderStatus.PARTIALLY_REFUNDED


async def test_it_has_no_budget() -> None:
    shop = Shop(questions_per_window=0)
    shop.keep()
    shop.gateway.put(a_payment())

    await shop.recheck_payment(a_task(), 1)

    assert shop.order().status is OrderStatus.PAID


async def test_a_gateway_that_is_no_longer_configured_parks_it() -> None:
    shop = Shop()
    shop.keep(an_order())
    await stored(shop, replace(a_task(), key=a_key(gateway="portone-v9")))

    with pytest.raises(InvalidValue):
        await shop.recheck_payment(replace(a_task(), key=a_key(gateway="portone-v9")), 1)
    await shop.work_to_rest()

    assert shop.states() == ["parked"]
