"""The shop's inbox sees what payproof must not do to it, and hides nothing from the checker."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.merchant_webhook.signature import read_secret, signed_headers
from sandbox.machinery.serving import serving
from tests.soak.book import Book, Harm, Order
from tests.soak.inbox import REDELIVERED, SECRET, Inbox
from tests.soak.leg import Leg, Plan
from tests.soak.records import SqliteRecord


def an_event(**data: Any) -> dict[str, Any]:
    usual = {"order_id": "order-1", "payment_id": "imp_1", "amount": "10", "refunded_amount": "0"}
    return {"type": "order.paid", "data": usual | data}


@pytest.fixture
def book() -> Book:
    book = Book()
    book.orders["order-1"] = Order(order_id="order-1", amount=10, phone="010-2000-0001")
    return book


def harms(book: Book) -> list[Harm]:
    return [complaint.harm for complaint in book.complaints]


def test_what_comes_again_without_an_excuse_is_doubled(book: Book) -> None:
    inbox = Inbox(book, kills=[time.monotonic() - 60])

    for _ in range(2):
        inbox.take("evt_1", an_event(), is_reply_lost=False)

    assert harms(book) == [Harm.DOUBLED]
    assert list(book.orders["order-1"].news) == ["evt_1"]


@pytest.mark.parametrize(("is_reply_lost", "kills"), [(True, 0), (False, 1)])
def test_a_lost_reply_or_a_kill_excuses_it(book: Book, is_reply_lost: bool, kills: int) -> None:
    inbox = Inbox(book, kills=[time.monotonic()] * kills)

    for _ in range(2):
        inbox.take("evt_1", an_event(), is_reply_lost=is_reply_lost)

    assert harms(book) == []
    assert book.counts[REDELIVERED] == 1


def test_it_must_say_the_same_each_time(book: Book) -> None:
    inbox = Inbox(book, kills=[])

    inbox.take("evt_1", an_event(), is_reply_lost=True)
    inbox.take("evt_1", an_event(refunded_amount="1"), is_reply_lost=False)

    assert harms(book) == [Harm.WRONG]


def test_an_order_that_nobody_sold_and_a_phone_are_wrong(book: Book) -> None:
    inbox = Inbox(book, kills=[])

    inbox.take("evt_1", an_event(order_id="order-2"), is_reply_lost=False)
    inbox.take("evt_2", an_event(note="call 010-2000-0001"), is_reply_lost=False)

    assert harms(book) == [Harm.WRONG, Harm.WRONG]


@pytest.fixture
async def address(book: Book) -> AsyncIterator[str]:
    async with serving(Inbox(book, kills=[]).app(), "127.0.0.1", 0) as base_url:
        yield f"{base_url}/events"


@pytest.mark.parametrize(
    ("secret", "http_status"), [(SECRET, 204), (SECRET[:-8] + "AAAAAAA=", 401)]
)
async def test_only_a_right_signature_is_taken(
    book: Book, address: str, secret: str, http_status: int
) -> None:
    body = (
        b'{"type": "order.paid", "data": {"order_id": "order-1", "payment_id": "imp_1",'
        b' "amount": "10", "refunded_amount": "0"}}'
    )
    headers = signed_headers(
        read_secret(secret), event_id="evt_1", sent_at_s=int(time.time()), body=body
    )

    async with (
        ClientSession() as session,
        session.post(address, data=body, headers=headers) as answer,
    ):
        assert answer.status == http_status

    assert harms(book) == ([] if http_status == 204 else [Harm.WRONG])
    assert len(book.orders["order-1"].news) == (http_status == 204)


class ForgetfulInbox(Inbox):
    """Says yes to every event, and forgets each that tells of a paid order."""

    def _keep(self, event_id: str, body: dict[str, object]) -> None:
        if body["type"] != "order.paid":
            super()._keep(event_id, body)


async def test_a_leg_with_a_receiver_that_drops_events_ends_red(tmp_path: Path) -> None:
    plan = Plan(seed=3, payments=12, kills=0, crowd=12, pause_s=None)
    record = SqliteRecord(tmp_path / "payproof.db")

    tally = await Leg(plan, record, tmp_path, stop=asyncio.Event(), inbox=ForgetfulInbox).run()

    assert tally.harms[Harm.LOST] > 0
    assert set(tally.harms) == {Harm.LOST}
    assert all("order.paid" in complaint for complaint in tally.complaints)
