"""One day's allowance, whoever takes from it and however often."""

import asyncio
from datetime import date

import pytest

from domain.money import Currency, Money
from ports.errors import RepositoryUnavailable
from ports.refund_allowance import RefundAllowance
from tests.contract.stores import Store
from tests.support.factories import won

DAY, NEXT_DAY = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def allowance(store: Store) -> RefundAllowance:
    return store.allowance


async def take(
    allowance: RefundAllowance, name: str, amount: int, *, day: date = DAY, limit: int = 1000
) -> bool:
    return await allowance.take(f"rf-{name}", won(amount), day, won(limit))


async def test_it_is_given_until_it_is_used_up(allowance: RefundAllowance) -> None:
    assert await take(allowance, "a", 600)
    assert not await take(allowance, "b", 401)
    assert await take(allowance, "c", 400)
    assert not await take(allowance, "d", 1)


async def test_what_is_taken_once_is_taken_however_often_it_is_asked(
    allowance: RefundAllowance,
) -> None:
    for _ in range(3):
        assert await take(allowance, "a", 600)

    assert await take(allowance, "b", 400)
    assert await take(allowance, "a", 600)
    assert not await take(allowance, "c", 1)
    # What was counted first stands, also by a ceiling that has come down since.
    assert await take(allowance, "a", 900, limit=1)


async def test_no_more_than_the_limit_even_at_first(allowance: RefundAllowance) -> None:
    assert not await take(allowance, "a", 1001)
    assert not await take(allowance, "a", 1, limit=0)
    assert await take(allowance, "a", 1000)


async def test_each_day_and_currency_has_its_own(allowance: RefundAllowance) -> None:
    dollars = Money(amount_minor=1000, currency=Currency("USD"))

    assert await take(allowance, "a", 1000)
    assert await take(allowance, "b", 1000, day=NEXT_DAY)
    assert await take(allowance, "a", 0, day=NEXT_DAY)
    assert await allowance.take("rf-a", dollars, DAY, dollars)
    assert not await take(allowance, "c", 1)


async def test_many_at_once_never_take_too_much(allowance: RefundAllowance) -> None:
    answers = await asyncio.gather(*(take(allowance, str(number), 300) for number in range(12)))

    assert sum(answers) == 3
    again = await asyncio.gather(*(take(allowance, str(number), 300) for number in range(12)))
    assert again == answers


async def test_two_at_once_that_both_fit_are_both_taken(allowance: RefundAllowance) -> None:
    for day in (date(2026, 4, number) for number in range(1, 11)):
        answers = await asyncio.gather(
            *(take(allowance, name, 500, day=day) for name in ("a", "b"))
        )
        assert answers == [True, True]


async def test_out_of_reach_it_says_so(store: Store) -> None:
    await store.cut()

    with pytest.raises(RepositoryUnavailable):
        await take(store.allowance, "a", 1)
