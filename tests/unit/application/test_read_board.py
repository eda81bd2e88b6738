"""The board as people look at it: days in Seoul, and whatever a word may mean."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from adapters.memory.order_board import MemoryOrderBoard
from application.read_board import ReadBoard, Sum
from domain.order import Order, OrderStatus
from domain.outcome import OutcomeKind
from domain.payment import PaymentStatus
from domain.takings import TakingsKind
from ports.order_board import BoardList
from tests.support.factories import KRW, NOON, a_key, a_payment, an_entry, an_order, won
from tests.support.shop import Shop

# Half past midnight in Seoul, which is still the day before in UTC.
EARLY = datetime(2026, 3, 1, 15, 30, tzinfo=UTC)


def a_board(*orders: Order) -> ReadBoard:
    shop = Shop()
    for order in orders:
        shop.keep(order)
    return ReadBoard(MemoryOrderBoard(shop.store), shop.orders, shop.gateways, shop.clock)


def paid(order_id: str, at: datetime, payment_id: str) -> Order:
    payment = a_payment(key=a_key(payment_id), order_id=order_id, paid_at=at)
    return an_order(order_id=order_id, payments=(payment,), settled_by=payment.key)


async def test_a_day_begins_at_midnight_in_seoul_and_today_is_the_last() -> None:
    board = a_board(
        paid("a", EARLY, "imp_1"),
        paid("b", NOON, "imp_2"),
        paid("c", EARLY - timedelta(hours=1), "imp_3"),
        paid("d", EARLY - timedelta(days=9), "imp_4"),
    )

    days = await board.days(3)

    assert [day.day for day in days] == [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)]
    assert [day.of(TakingsKind.PAID, KRW) for day in days] == [
        Sum(),
        Sum(count=1, amount_minor=1000),
        Sum(count=2, amount_minor=2000),
    ]


async def test_an_id_or_its_beginning_finds_orders() -> None:
    board = a_board(an_order(order_id="order-1"), an_order(order_id="order-2"))

    assert (await board.search(" order-1 ")).only_order == "order-1"
    found = await board.search("order")
    assert [line.place.order_id for line in found.orders] == ["order-1", "order-2"]
    assert found.only_order is None


async def test_a_payment_finds_its_order_with_its_gateway_or_without() -> None:
    board = a_board(paid("order-1", NOON, "imp_12"), an_order(order_id="other", customer=None))

    for word in ("imp_12", "portone-v1/imp_12"):
        found = await board.search(word)
        assert found.only_order == "order-1"
        assert found.orders[0].key == a_key("imp_12")


async def test_an_order_past_its_time_is_shown_as_expired_wherever_it_is_listed() -> None:
    payment = a_payment(key=a_key("imp_12"), status=PaymentStatus.OPENED, paid_at=None)
    entry = an_entry(outcome=OutcomeKind.FORGED, key=a_key("imp_9"))
    order = an_order(expires_at=NOON, payments=(payment,), version=1, history=(entry,))
    board = a_board(order, an_order(order_id="paid", status=OrderStatus.PAID, expires_at=NOON))

    of_payment, of_order = await board.search("imp_12"), await board.search(order.order_id)
    lines = [
        *of_payment.orders,
        *of_order.orders,
        *(await board.search("imp_9")).forgeries,
        *await board.page(BoardList.FORGED, None, 9),
    ]

    assert [line.status for line in lines] == [OrderStatus.EXPIRED] * 4
    assert {line.status for line in await board.of_customer("customer-1", None, 9)} == {
        OrderStatus.EXPIRED,
        OrderStatus.PAID,
    }


async def test_a_payment_of_an_order_without_a_customer_is_found() -> None:
    board = a_board(replace(paid("order-1", NOON, "imp_12"), customer=None))

    assert (await board.search("imp_12")).orders[0].customer_id is None


async def test_a_forged_payment_finds_what_it_was_refused_for() -> None:
    entry = an_entry(outcome=OutcomeKind.FORGED, key=a_key("imp_9"))
    board = a_board(an_order(version=1, history=(entry,)))

    found = await board.search("imp_9")

    assert [line.key for line in found.forgeries] == [a_key("imp_9")]
    assert found.forgeries[0].amount == won(1000)


async def test_a_customer_finds_their_orders() -> None:
    found = await a_board(an_order()).search("customer-1")

    assert [line.customer_id for line in found.of_customer] == ["customer-1"]


async def test_a_word_that_can_be_no_id_finds_nothing_and_breaks_nothing() -> None:
    board = a_board(an_order())

    for word in ("", "<script>", "없는 주문", "x" * 500, "a\x00b", "../..", "imp_", "..."):
        found = await board.search(word)
        assert (found.orders, found.forgeries, found.of_customer) == ([], [], [])
        assert found.only_order is None
