"""A PaymentRecord tells what our orders say of payments: many at once, and nothing left out."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.money import UnreadableAmount
from domain.order import Order, OrderStatus
from domain.payment import Payment, PaymentStatus
from domain.recorded_payment import RecordedPayment
from ports.order_repository import OrderRepository
from ports.payment_record import PaymentRecord, RecordedPayments
from ports.task_queue import TaskQueue
from tests.contract.evolution import next_version, stored
from tests.support.factories import (
    GATEWAY,
    NOON,
    a_key,
    a_payment,
    a_task,
    an_account,
    an_order,
    won,
)

OTHER_GATEWAY = "portone-v2"
HOUR = timedelta(hours=1)
WAITS = PaymentStatus.AWAITING_DEPOSIT


async def an_order_with(
    orders: OrderRepository, number: int, *payments: Payment, **changes: Any
) -> Order:
    order_id = f"order-{number:04}"
    return await stored(orders, an_order(order_id=order_id), *payments, **changes)


def a_payment_of(number: int, **changes: Any) -> Payment:
    return a_payment(
        **{"key": a_key(f"imp_{number:04}"), "order_id": f"order-{number:04}"} | changes
    )


async def ids(pages: AsyncIterator[RecordedPayments]) -> list[str]:
    """The ids of all payments, sorted: a walk promises no order."""
    return sorted([each.payment.key.payment_id async for page in pages for each in page.payments])


async def test_payments_are_found_with_all_that_is_recorded_of_them(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    settler = a_payment_of(1, virtual_account=an_account())
    partly = a_payment_of(
        1,
        key=a_key("imp_second"),
        status=PaymentStatus.PARTIALLY_CANCELLED,
        cancelled=won(300),
    )
    odd = a_payment_of(
        2, total=UnreadableAmount(number="1.5", currency_code="KRW"), status=PaymentStatus.OPENED
    )
    await an_order_with(orders, 1, settler, partly, settled_by=settler.key)
    await an_order_with(orders, 2, odd)
    await an_order_with(orders, 3)

    found = await record.find_recorded(GATEWAY, ["imp_0001", "imp_second", "imp_0002", "imp_none"])

    assert found == {
        "imp_0001": RecordedPayment(payment=settler, settles=True),
        "imp_second": RecordedPayment(payment=partly, settles=False),
        "imp_0002": RecordedPayment(payment=odd, settles=False),
    }


async def test_a_payment_is_found_as_it_was_last_written(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    order = await an_order_with(orders, 1, a_payment_of(1, status=WAITS))
    paid = a_payment_of(1)

    await orders.save(next_version(order, paid, settled_by=paid.key), [])

    found = await record.find_recorded(GATEWAY, ["imp_0001"])
    assert found == {"imp_0001": RecordedPayment(payment=paid, settles=True)}


async def test_a_payment_of_another_gateway_is_another_payment(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    await an_order_with(orders, 1, a_payment_of(1, key=a_key("imp_0001", OTHER_GATEWAY)))

    assert await record.find_recorded(GATEWAY, ["imp_0001"]) == {}
    assert list(await record.find_recorded(OTHER_GATEWAY, ["imp_0001"])) == ["imp_0001"]


async def test_nothing_asked_finds_nothing_and_ids_may_repeat(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    await an_order_with(orders, 1, a_payment_of(1))

    assert await record.find_recorded(GATEWAY, []) == {}
    assert list(await record.find_recorded(GATEWAY, ["imp_0001"] * 3)) == ["imp_0001"]


async def test_a_thousand_payments_are_found_at_once(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    for number in range(120):
        await an_order_with(orders, number, a_payment_of(number))

    found = await record.find_recorded(GATEWAY, [f"imp_{number:04}" for number in range(1000)])

    assert sorted(found) == [f"imp_{number:04}" for number in range(120)]


@pytest.mark.parametrize(
    ("status", "is_walked"),
    [
        (PaymentStatus.PAID, True),
        (PaymentStatus.PARTIALLY_CANCELLED, True),
        (PaymentStatus.CANCELLED, False),
        (PaymentStatus.OPENED, False),
        (PaymentStatus.FAILED, False),
    ],
)
async def test_paid_are_those_that_hold_money(
    orders: OrderRepository, record: PaymentRecord, status: PaymentStatus, is_walked: bool
) -> None:
    await an_order_with(orders, 1, a_payment_of(1, status=status, paid_at=NOON))

    found = await ids(record.paid_between(GATEWAY, NOON - HOUR, NOON + HOUR))

    assert found == (["imp_0001"] if is_walked else [])


async def test_a_time_holds_its_beginning_and_not_its_end(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    moments = (
        NOON - timedelta(microseconds=1),
        NOON,
        NOON + HOUR - timedelta(microseconds=1),
        NOON + HOUR,
        None,
    )
    for number, paid_at in enumerate(moments):
        await an_order_with(orders, number, a_payment_of(number, paid_at=paid_at))

    assert await ids(record.paid_between(GATEWAY, NOON, NOON + HOUR)) == ["imp_0001", "imp_0002"]
    assert await ids(record.paid_between(OTHER_GATEWAY, NOON, NOON + HOUR)) == []


async def test_a_time_may_be_told_in_any_zone(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    await an_order_with(orders, 1, a_payment_of(1, paid_at=NOON))
    seoul = NOON.astimezone(datetime.fromisoformat("2026-03-02T00:00:00+09:00").tzinfo)

    assert await ids(record.paid_between(GATEWAY, seoul, seoul + HOUR)) == ["imp_0001"]


async def test_of_one_order_only_the_payments_within_the_time_are_walked(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    within = a_payment_of(1, paid_at=NOON)
    # One is before and one after, so that no range over the whole order fits.
    before = a_payment_of(1, key=a_key("imp_before"), paid_at=NOON - 2 * HOUR)
    after = a_payment_of(1, key=a_key("imp_after"), paid_at=NOON + 2 * HOUR)
    await an_order_with(orders, 1, before, within, after, settled_by=within.key)
    await an_order_with(orders, 2, *(replace_order(each, 2) for each in (before, after)))

    pages = [page async for page in record.paid_between(GATEWAY, NOON, NOON + HOUR)]

    walked = [each for page in pages for each in page.payments]
    assert walked == [RecordedPayment(payment=within, settles=True)]


def replace_order(payment: Payment, number: int) -> Payment:
    key = a_key(f"{payment.key.payment_id}_{number}")
    return a_payment_of(number, key=key, paid_at=payment.paid_at)


async def test_a_walk_shows_every_payment_once_over_many_pages(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    # Many at one moment, more than one page of any store.
    for number in range(1100):
        await an_order_with(orders, number, a_payment_of(number, paid_at=NOON))

    pages = [page async for page in record.paid_between(GATEWAY, NOON, NOON + HOUR)]

    assert len(pages) > 1
    found = sorted(each.payment.key.payment_id for page in pages for each in page.payments)
    assert found == [f"imp_{number:04}" for number in range(1100)]


async def test_awaited_are_the_deposits_still_in_time(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    paid = a_payment_of(1, key=a_key("imp_paid"))
    await an_order_with(
        orders, 1, paid, a_payment_of(1, status=WAITS), status=OrderStatus.PAID, settled_by=paid.key
    )
    await an_order_with(orders, 2, a_payment_of(2, status=WAITS, lapsed=True))
    await an_order_with(orders, 3, a_payment_of(3))
    await an_order_with(orders, 4, a_payment_of(4, status=WAITS, key=a_key("imp_x", OTHER_GATEWAY)))

    assert await ids(record.awaiting_deposit(GATEWAY)) == ["imp_0001"]
    assert await ids(record.awaiting_deposit(OTHER_GATEWAY)) == ["imp_x"]


async def test_awaited_deposits_are_walked_over_many_pages(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    for number in range(1100):
        await an_order_with(orders, number, a_payment_of(number, status=WAITS))

    assert len(await ids(record.awaiting_deposit(GATEWAY))) == 1100


@pytest.mark.parametrize("status", OrderStatus)
async def test_open_orders_are_pending_or_await_a_deposit(
    orders: OrderRepository, record: PaymentRecord, status: OrderStatus
) -> None:
    await an_order_with(orders, 1, a_payment_of(1, status=WAITS), status=status)
    is_open = status in (OrderStatus.PENDING, OrderStatus.AWAITING_DEPOSIT)

    found = [order_id async for page in open_orders(record) for order_id in page]

    assert found == (["order-0001"] if is_open else [])


def open_orders(
    record: PaymentRecord, since: datetime = NOON, until: datetime = NOON + HOUR
) -> Any:
    return record.open_orders(since, until)


async def test_open_orders_are_those_made_within_the_time_oldest_first(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    for number, minutes in enumerate((-1, 0, 30, 10, 60)):
        created_at = NOON + timedelta(minutes=minutes)
        await orders.add(an_order(order_id=f"order-{number}", created_at=created_at), [])

    found = [order_id async for page in open_orders(record) for order_id in page]

    assert found == ["order-1", "order-3", "order-2"]


async def test_open_orders_are_walked_over_many_pages(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    for number in range(1100):
        await orders.add(an_order(order_id=f"order-{number:04}"), [])

    pages = [page async for page in open_orders(record)]

    assert len(pages) > 1
    assert [order_id for page in pages for order_id in page] == [
        f"order-{number:04}" for number in range(1100)
    ]


async def test_the_first_of_all_times_may_be_asked_for(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    await orders.add(an_order(), [])

    pages = open_orders(record, since=datetime(1970, 1, 1, tzinfo=UTC))

    assert [list(page) async for page in pages] == [["order-0001"]]


async def test_the_oldest_open_order_tells_where_to_begin(
    orders: OrderRepository, record: PaymentRecord
) -> None:
    nothing = await record.oldest_open_order()
    await an_order_with(orders, 1, a_payment_of(1), status=OrderStatus.PAID)
    only_paid = await record.oldest_open_order()
    for number, hours in ((2, 3), (3, 2), (4, 4)):
        await orders.add(an_order(order_id=f"order-{number}", created_at=NOON + hours * HOUR), [])

    assert (nothing, only_paid) == (None, None)
    assert await record.oldest_open_order() == NOON + 2 * HOUR


async def test_the_known_among_many_orders_are_told(
    orders: OrderRepository, tasks: TaskQueue, record: PaymentRecord
) -> None:
    for number in range(3):
        await orders.add(an_order(order_id=f"order-{number}"), [])
    await tasks.put(a_task(order_id="awaited"))
    asked = [*(f"order-{number}" for number in range(2, 700)), "주문 #1", "awaited", "order-0"]

    assert await record.known_orders(asked) == {"order-0", "order-2"}
    assert await record.known_orders([]) == frozenset()
