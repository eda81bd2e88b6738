"""`payproof reconcile` finds what nobody told us of, both ways, and settles it."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from adapters.sqlite.stray_payments import SqliteStrayPayments
from domain.order import Order, OrderStatus
from sandbox.portone_v1 import RunningSandbox, SandboxControl
from tests.support.commands import Ended, RunCommand, payproof
from tests.support.factories import a_key, a_payment, an_order
from tests.support.shop import settled_order
from tests.support.storefront import open_sandbox

__all__ = ["payproof"]

HOUR_AGO = (datetime.now(UTC) - timedelta(hours=1)).isoformat()


@pytest.fixture
async def portone() -> AsyncIterator[tuple[RunningSandbox, SandboxControl]]:
    async with open_sandbox() as portone:
        yield portone


@pytest.fixture
def control(portone: tuple[RunningSandbox, SandboxControl]) -> SandboxControl:
    return portone[1]


class Books:
    """A database of orders, and the command that compares it with that PortOne."""

    def __init__(self, payproof: RunCommand, place: RunningSandbox, path: Path) -> None:
        self._payproof = payproof
        self._path = path
        self._settings = {
            "PORTONE_V1_BASE_URL": place.base_url,
            "PORTONE_V1_API_KEY": place.api_key,
            "PORTONE_V1_API_SECRET": place.api_secret,
        }

    async def keep(self, *orders: Order) -> None:
        database = SqliteDatabase(self._path)
        await database.open()
        for order in orders:
            await SqliteOrderRepository(database).add(order, [])
        await database.close()

    async def status(self, order_id: str) -> OrderStatus:
        database = SqliteDatabase(self._path)
        await database.open()
        order = await SqliteOrderRepository(database).find_by_id(order_id)
        await database.close()
        assert order is not None
        return order.status

    async def strays(self) -> list[str]:
        database = SqliteDatabase(self._path)
        await database.open()
        pages = [page async for page in SqliteStrayPayments(database).walk()]
        await database.close()
        return [stray.payment.key.payment_id for page in pages for stray in page]

    async def reconcile(self, *arguments: str, since: str = HOUR_AGO, **settings: str) -> Ended:
        return await self.run("reconcile", "--from", since, *arguments, **settings)

    async def run(self, *arguments: str, **settings: str) -> Ended:
        command = partial(self._payproof, *arguments, **{**self._settings, **settings})
        return await asyncio.to_thread(command)


@pytest.fixture
async def books(
    payproof: RunCommand, portone: tuple[RunningSandbox, SandboxControl], tmp_path: Path
) -> Books:
    books = Books(payproof, portone[0], tmp_path / "payproof.db")
    await books.keep(an_order(order_id="order-0"))
    return books


def rows(ended: Ended) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ended.out.splitlines()]


async def until_the_second_is_over() -> None:
    """PortOne counts whole seconds, and the one that has begun is no part of a window yet."""
    await asyncio.sleep(1.1)


async def test_two_equal_records_end_with_0(books: Books) -> None:
    ended = await books.reconcile("--json")

    assert (ended.exit_code, ended.out) == (0, "")
    assert "no difference" in ended.err


async def test_everything_that_differs_is_named_settled_and_remembered(
    books: Books, control: SandboxControl, tmp_path: Path
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    gone = a_payment(key=a_key("imp_000000000999"), order_id="order-gone", paid_at=now)
    await books.keep(
        *(an_order(order_id=f"order-{number}", created_at=now) for number in range(1, 6)),
        settled_order(gone, order_id="order-gone"),
    )
    paid = await control.create_payment("order-1", 1000, status="paid")
    second = await control.create_payment("order-1", 1000, status="paid")
    over = await control.create_payment("order-2", 1001, status="paid")
    play = await control.create_payment("order-3", 1000, status="paid", sandbox=True)
    dollars = await control.create_payment("order-4", 1000, status="paid", currency="USD")
    stray = await control.create_payment("주문 #1", 1000, status="paid")
    await control.create_payment("order-5", 1000, status="failed")
    await until_the_second_is_over()
    table = tmp_path / "differences.csv"

    dry = await books.reconcile("--dry-run", "--json")
    untouched = await books.status("order-1"), await books.strays()
    ended = await books.reconcile("--json", "--csv", str(table))
    again = await books.reconcile("--json")
    history = await books.run("reconcile", "--history")

    expected = {
        (paid["imp_uid"], "missingHere"),
        (second["imp_uid"], "surplus"),
        (over["imp_uid"], "over"),
        (play["imp_uid"], "testMode"),
        (dollars["imp_uid"], "currency"),
        (stray["imp_uid"], "missingHereWithoutOrder"),
        ("imp_000000000999", "paidHereNotThere"),
    }
    assert {(row["payment_id"], row["kind"]) for row in rows(ended)} == expected
    assert untouched == (OrderStatus.PENDING, [])
    assert {row["cure"] for row in rows(dry)} == {"nothing"}
    assert {row["payment_id"] for row in rows(dry)} == {each for each, _ in expected}
    assert [each.exit_code for each in (dry, ended, again, history)] == [1, 1, 1, 0]
    assert await books.status("order-1") is OrderStatus.PAID
    assert sorted(await books.strays()) == sorted([stray["imp_uid"], "imp_000000000999"])
    assert "missingHere" not in {row["kind"] for row in rows(again)}
    with table.open(encoding="utf-8") as file:
        assert [dict(row) for row in csv.DictReader(file)] == rows(ended)
    assert "missingHereWithoutOrder" in ended.err
    assert history.out.count("cli") == 2


async def test_an_outage_ends_with_75_and_says_how_far_it_came(
    books: Books, control: SandboxControl
) -> None:
    ended = await books.reconcile(PORTONE_V1_BASE_URL="http://127.0.0.1:1")
    history = await books.run("reconcile", "--history", "--json")

    assert ended.exit_code == 75
    assert "stopped: " in ended.err
    assert "the gateway is out of reach" in ended.err
    (report,) = rows(history)
    assert report["stopped"] != ""
    assert report["since"] == report["until"]


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("--from", "2026-02-02", "--to", "2026-02-01"), "must be earlier"),
        (("--from", "2026-02-02", "--to", "2999-01-01"), "lies in the future"),
        (("--from", "soon"), "must be a date"),
        ((), "--from is missing"),
    ],
)
async def test_a_window_that_cannot_be_is_wrong_usage(
    books: Books, arguments: tuple[str, ...], wrong: str
) -> None:
    ended = await books.run("reconcile", *arguments)

    assert ended.exit_code == 2
    assert wrong in ended.err


async def test_more_than_the_gateway_allows_at_once_is_split(
    books: Books, control: SandboxControl
) -> None:
    since = (datetime.now(UTC) - timedelta(days=400)).isoformat()
    payment = await control.create_payment("order-0", 1000, status="paid")
    await until_the_second_is_over()

    ended = await books.reconcile("--json", since=since)

    assert [row["payment_id"] for row in rows(ended)] == [payment["imp_uid"]]
    assert await books.status("order-0") is OrderStatus.PAID
