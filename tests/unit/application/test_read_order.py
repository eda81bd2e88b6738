"""Reading shows what stands in the record, and changes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from application.read_order import WaitingAccount
from domain.errors import InvalidValue
from domain.order import OrderStatus
from domain.payment import PaymentStatus
from tests.support.factories import NOON, ORDER_ID, a_key, a_payment, an_order
from tests.support.shop import Shop

WAITING = a_payment(status=PaymentStatus.AWAITING_DEPOSIT)


async def test_an_order_is_read_as_it_stands() -> None:
    shop = Shop()
    shop.keep()

    assert await shop.read_order.by_id(ORDER_ID) is shop.order()
    assert await shop.read_order.by_id("order-9999") is None


@pytest.mark.parametrize("order_id", ["", "..", "a/b", "주문"])
async def test_a_hostile_order_id_reaches_no_port(order_id: str) -> None:
    shop = Shop()

    with pytest.raises(InvalidValue):
        await shop.read_order.by_id(order_id)

    assert shop.asked == []


@pytest.mark.parametrize("status", list(OrderStatus))
@pytest.mark.parametrize("seconds_left", [None, 1, 0, -1])
def test_only_a_pending_order_past_its_time_shows_as_expired(
    status: OrderStatus, seconds_left: int | None
) -> None:
    expires_at = None if seconds_left is None else NOON + timedelta(seconds=seconds_left)
    order = an_order(status=status, expires_at=expires_at)

    shown = Shop().read_order.status_now(order)

    is_over = seconds_left in (0, -1)
    expected = OrderStatus.EXPIRED if is_over and status is OrderStatus.PENDING else status
    assert shown is expected


async def test_a_customers_waiting_accounts_are_found_and_nothing_else() -> None:
    shop = Shop()
    first = an_order(
        order_id="order-a",
        payments=(
            WAITING,
            a_payment(key=a_key("imp_paid")),
            replace(WAITING, key=a_key("imp_other")),
        ),
    )
    second = an_order(
        order_id="order-b",
        created_at=NOON + timedelta(seconds=1),
        payments=(replace(WAITING, key=a_key("imp_b")),),
    )
    shop.keep(
        first,
        second,
        an_order(order_id="order-c"),
        an_order(order_id="order-d", customer=None, payments=(replace(WAITING, key=a_key("d")),)),
    )

    assert await shop.read_order.waiting_accounts("customer-1") == [
        WaitingAccount(order=second, payment=second.payments[0]),
        WaitingAccount(order=first, payment=first.payments[0]),
        WaitingAccount(order=first, payment=first.payments[2]),
    ]
    assert await shop.read_order.waiting_accounts("customer-2") == []


@pytest.mark.parametrize("customer_id", ["", "a" * 101, "a\n", "\ud800"])
async def test_a_hostile_customer_id_reaches_no_port(customer_id: str) -> None:
    shop = Shop()

    with pytest.raises(InvalidValue):
        await shop.read_order.waiting_accounts(customer_id)

    assert shop.asked == []
