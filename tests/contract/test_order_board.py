"""OrderBoard adds up, lists and finds, from what the orders say; newest first, page by page."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.money import Currency, Money, UnreadableAmount
from domain.order import Order, OrderStatus
from domain.outcome import Discrepancy, OutcomeKind
from domain.payment import PaymentKey, PaymentStatus
from domain.takings import TakingsKind
from ports.order_board import UNTOLD, BoardLine, BoardList, OrderBoard, Place, Takings
from ports.order_repository import OrderRepository
from tests.contract.evolution import next_version, stored
from tests.support.factories import (
    KRW,
    NOON,
    a_customer,
    a_key,
    a_payment,
    an_entry,
    an_order,
    won,
)

HOUR = NOON.replace(minute=0, second=0, microsecond=0)
DAY = (HOUR - timedelta(hours=12), HOUR + timedelta(hours=12))
FIRST, SECOND = a_key("imp_1"), a_key("imp_2")
TOO_MUCH = Discrepancy(field="amount", expected="1000", actual="9000")


def paid(key: PaymentKey, at: datetime | None = NOON, **changes: Any) -> Any:
    return a_payment(key=key, paid_at=at, **changes)


def summed(kind: TakingsKind, count: int, amount_minor: int, hour: datetime = HOUR) -> Takings:
    return Takings(hour=hour, kind=kind, currency=KRW, count=count, amount_minor=amount_minor)


async def takings(board: OrderBoard) -> list[Takings]:
    return sorted(await board.takings(*DAY), key=lambda each: (each.hour, each.kind))


async def refused(orders: OrderRepository, order: Order, key: PaymentKey, at: datetime) -> Order:
    """The order, with one forgery more."""
    entry = an_entry(
        version=order.version + 1,
        at=at,
        outcome=OutcomeKind.FORGED,
        key=key,
        discrepancies=(TOO_MUCH,),
    )
    later = replace(order, version=entry.version, history=(*order.history, entry))
    await orders.save(later, [])
    return later


async def turned(board: OrderBoard, which: BoardList, limit: int = 2) -> list[BoardLine]:
    """Every line of the list, page by page."""
    lines: list[BoardLine] = []
    while page := await board.page(which, lines[-1].place if lines else None, limit):
        assert len(page) <= limit
        lines += page
    return lines


async def test_an_empty_store_shows_nothing(board: OrderBoard) -> None:
    assert await takings(board) == []
    assert [await board.page(which, None, 9) for which in BoardList] == [[], [], [], []]
    assert [await board.count(which, 9) for which in BoardList] == [0, 0, 0, 0]


async def test_what_was_paid_is_added_up_hour_by_hour_and_by_currency(
    orders: OrderRepository, board: OrderBoard
) -> None:
    later, dollars = HOUR + timedelta(hours=3), Money(amount_minor=1420, currency=Currency("USD"))
    await stored(orders, an_order(order_id="a"), paid(FIRST, order_id="a"))
    await stored(orders, an_order(order_id="b"), paid(SECOND, later, order_id="b"))
    await stored(
        orders,
        an_order(order_id="c", amount=dollars),
        paid(a_key("imp_3"), later, order_id="c", total=dollars),
    )

    found = await takings(board)

    assert found[0] == summed(TakingsKind.PAID, 1, 1000)
    assert {(each.hour, each.currency.code, each.amount_minor) for each in found[1:]} == {
        (later, "KRW", 1000),
        (later, "USD", 1420),
    }


async def test_the_window_begins_with_its_first_hour_and_ends_before_its_last(
    orders: OrderRepository, board: OrderBoard
) -> None:
    await stored(orders, an_order(order_id="a"), paid(FIRST, HOUR, order_id="a"))

    assert len(await board.takings(HOUR, HOUR + timedelta(hours=1))) == 1
    assert not await board.takings(HOUR - timedelta(hours=1), HOUR)


async def test_what_went_back_stays_in_what_was_paid(
    orders: OrderRepository, board: OrderBoard
) -> None:
    order = await stored(orders, an_order(), paid(FIRST), settled_by=FIRST)
    part = paid(FIRST, status=PaymentStatus.PARTIALLY_CANCELLED)
    order = next_version(order, part)
    await orders.save(order, [])
    half = await takings(board)
    await orders.save(next_version(order, paid(FIRST, status=PaymentStatus.CANCELLED)), [])

    assert half == [summed(TakingsKind.PAID, 1, 1000), summed(TakingsKind.REFUNDED, 1, 500)]
    assert await takings(board) == [
        summed(TakingsKind.PAID, 1, 1000),
        summed(TakingsKind.REFUNDED, 1, 1000),
    ]


async def test_a_payment_too_many_is_listed_and_added_up_until_it_is_given_back(
    orders: OrderRepository, board: OrderBoard
) -> None:
    order = await stored(orders, an_order(), paid(FIRST), settled_by=FIRST)
    order = next_version(order, paid(SECOND))
    await orders.save(order, [])
    sums, lines = await takings(board), await turned(board, BoardList.SURPLUS)
    counted = await board.count(BoardList.SURPLUS, 9)
    await orders.save(next_version(order, paid(SECOND, status=PaymentStatus.CANCELLED)), [])

    assert sums == [summed(TakingsKind.PAID, 2, 2000), summed(TakingsKind.SURPLUS, 1, 1000)]
    assert [(each.key, each.amount, each.place.at) for each in lines] == [(SECOND, won(1000), NOON)]
    assert counted == 1
    assert await turned(board, BoardList.SURPLUS) == []


async def test_a_payment_that_does_not_say_when_is_listed_and_not_added_up(
    orders: OrderRepository, board: OrderBoard
) -> None:
    order = await stored(orders, an_order(), paid(FIRST), settled_by=FIRST)
    await orders.save(next_version(order, paid(SECOND, None)), [])

    lines = await turned(board, BoardList.SURPLUS)
    assert [(each.key, each.place.at) for each in lines] == [(SECOND, UNTOLD)]
    assert await takings(board) == [summed(TakingsKind.PAID, 1, 1000)]


async def test_a_payment_whose_time_is_corrected_moves_to_its_hour(
    orders: OrderRepository, board: OrderBoard
) -> None:
    later = HOUR + timedelta(hours=1)
    order = await stored(orders, an_order(), paid(FIRST), settled_by=FIRST)
    before = await takings(board)

    await orders.save(next_version(order, paid(FIRST, later)), [])

    assert before == [summed(TakingsKind.PAID, 1, 1000)]
    assert await takings(board) == [summed(TakingsKind.PAID, 1, 1000, later)]


async def test_a_payment_that_is_too_many_once_more_is_listed_again(
    orders: OrderRepository, board: OrderBoard
) -> None:
    order = await stored(orders, an_order(), paid(FIRST), paid(SECOND), settled_by=FIRST)
    shown = []

    for settled_by in (SECOND, None, FIRST):
        shown.append([each.key for each in await turned(board, BoardList.SURPLUS)])
        order = next_version(order, settled_by=settled_by)
        await orders.save(order, [])

    assert shown == [[SECOND], [FIRST], []]
    assert [each.key for each in await turned(board, BoardList.SURPLUS)] == [SECOND]


async def test_an_amount_that_nobody_can_read_is_no_sum(
    orders: OrderRepository, board: OrderBoard
) -> None:
    odd = UnreadableAmount(number="1000.5", currency_code="KRW")
    order = await stored(orders, an_order(), paid(FIRST), settled_by=FIRST)

    await orders.save(next_version(order, paid(SECOND, total=odd)), [])

    assert await takings(board) == [summed(TakingsKind.PAID, 1, 1000)]


async def test_forgeries_are_listed_one_by_one_the_latest_first(
    orders: OrderRepository, board: OrderBoard
) -> None:
    order = await stored(orders, an_order(order_id="a"))
    order = await refused(orders, order, FIRST, NOON)
    await refused(orders, order, SECOND, NOON + timedelta(hours=1))
    other = await stored(orders, an_order(order_id="b"))
    await refused(orders, other, FIRST, NOON)

    lines = await turned(board, BoardList.FORGED)

    assert [(each.place.order_id, each.key, each.place.ordinal) for each in lines] == [
        ("a", SECOND, 2),
        ("b", FIRST, 1),
        ("a", FIRST, 1),
    ]
    assert await board.count(BoardList.FORGED, 9) == 3
    assert await board.count(BoardList.FORGED, 2) == 2
    assert [each.place.order_id for each in await board.refused("imp_1", 9)] == ["b", "a"]
    assert await board.refused("imp_9", 9) == []
    assert await takings(board) == [
        summed(TakingsKind.FORGED, 2, 2000),
        summed(TakingsKind.FORGED, 1, 1000, HOUR + timedelta(hours=1)),
    ]


@pytest.mark.parametrize("limit", [1, 2, 5])
async def test_the_newest_orders_come_first_and_none_is_left_out_or_shown_twice(
    orders: OrderRepository, board: OrderBoard, limit: int
) -> None:
    for number, minutes in enumerate((5, 3, 3, 3, 1)):
        at = NOON + timedelta(minutes=minutes)
        await stored(orders, an_order(order_id=f"order-{number}", created_at=at))

    lines = await turned(board, BoardList.NEWEST, limit)

    assert [each.place.order_id for each in lines] == [
        "order-0",
        "order-3",
        "order-2",
        "order-1",
        "order-4",
    ]


async def test_a_line_shows_the_order(orders: OrderRepository, board: OrderBoard) -> None:
    ends = NOON + timedelta(minutes=30, microseconds=7)
    order = await stored(orders, an_order(expires_at=ends))

    assert list(await board.page(BoardList.NEWEST, None, 9)) == [
        BoardLine(
            place=Place(at=NOON, order_id=order.order_id),
            status=OrderStatus.PENDING,
            amount=won(1000),
            expires_at=ends,
            name=order.name,
            customer_id="customer-1",
        )
    ]


async def test_every_line_tells_when_its_order_is_over(
    orders: OrderRepository, board: OrderBoard
) -> None:
    ends = NOON + timedelta(minutes=30, microseconds=7)
    order = await stored(
        orders, an_order(expires_at=ends), paid(FIRST), paid(SECOND), settled_by=FIRST
    )
    await refused(orders, order, a_key("imp_3"), NOON)

    pages = [await board.page(which, None, 9) for which in BoardList]
    found = [
        await board.of_customer("customer-1", None, 9),
        await board.beginning_with(order.order_id, 9),
        await board.refused("imp_3", 9),
    ]

    told = [[line.expires_at for line in lines] for lines in (*pages, *found)]
    assert told == [[ends], [], [ends], [ends], [ends], [ends], [ends]]


async def test_only_orders_that_await_their_deposit_are_waiting(
    orders: OrderRepository, board: OrderBoard
) -> None:
    waiting = OrderStatus.AWAITING_DEPOSIT
    issued = paid(FIRST, None, status=PaymentStatus.AWAITING_DEPOSIT)
    order = await stored(orders, an_order(order_id="a"), issued, status=waiting)
    await stored(orders, an_order(order_id="b"))

    assert [each.place.order_id for each in await turned(board, BoardList.AWAITING_DEPOSIT)] == [
        "a"
    ]
    assert await board.count(BoardList.AWAITING_DEPOSIT, 9) == 1
    await orders.save(next_version(order, paid(FIRST), status=OrderStatus.PAID), [])
    assert await turned(board, BoardList.AWAITING_DEPOSIT) == []


async def test_a_customers_orders_are_found_page_by_page(
    orders: OrderRepository, board: OrderBoard
) -> None:
    for number in range(3):
        at = NOON + timedelta(minutes=number)
        await stored(orders, an_order(order_id=f"mine-{number}", created_at=at))
    await stored(orders, an_order(order_id="other", customer=a_customer(customer_id="c-2")))
    await stored(orders, an_order(order_id="nobody", customer=None))

    first = await board.of_customer("customer-1", None, 2)
    rest = await board.of_customer("customer-1", first[-1].place, 2)

    assert [each.place.order_id for each in (*first, *rest)] == ["mine-2", "mine-1", "mine-0"]


async def test_orders_are_found_by_the_beginning_of_their_id(
    orders: OrderRepository, board: OrderBoard
) -> None:
    for order_id in ("A-1", "A-2", "A-", "A", "B-1", "a-1", "A-~"[:2] + ":"):
        await stored(orders, an_order(order_id=order_id))

    found = await board.beginning_with("A-", 9)

    assert [each.place.order_id for each in found] == ["A-", "A-1", "A-2", "A-:"]
    assert len(await board.beginning_with("A-", 2)) == 2
    assert await board.beginning_with("Z", 2) == []
