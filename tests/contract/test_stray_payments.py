"""StrayPayments keeps what only one side has: once, with its newest word, until it is dropped."""

from datetime import timedelta

import pytest

from domain.payment import PaymentStatus
from domain.tasks import AlertReason
from ports.stray_payments import StrayPayment, StrayPayments
from tests.support.factories import NOON, a_key, a_payment, an_account

LATER = NOON + timedelta(hours=1)
STRAY = a_payment(order_id="주문 #1 / of another shop", virtual_account=an_account())
WITHOUT_ORDER, NOT_THERE = AlertReason.WITHOUT_ORDER, AlertReason.PAID_HERE_NOT_THERE


async def all_of(strays: StrayPayments) -> list[StrayPayment]:
    return [stray async for page in strays.walk() for stray in page]


async def test_a_stray_is_kept_as_the_gateway_told_it(strays: StrayPayments) -> None:
    kept = await strays.keep(STRAY, WITHOUT_ORDER, NOON)

    assert kept == StrayPayment(payment=STRAY, reason=WITHOUT_ORDER, found_at=NOON, told=False)
    assert await all_of(strays) == [kept]


async def test_a_stray_kept_again_takes_the_newer_word_and_stays_found_and_told(
    strays: StrayPayments,
) -> None:
    await strays.keep(STRAY, WITHOUT_ORDER, NOON)
    await strays.mark_told(STRAY.key)
    cancelled = a_payment(status=PaymentStatus.CANCELLED, order_id="x")

    kept = await strays.keep(cancelled, WITHOUT_ORDER, LATER)

    assert kept == StrayPayment(payment=cancelled, reason=WITHOUT_ORDER, found_at=NOON, told=True)
    assert await all_of(strays) == [kept]


async def test_another_reason_is_told_anew(strays: StrayPayments) -> None:
    await strays.keep(STRAY, WITHOUT_ORDER, NOON)
    await strays.mark_told(STRAY.key)

    kept = await strays.keep(STRAY, NOT_THERE, LATER)

    assert (kept.reason, kept.told, kept.found_at) == (NOT_THERE, False, NOON)
    await strays.mark_told(STRAY.key)
    assert (await strays.keep(STRAY, NOT_THERE, LATER)).told


async def test_what_is_not_kept_is_neither_marked_nor_dropped(strays: StrayPayments) -> None:
    await strays.mark_told(STRAY.key)

    assert not await strays.drop(STRAY.key)
    assert await all_of(strays) == []


async def test_a_stray_that_is_dropped_is_forgotten(strays: StrayPayments) -> None:
    await strays.keep(STRAY, WITHOUT_ORDER, NOON)
    await strays.mark_told(STRAY.key)

    assert await strays.drop(STRAY.key)

    assert await all_of(strays) == []
    assert (await strays.keep(STRAY, WITHOUT_ORDER, LATER)).found_at == LATER


async def test_a_walk_shows_every_stray_once_over_many_pages(strays: StrayPayments) -> None:
    keys = [a_key(f"imp_{number:04}", "a-b" if number % 2 else "a") for number in range(520)]
    for key in keys:
        await strays.keep(a_payment(key=key), WITHOUT_ORDER, NOON)

    pages = [page async for page in strays.walk()]

    found = [str(stray.payment.key) for page in pages for stray in page]
    assert len(pages) > 1
    assert sorted(found) == sorted(map(str, keys))


async def test_a_stray_may_be_dropped_while_it_is_walked_past(strays: StrayPayments) -> None:
    for number in range(520):
        await strays.keep(a_payment(key=a_key(f"imp_{number:04}")), WITHOUT_ORDER, NOON)

    async for page in strays.walk():
        for stray in page:
            assert await strays.drop(stray.payment.key)

    assert await all_of(strays) == []


@pytest.mark.parametrize("order_id", ["order-1", "주문 #1 / of another shop"])
async def test_strays_are_found_by_the_order_that_they_name(
    strays: StrayPayments, order_id: str
) -> None:
    for number in (2, 1):
        stray = a_payment(key=a_key(f"imp_{number}"), order_id=order_id)
        await strays.keep(stray, WITHOUT_ORDER, NOON)
    await strays.keep(a_payment(key=a_key("imp_3"), order_id="other"), WITHOUT_ORDER, NOON)

    assert list(await strays.find_by_order(order_id)) == [a_key("imp_1"), a_key("imp_2")]
    assert list(await strays.find_by_order("none")) == []


async def test_at_most_a_hundred_strays_of_one_order_are_told(strays: StrayPayments) -> None:
    for number in range(103):
        stray = a_payment(key=a_key(f"imp_{number:03}"), order_id="order-1")
        await strays.keep(stray, WITHOUT_ORDER, NOON)

    assert len(await strays.find_by_order("order-1")) == 100
