"""The veto: only exactly the order's amount, of an order that may still be paid, goes on."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from application.confirm_payment import ConfirmQuestion, Veto
from domain.errors import InvalidValue
from domain.money import Currency, Money
from domain.order import OrderStatus
from domain.payment import PaymentStatus
from ports.confirm_hook import AmountUnit
from ports.errors import RepositoryUnavailable
from tests.support.factories import NOON, ORDER_ID, a_key, a_payment, an_order
from tests.support.shop import Shop, settled_order


async def veto(shop: Shop, number: Any = 1000) -> Veto | None:
    return await shop.confirm_payment(ConfirmQuestion(order_id=ORDER_ID, number=number))


@pytest.mark.parametrize(
    "number", [1000, "1000", "1000.00", Decimal(1000), Decimal("1000.0"), Decimal("1E+3")], ids=repr
)
async def test_exactly_the_amount_goes_on(number: Any) -> None:
    shop = Shop()
    shop.keep()

    assert await veto(shop, number) is None
    assert shop.asked == ["orders.find_by_id"]


@pytest.mark.parametrize(
    "number",
    [
        999,
        1001,
        0,
        -1000,
        "1000.01",
        "1000." + "0" * 30 + "1",
        Decimal("999." + "9" * 30),
        "1,000",
        "1e3",
        " 1000",
        "\u0661\u0660\u0660\u0660",  # digits, but not ours
        "",
        "one",
        True,
        1000.0,
        None,
        [1000],
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("1E+999999"),
        10**60,
        "9" * 5000,
    ],
    ids=lambda number: repr(number)[:20],
)
async def test_anything_else_is_stopped(number: Any) -> None:
    shop = Shop()
    shop.keep()

    assert await veto(shop, number) is Veto.AMOUNT_DIFFERS


@pytest.mark.parametrize(
    ("number", "expected"),
    [("14.20", None), ("14.2", None), (1420, Veto.AMOUNT_DIFFERS), ("14.201", Veto.AMOUNT_DIFFERS)],
)
async def test_the_number_is_in_major_units(number: Any, expected: Veto | None) -> None:
    shop = Shop()
    shop.keep(an_order(amount=Money(amount_minor=1420, currency=Currency("USD"))))

    assert await veto(shop, number) is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1420, None),
        ("1420", None),
        (Decimal("1420.0"), None),
        ("14.20", Veto.AMOUNT_DIFFERS),
        (14, Veto.AMOUNT_DIFFERS),
        ("1420.5", Veto.AMOUNT_DIFFERS),
        (2**63, Veto.AMOUNT_DIFFERS),
        (Decimal("NaN"), Veto.AMOUNT_DIFFERS),
    ],
    ids=repr,
)
async def test_or_in_minor_ones_where_the_gateway_counts_so(
    number: Any, expected: Veto | None
) -> None:
    shop = Shop()
    shop.keep(an_order(amount=Money(amount_minor=1420, currency=Currency("USD"))))
    question = ConfirmQuestion(order_id=ORDER_ID, number=number, unit=AmountUnit.MINOR)

    assert await shop.confirm_payment(question) is expected


async def test_a_gateway_may_name_the_payment_alone() -> None:
    shop = Shop()
    shop.keep(settled_order(a_payment(status=PaymentStatus.OPENED)))
    known, unknown, unnamed = (
        ConfirmQuestion(order_id=None, number=1000, key=key)
        for key in (a_key(), a_key("imp_unknown"), None)
    )

    assert await shop.confirm_payment(known) is None
    assert await shop.confirm_payment(unknown) is Veto.ORDER_NOT_FOUND
    assert await shop.confirm_payment(unnamed) is Veto.ORDER_NOT_FOUND
    assert "gateway.find_payment" not in shop.asked


@pytest.mark.parametrize("status", list(OrderStatus))
async def test_only_an_open_order_may_be_paid(status: OrderStatus) -> None:
    expected = {
        OrderStatus.PENDING: None,
        OrderStatus.AWAITING_DEPOSIT: None,
        OrderStatus.PAID: Veto.ALREADY_PAID,
        OrderStatus.PARTIALLY_REFUNDED: Veto.ALREADY_PAID,
        OrderStatus.REFUNDED: Veto.ALREADY_PAID,
        OrderStatus.EXPIRED: Veto.ORDER_EXPIRED,
    }
    shop = Shop()
    shop.keep(an_order(status=status))

    assert await veto(shop) is expected[status]


@pytest.mark.parametrize("status", [OrderStatus.PENDING, OrderStatus.AWAITING_DEPOSIT])
@pytest.mark.parametrize(
    ("seconds_left", "expected"), [(1, None), (0, Veto.ORDER_EXPIRED), (-1, Veto.ORDER_EXPIRED)]
)
async def test_an_order_past_its_time_may_not_be_paid(
    status: OrderStatus, seconds_left: int, expected: Veto | None
) -> None:
    shop = Shop()
    shop.keep(an_order(status=status, expires_at=NOON + timedelta(seconds=seconds_left)))

    assert await veto(shop) is expected


async def test_an_unknown_order_may_not_be_paid() -> None:
    assert await veto(Shop()) is Veto.ORDER_NOT_FOUND


@pytest.mark.parametrize("order_id", ["", "..", "a/b", "주문", "\ud800"])
async def test_a_hostile_order_id_reaches_no_port(order_id: str) -> None:
    shop = Shop()

    with pytest.raises(InvalidValue):
        await shop.confirm_payment(ConfirmQuestion(order_id=order_id, number=1000))

    assert shop.asked == []


async def test_an_outage_is_told_and_never_a_yes() -> None:
    shop = Shop()
    shop.keep()
    shop.faults.fail("find_by_id", RepositoryUnavailable("no-answer"))

    with pytest.raises(RepositoryUnavailable):
        await veto(shop)
