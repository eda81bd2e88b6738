"""Two services on one database: whatever the traffic, nothing happens twice."""

import asyncio
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

from tests.support.storefront import Storefront, open_sandbox, serving, until

ORDERS = 6


async def test_two_services_share_a_database_and_nothing_is_doubled(tmp_path: Path) -> None:
    database = tmp_path / "payproof.db"
    async with AsyncExitStack() as stack:
        place, control = await stack.enter_async_context(open_sandbox())
        one = await stack.enter_async_context(serving(place, control, database))
        two = await stack.enter_async_context(serving(place, control, database))
        cards = [await _opened(one) for _ in range(ORDERS)]
        accounts = [await _opened(two, pay_method="vbank", status="ready") for _ in range(ORDERS)]

        await asyncio.gather(*(_knock_at_both(one, two, *each) for each in cards + accounts))
        await until(lambda: all(_times_told(one, two, order_id) for order_id, _ in accounts))
        for _, imp_uid in accounts:
            await control.deposit(imp_uid)
        await asyncio.gather(*(_knock_at_both(one, two, *each) for each in accounts))

        card_stories = [await one.story(order_id) for order_id, _ in cards]
        account_stories = [await two.story(order_id) for order_id, _ in accounts]

    assert {(status, _outcomes(history)) for status, history in card_stories} == {
        ("paid", ("success",))
    }
    assert {(status, _outcomes(history)) for status, history in account_stories} == {
        ("paid", ("vbankIssued", "success"))
    }
    assert [_times_told(one, two, order_id) for order_id, _ in accounts] == [1] * ORDERS
    _check(database)


async def _opened(storefront: Storefront, **payment: str) -> tuple[str, str]:
    order_id = await storefront.order()
    return order_id, await storefront.payment(order_id, **payment)


async def _knock_at_both(one: Storefront, two: Storefront, order_id: str, imp_uid: str) -> None:
    """Browser, phone and webhook, twice each, at both services at once."""
    answers, delivered = await asyncio.gather(
        asyncio.gather(
            *(each.complete(imp_uid, order_id) for each in (one, two, one, two)),
            *(each.arrive(imp_uid, order_id) for each in (one, two, one, two)),
        ),
        asyncio.gather(*(each.webhook(imp_uid, times=2) for each in (one, two))),
    )
    assert {answer.status_code for answer in answers} == {200}
    assert delivered == [[200, 200], [200, 200]]


def _times_told(one: Storefront, two: Storefront, order_id: str) -> int:
    lines = [*one.service.printed, *two.service.printed]
    return sum(f"/{order_id}/" in line for line in lines)


def _outcomes(history: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(outcome for _, outcome in history)


def _check(database: Path) -> None:
    """The file is whole, and every order's versions are contiguous."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        gaps = connection.execute(
            "SELECT order_id FROM history GROUP BY order_id HAVING max(version) <> count(*)"
        ).fetchall()
    assert gaps == []
