"""What announcing an order's amount keeps to at every gateway."""

import time

import pytest

from domain.errors import InvalidValue
from domain.money import MAX_AMOUNT_MINOR, Currency, Money
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable
from tests.contract.gateways import TIMEOUT_S, Can, GatewayWorld, worlds_that
from tests.contract.test_payment_search import NO_ORDER
from tests.support.factories import ORDER_ID, won

world = worlds_that(Can.REGISTER)


@pytest.mark.parametrize(
    "amount",
    [
        won(1000),
        won(MAX_AMOUNT_MINOR // 10**6),
        Money.of("14.20", Currency("USD")),
        Money.of("0.10", Currency("USD")),
        Money.of("1.005", Currency("KWD")),
    ],
    ids=str,
)
async def test_an_amount_is_registered_to_the_last_decimal(
    world: GatewayWorld, amount: Money
) -> None:
    await world.amounts.register_amount(ORDER_ID, amount)

    assert await world.registered(ORDER_ID) == amount


async def test_the_same_again_is_fine(world: GatewayWorld) -> None:
    for _ in range(3):
        await world.amounts.register_amount(ORDER_ID, won(1000))

    assert await world.registered(ORDER_ID) == won(1000)


async def test_another_amount_replaces_the_first(world: GatewayWorld) -> None:
    await world.amounts.register_amount(ORDER_ID, won(1000))
    await world.amounts.register_amount(ORDER_ID, Money.of("9.99", Currency("USD")))

    assert await world.registered(ORDER_ID) == Money.of("9.99", Currency("USD"))


async def test_orders_are_told_apart(world: GatewayWorld) -> None:
    await world.amounts.register_amount("a.b:c", won(1000))
    await world.amounts.register_amount("a.b-c", won(2000))

    assert await world.registered("a.b:c") == won(1000)
    assert await world.registered("a.b") is None


async def test_a_lost_reply_changes_nothing_about_the_end(world: GatewayWorld) -> None:
    await world.lose_reply()

    await world.amounts.register_amount(ORDER_ID, won(1000))

    assert await world.registered(ORDER_ID) == won(1000)


async def test_what_ran_out_is_renewed(world: GatewayWorld) -> None:
    await world.expire()

    await world.amounts.register_amount(ORDER_ID, won(1000))

    assert await world.registered(ORDER_ID) == won(1000)


async def test_no_answer_is_unavailable_within_the_time(world: GatewayWorld) -> None:
    await world.cut()
    started_s = time.monotonic()

    with pytest.raises(GatewayUnavailable):
        await world.amounts.register_amount(ORDER_ID, won(1000))

    assert time.monotonic() - started_s < TIMEOUT_S + 3


async def test_refused_credentials_are_a_refusal(world: GatewayWorld) -> None:
    await world.refuse()

    with pytest.raises(GatewayRefused):
        await world.amounts.register_amount(ORDER_ID, won(1000))


async def test_nonsense_is_not_guessed_at(world: GatewayWorld) -> None:
    await world.babble()

    with pytest.raises(GatewayProtocolError):
        await world.amounts.register_amount(ORDER_ID, won(1000))


@pytest.mark.parametrize("text", NO_ORDER, ids=range(len(NO_ORDER)))
async def test_an_order_that_cannot_be_is_refused_without_asking(
    world: GatewayWorld, text: str
) -> None:
    with pytest.raises(InvalidValue):
        await world.amounts.register_amount(text, won(1000))

    assert await world.questions() == 0
