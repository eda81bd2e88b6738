"""A sale is stored once; the same again is the same, and another one under its id a conflict."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from application.register_order import OrderConflict, Registered, Sale
from domain.errors import InvalidValue
from domain.history_chain import root_hash
from domain.money import Currency, Money
from domain.order import OrderStatus
from domain.tasks import AlertReason, TaskKind
from ports.errors import ConcurrentUpdate, RepositoryUnavailable
from tests.support.factories import NOON, ORDER_ID, a_customer, a_key, a_payment, won
from tests.support.shop import Shop

SALE = Sale(
    order_id=ORDER_ID,
    amount=won(1000),
    name="커피 원두 1kg",
    customer=a_customer(),
    expires_at=datetime(2026, 3, 3, tzinfo=UTC),
)


async def registered(shop: Shop, sale: Sale = SALE) -> Registered:
    result = await shop.register_order(sale)
    assert isinstance(result, Registered)
    return result


async def test_a_sale_becomes_a_pending_order() -> None:
    shop = Shop()

    result = await registered(shop)

    order = shop.order()
    assert result == Registered(order=order, created=True)
    assert (order.amount, order.name, order.customer) == (SALE.amount, SALE.name, SALE.customer)
    assert (order.created_at, order.expires_at) == (NOON, SALE.expires_at)
    assert (order.status, order.version, order.history) == (OrderStatus.PENDING, 0, ())
    assert order.head_hash == root_hash(order)


async def test_each_order_gets_a_token_of_its_own() -> None:
    shop = Shop()

    first = await registered(shop)
    second = await registered(shop, replace(SALE, order_id="order-0002"))

    assert first.order.client_token != second.order.client_token


async def test_the_same_sale_again_gives_the_order_as_it_stands() -> None:
    shop = Shop()
    first = await registered(shop)
    shop.clock.advance(60.0)

    again = await registered(shop)

    assert again == Registered(order=first.order, created=False)
    assert again.order is shop.order()


@pytest.mark.parametrize(
    "change",
    [
        {"amount": won(999)},
        {"amount": Money(amount_minor=1000, currency=Currency("USD"))},
        {"name": "tea"},
        {"name": None},
        {"customer": None},
        {"customer": a_customer(customer_id="customer-2")},
        {"customer": a_customer(phone="010-0000-0000")},
        {"customer": a_customer(phone=None)},
        {"customer": a_customer(locale="en")},
        {"expires_at": None},
        {"expires_at": datetime(2026, 3, 3, 0, 0, 1, tzinfo=UTC)},
    ],
    ids=[
        "amount",
        "currency",
        "name",
        "no name",
        "no customer",
        "customer id",
        "phone",
        "no phone",
        "locale",
        "no end",
        "end",
    ],
)
async def test_another_sale_under_the_same_id_changes_nothing(change: dict[str, Any]) -> None:
    shop = Shop()
    first = await registered(shop)

    assert await shop.register_order(replace(SALE, **change)) == OrderConflict()
    assert shop.order() is first.order


@pytest.mark.parametrize(
    "change",
    [
        {"order_id": "../etc"},
        {"amount": won(0)},
        {"name": ""},
        {"name": "a\nb"},
        {"expires_at": datetime(2026, 3, 3)},  # noqa: DTZ001 - this is what is refused
    ],
    ids=["order id", "amount", "no name", "name", "time zone"],
)
async def test_a_sale_that_cannot_be_reaches_no_port(change: dict[str, Any]) -> None:
    shop = Shop()

    with pytest.raises(InvalidValue):
        await shop.register_order(replace(SALE, **change))

    assert shop.asked == []


async def test_an_order_that_vanished_meanwhile_is_nobodys_answer() -> None:
    shop = Shop()
    await registered(shop)

    async def it_vanishes(call: str) -> None:
        if call == "orders.find_by_id":
            shop.store.orders.clear()

    shop.around = it_vanishes

    with pytest.raises(ConcurrentUpdate, match="order-vanished"):
        await shop.register_order(SALE)


async def test_a_registration_whose_reply_was_lost_can_be_repeated() -> None:
    shop = Shop()
    shop.faults.fail("add", RepositoryUnavailable("no-answer"), after=True)
    with pytest.raises(RepositoryUnavailable):
        await shop.register_order(SALE)

    again = await registered(shop)

    assert not again.created


async def test_a_payment_that_came_before_its_order_is_settled() -> None:
    shop = Shop()
    early = a_payment()
    shop.gateway.put(early)
    await shop.keep_stray(early, AlertReason.WITHOUT_ORDER)
    await shop.keep_stray(a_payment(key=a_key("imp_2"), order_id="x"), AlertReason.WITHOUT_ORDER)

    await registered(shop)
    await shop.work_to_rest()

    assert shop.order().status is OrderStatus.PAID
    assert list(shop.store.strays) == [a_key("imp_2")]


async def test_a_second_try_looks_at_the_strays_that_the_first_left() -> None:
    shop = Shop()
    await shop.keep_stray(a_payment(), AlertReason.WITHOUT_ORDER)
    shop.faults.fail("find_by_order", RepositoryUnavailable("databaseBusy"))
    with pytest.raises(RepositoryUnavailable):
        await registered(shop)

    result = await registered(shop)

    assert not result.created
    assert [record.task.key for record in shop.tasks(TaskKind.RECHECK)] == [a_key()]
