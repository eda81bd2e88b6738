"""What every gateway's own list of payments keeps to."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from domain.errors import InvalidValue
from domain.payment import Mode, Payment, PaymentStatus
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable
from ports.payment_listing import FoundPayments
from tests.contract.gateways import TIMEOUT_S, Can, GatewayWorld, on_those_that, worlds_that

SECOND = timedelta(seconds=1)


world = worlds_that(Can.LIST)


async def pages(world: GatewayWorld, since: datetime, until: datetime) -> list[FoundPayments]:
    return [page async for page in world.listing.pages(since, until)]


async def listed(world: GatewayWorld, since: datetime, until: datetime) -> list[Payment]:
    return [payment for page in await pages(world, since, until) for payment in page.payments]


def ids(payments: Sequence[Payment]) -> list[str]:
    return sorted(payment.key.payment_id for payment in payments)


async def test_a_payment_is_listed_as_it_is_found_alone(world: GatewayWorld) -> None:
    since = world.now()
    payment_id = await world.open()
    await world.pay(payment_id)
    await world.wait(10)

    [payment] = await listed(world, since, world.now())

    alone = await world.gateway.find_payment(payment_id)
    assert alone is not None
    assert payment.says_the_same_as(alone)
    assert len(bytes.fromhex(payment.evidence)) == 32


async def test_a_quiet_time_has_no_payments(world: GatewayWorld) -> None:
    await world.open_listed()
    await world.wait(10)

    assert await listed(world, world.now() - SECOND, world.now()) == []


async def test_windows_that_touch_share_nothing_and_leave_nothing_out(world: GatewayWorld) -> None:
    since = world.now()
    opened = []
    moments = [since]
    for _ in range(4):
        opened.append(await world.open_listed())
        await world.wait(1)
        moments.append(world.now())

    shown = [ids(await listed(world, start, end)) for start, end in pairwise(moments)]

    assert shown == [[payment_id] for payment_id in opened]
    assert ids(await listed(world, since, moments[-1])) == sorted(opened)


async def test_a_window_within_one_second_can_be_asked_for(world: GatewayWorld) -> None:
    await world.wait(10)
    moment = world.now().replace(microsecond=0) - SECOND

    assert await listed(world, moment, moment + timedelta(microseconds=1)) == []


async def test_news_is_shown_in_a_later_window(world: GatewayWorld) -> None:
    since = world.now()
    payment_id = await world.open_listed()
    await world.wait(10)
    between = world.now()
    before = await listed(world, since, between)
    await world.make_news(payment_id)
    await world.wait(10)

    assert ids(before) == [payment_id]
    assert ids(await listed(world, between, world.now())) == [payment_id]


@on_those_that(Can.LIST, Can.LIST_LATEST)
async def test_news_moves_a_payment_out_of_an_earlier_window(world: GatewayWorld) -> None:
    since = world.now()
    payment_id = await world.open_listed()
    await world.wait(10)
    between = world.now()
    await world.make_news(payment_id)
    await world.wait(10)

    assert await listed(world, since, between) == []


async def test_refunds_are_news(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.pay(payment_id)
    await world.wait(10)
    since = world.now()
    await world.refund(payment_id, 300)
    await world.wait(10)

    [payment] = await listed(world, since, world.now())

    assert payment.status is PaymentStatus.PARTIALLY_CANCELLED


@on_those_that(Can.LIST, Can.MIX_MODES)
async def test_payments_of_a_test_channel_are_listed_with_their_mode(world: GatewayWorld) -> None:
    since = world.now()
    await world.open_listed(is_test=True)
    await world.open_listed()
    await world.wait(10)

    payments = await listed(world, since, world.now())

    assert sorted(payment.mode for payment in payments) == [Mode.LIVE, Mode.TEST]


async def test_more_than_a_page_is_listed_whole_and_once(world: GatewayWorld) -> None:
    since = world.now()
    opened = await world.open_many(2500)
    await world.wait(10)

    found = await pages(world, since, world.now())

    assert ids([payment for page in found for payment in page.payments]) == sorted(opened)
    assert [len(page) for page in found] != [2500]


async def test_what_has_no_news_is_never_left_out_while_pages_are_turned(
    world: GatewayWorld,
) -> None:
    since = world.now()
    opened = await world.open_many(3500)
    await world.wait(10)
    turned = world.listing.pages(since, world.now())
    moved: list[str] = []
    shown: set[str] = set()

    async for page in turned:
        shown |= {payment.key.payment_id for payment in page.payments}
        turn = len(moved)
        for payment_id in (opened[turn], opened[1000 + turn], opened[-1 - turn]):
            await world.make_news(payment_id)
            moved.append(payment_id)

    assert len(moved) > 6
    assert set(opened) - set(moved) <= shown


async def test_what_cannot_be_read_is_named_and_spoils_nothing(world: GatewayWorld) -> None:
    since = world.now()
    first, spoilt, last = (
        await world.open_listed(),
        await world.open_listed(is_spoilt=True),
        await world.open_listed(),
    )
    await world.wait(10)

    found = await pages(world, since, world.now())

    assert [each for page in found for each in page.unreadable] == [spoilt]
    assert ids([payment for page in found for payment in page.payments]) == sorted([first, last])


async def test_half_a_character_in_a_list_spoils_nothing(world: GatewayWorld) -> None:
    since = world.now()
    opened = [await world.open_listed() for _ in range(2)]
    await world.wait(10)
    await world.halve_a_character()

    found = await pages(world, since, world.now())

    assert [each for page in found for each in page.unreadable] == []
    assert ids([payment for page in found for payment in page.payments]) == sorted(opened)


async def test_the_longest_window_is_taken(world: GatewayWorld) -> None:
    payment_id = await world.open_listed()
    await world.wait(10)
    until = world.now()

    assert ids(await listed(world, until - world.listing.longest_window, until)) == [payment_id]


@pytest.mark.parametrize("window", ["empty", "reversed", "too-long", "future", "without-zone"])
async def test_an_impossible_window_is_refused_without_asking(
    world: GatewayWorld, window: str
) -> None:
    now = world.now()
    since, until = {
        "empty": (now, now),
        "reversed": (now, now - SECOND),
        "too-long": (now - world.listing.longest_window - SECOND, now),
        "future": (now, now + 3600 * SECOND),
        "without-zone": ((now - SECOND).replace(tzinfo=None), now),
    }[window]

    with pytest.raises(InvalidValue):
        world.listing.pages(since, until)

    assert await world.questions() == 0


async def test_nothing_is_asked_before_a_page_is_wanted(world: GatewayWorld) -> None:
    world.listing.pages(world.now() - SECOND, world.now())

    assert await world.questions() == 0


async def a_page(world: GatewayWorld) -> FoundPayments:
    return await anext(world.listing.pages(world.now() - 60 * SECOND, world.now()))


async def test_no_page_is_unavailable_within_the_time(world: GatewayWorld) -> None:
    await world.cut()
    started_s = time.monotonic()

    with pytest.raises(GatewayUnavailable):
        await a_page(world)

    assert time.monotonic() - started_s < TIMEOUT_S + 3


async def test_refused_credentials_are_a_refusal(world: GatewayWorld) -> None:
    await world.refuse()

    with pytest.raises(GatewayRefused):
        await a_page(world)


async def test_nonsense_is_not_guessed_at(world: GatewayWorld) -> None:
    await world.babble()

    with pytest.raises(GatewayProtocolError):
        await a_page(world)


async def test_what_ran_out_is_renewed_between_pages(world: GatewayWorld) -> None:
    since = world.now()
    opened = await world.open_many(2500)
    await world.wait(10)
    shown: list[Payment] = []

    async for page in world.listing.pages(since, world.now()):
        shown += page.payments
        await world.expire()

    assert ids(shown) == sorted(opened)
