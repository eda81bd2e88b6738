"""What looking up many payments keeps to at every gateway."""

import time

import pytest

from domain.errors import InvalidValue
from domain.payment import Mode
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable
from ports.payment_listing import FoundPayments
from tests.contract.gateways import TIMEOUT_S, Can, GatewayWorld, on_those_that, worlds_that
from tests.contract.test_payment_gateway import UNNAMEABLE
from tests.support.factories import ORDER_ID

NO_ORDER = ["", ".", "..", "a/b", "../users/getToken", "a b", "a?b", "a%2fb", "\u0661", "a\n"]
NO_ORDER += ["a#b", "https://evil.example/", "x" * 41]


world = worlds_that(Can.SEARCH)


def ids(found: FoundPayments) -> list[str]:
    return sorted(payment.key.payment_id for payment in found.payments)


async def test_those_that_are_known_are_found_as_alone(world: GatewayWorld) -> None:
    first, second = await world.open(), await world.open()
    await world.pay(second)

    found = await world.search.find_payments([first, first[:-1] + "x", second])

    assert ids(found) == [first, second]
    for payment in found.payments:
        alone = await world.gateway.find_payment(payment.key.payment_id)
        assert alone is not None
        assert payment.says_the_same_as(alone)


async def test_none_of_them_may_be_known(world: GatewayWorld) -> None:
    payment_id = await world.open()

    assert len(await world.search.find_payments([payment_id[:-1] + "x"])) == 0


@on_those_that(Can.SEARCH, Can.ANSWER_FOR_MANY)
async def test_hundreds_are_found_by_hundreds(world: GatewayWorld) -> None:
    opened = await world.open_many(250)

    found = await world.search.find_payments(opened[::-1])

    assert ids(found) == sorted(opened)
    assert await world.questions() <= 3


async def test_one_named_twice_is_found_once(world: GatewayWorld) -> None:
    payment_id = await world.open()

    assert ids(await world.search.find_payments([payment_id] * 101)) == [payment_id]


async def test_nothing_is_asked_about_no_payment(world: GatewayWorld) -> None:
    assert len(await world.search.find_payments([])) == 0


@on_those_that(Can.SEARCH, Can.MIX_MODES)
async def test_payments_of_a_test_channel_are_found_with_their_mode(world: GatewayWorld) -> None:
    payment_id = await world.open(is_test=True)

    [payment] = (await world.search.find_payments([payment_id])).payments
    [of_order] = (await world.search.find_payments_of_order(ORDER_ID)).payments

    assert payment.mode is of_order.mode is Mode.TEST


@on_those_that(Can.SEARCH, Can.TRY_AGAIN)
async def test_every_attempt_of_an_order_is_found(world: GatewayWorld) -> None:
    opened = [await world.open() for _ in range(3)]
    await world.open(order_id="another")
    await world.pay(opened[0])
    await world.fail(opened[2])

    found = await world.search.find_payments_of_order(ORDER_ID)

    assert ids(found) == opened


@on_those_that(Can.SEARCH, Can.TRY_AGAIN)
async def test_more_attempts_than_a_page_are_found_once(world: GatewayWorld) -> None:
    opened = await world.open_many(1500)

    assert ids(await world.search.find_payments_of_order(ORDER_ID)) == sorted(opened)


async def test_an_order_without_attempts_has_none(world: GatewayWorld) -> None:
    await world.open()

    assert len(await world.search.find_payments_of_order("another")) == 0


@pytest.mark.parametrize("order_id", ["a.b:c_d-9", ".a.", "a..b", ":", "..:", "A" * 40])
async def test_an_order_id_may_have_dots_and_colons(world: GatewayWorld, order_id: str) -> None:
    payment_id = await world.open(order_id=order_id)

    [payment] = (await world.search.find_payments_of_order(order_id)).payments

    assert (payment.key.payment_id, payment.order_id) == (payment_id, order_id)


async def test_what_cannot_be_read_is_named_and_spoils_nothing(world: GatewayWorld) -> None:
    first, spoilt = await world.open(), await world.open(is_spoilt=True)

    found = await world.search.find_payments([first, spoilt])

    assert (ids(found), list(found.unreadable)) == ([first], [spoilt])


@on_those_that(Can.SEARCH, Can.TRY_AGAIN)
async def test_an_attempt_that_cannot_be_read_is_named_too(world: GatewayWorld) -> None:
    first, spoilt = await world.open(), await world.open(is_spoilt=True)

    of_order = await world.search.find_payments_of_order(ORDER_ID)

    assert (ids(of_order), list(of_order.unreadable)) == ([first], [spoilt])


async def test_the_payment_of_an_order_is_found(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.open(order_id="another")

    assert ids(await world.search.find_payments_of_order(ORDER_ID)) == [payment_id]


async def test_the_only_payment_of_an_order_may_be_unreadable(world: GatewayWorld) -> None:
    spoilt = await world.open(is_spoilt=True)

    of_order = await world.search.find_payments_of_order(ORDER_ID)

    assert (ids(of_order), list(of_order.unreadable)) == ([], [spoilt])


@pytest.mark.parametrize("text", UNNAMEABLE, ids=range(len(UNNAMEABLE)))
async def test_an_id_that_names_nothing_is_refused_without_asking(
    world: GatewayWorld, text: str
) -> None:
    payment_id = await world.open()

    with pytest.raises(InvalidValue):
        await world.search.find_payments([payment_id, text])

    assert await world.questions() == 0


@pytest.mark.parametrize("text", NO_ORDER, ids=range(len(NO_ORDER)))
async def test_an_order_that_cannot_be_is_refused_without_asking(
    world: GatewayWorld, text: str
) -> None:
    with pytest.raises(InvalidValue):
        await world.search.find_payments_of_order(text)

    assert await world.questions() == 0


async def ask_both(world: GatewayWorld, payment_id: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await world.search.find_payments([payment_id])
    with pytest.raises(error):
        await world.search.find_payments_of_order(ORDER_ID)


async def test_no_answer_is_unavailable_within_the_time(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.cut()
    started_s = time.monotonic()

    await ask_both(world, payment_id, GatewayUnavailable)

    assert time.monotonic() - started_s < 2 * TIMEOUT_S + 3


async def test_refused_credentials_are_a_refusal(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.refuse()

    await ask_both(world, payment_id, GatewayRefused)


async def test_nonsense_is_not_guessed_at(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.babble()

    await ask_both(world, payment_id, GatewayProtocolError)


async def test_what_ran_out_is_renewed(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.expire()
    found = await world.search.find_payments([payment_id])
    await world.expire()
    of_order = await world.search.find_payments_of_order(ORDER_ID)

    assert ids(found) == ids(of_order) == [payment_id]
