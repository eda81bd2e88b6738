"""An OrderRepository finds the deposits that a customer is still to make."""

import asyncio
from datetime import timedelta

import pytest

from domain.order import OrderStatus
from domain.payment import PaymentStatus
from ports.order_repository import OrderRepository
from ports.task_queue import TaskQueue
from tests.contract.evolution import next_version, stored
from tests.support.factories import NOON, a_customer, a_key, a_payment, a_task, an_order

WAITS = PaymentStatus.AWAITING_DEPOSIT


async def waiting_order(
    orders: OrderRepository, number: int, customer_id: str = "customer-1"
) -> str:
    """Store an order that awaits its deposit; the higher its number, the newer it is."""
    order_id = f"order-{number:04}"
    order = an_order(
        order_id=order_id,
        customer=a_customer(customer_id=customer_id),
        created_at=NOON + timedelta(microseconds=number),
    )
    payment = a_payment(key=a_key(f"imp_{number}"), order_id=order_id, status=WAITS)
    await stored(orders, order, payment, status=OrderStatus.AWAITING_DEPOSIT)
    return order_id


async def awaiting(orders: OrderRepository, customer_id: str = "customer-1") -> list[str]:
    return [order.order_id for order in await orders.find_awaiting_deposit(customer_id)]


async def test_deposits_are_those_of_the_customer_newest_first(orders: OrderRepository) -> None:
    for number in (2, 3, 1):
        await waiting_order(orders, number)
    await waiting_order(orders, 4, customer_id="customer-2")
    await stored(orders, an_order(order_id="anonymous", customer=None))

    assert await awaiting(orders) == ["order-0003", "order-0002", "order-0001"]
    assert await awaiting(orders, "customer-2") == ["order-0004"]
    assert await awaiting(orders, "Customer-1") == []
    assert await awaiting(orders, "") == []


async def test_orders_that_await_a_deposit_are_found_whole(orders: OrderRepository) -> None:
    order_id = await waiting_order(orders, 1)

    (found,) = await orders.find_awaiting_deposit("customer-1")

    assert found == await orders.find_by_id(order_id)
    assert found.payments[0].virtual_account is not None


@pytest.mark.parametrize("status", [status for status in PaymentStatus if status is not WAITS])
async def test_a_payment_in_another_status_awaits_no_deposit(
    orders: OrderRepository, status: PaymentStatus
) -> None:
    order = await stored(orders, an_order(), a_payment(status=WAITS))
    assert await awaiting(orders) == [order.order_id]

    await orders.save(next_version(order, a_payment(status=status)), [])

    assert await awaiting(orders) == []


@pytest.mark.parametrize("status", OrderStatus)
async def test_a_deposit_is_awaited_whatever_the_order_s_status(
    orders: OrderRepository, status: OrderStatus
) -> None:
    paid = a_payment(key=a_key("imp_paid"))

    order = await stored(orders, an_order(), paid, a_payment(status=WAITS), status=status)

    assert list(await orders.find_awaiting_deposit("customer-1")) == [order]


async def test_at_most_a_hundred_deposits_are_told(orders: OrderRepository) -> None:
    ids = [await waiting_order(orders, number) for number in range(103)]

    assert await awaiting(orders) == ids[:2:-1]


@pytest.mark.parametrize("status", OrderStatus)
async def test_all_orders_are_listed_whatever_their_status(
    orders: OrderRepository, status: OrderStatus
) -> None:
    order = await stored(orders, an_order(), a_payment(), status=status, settled_by=a_key())

    assert list(await orders.list_all("", 10)) == [order]


async def test_pages_hold_every_order_once_by_code_points(orders: OrderRepository) -> None:
    ids = ["-", ".a", "0", "10", "9", ":", "A", "AB", "Aa", "B", "Z", "_", "a", "aB", "ab", "z"]
    for order_id in reversed(ids):
        await orders.add(an_order(order_id=order_id), [])
    pages: list[list[str]] = []

    after = ""
    for _ in range(7):
        pages.append([each.order_id for each in await orders.list_all(after, 3)])
        after = pages[-1][-1] if pages[-1] else after

    assert [len(each) for each in pages] == [3, 3, 3, 3, 3, 1, 0]
    assert [order_id for each in pages for order_id in each] == ids
    assert [each.order_id for each in await orders.list_all("Ab", 1)] == ["B"]
    assert list(await orders.list_all("", 0)) == []


async def test_a_task_without_an_order_is_no_order(
    orders: OrderRepository, tasks: TaskQueue
) -> None:
    await tasks.put(a_task(order_id="early"))
    await orders.add(an_order(), [])

    assert list(await orders.list_all("", 10)) == [an_order()]


async def test_the_count_of_orders_is_never_too_small(
    orders: OrderRepository, tasks: TaskQueue
) -> None:
    assert await orders.estimate_count() == 0
    for number in range(3):
        await orders.add(an_order(order_id=f"order-{number}"), [])
    assert await orders.estimate_count() == 3

    await tasks.put(a_task(order_id="early"))

    assert 3 <= await orders.estimate_count() <= 4


async def test_reads_see_whole_orders_while_they_are_written(orders: OrderRepository) -> None:
    order = await stored(orders, an_order())

    async def write() -> None:
        newest = order
        for number in range(30):
            newest = next_version(newest, a_payment(key=a_key(f"imp_{number}"), status=WAITS))
            await orders.save(newest, [])

    async def read() -> None:
        for _ in range(60):
            for found in await orders.find_awaiting_deposit("customer-1"):
                assert len(found.payments) == len(found.history) == found.version

    await asyncio.gather(write(), read(), read())
