"""The shop's inbox sees what payproof must not do to it, and hides nothing from the checker."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from adapters.merchant_webhook.signature import read_secret, signed_headers
from application import tell_shop
from domain.tasks import TaskKind
from sandbox.machinery.serving import serving
from tests.soak.book import Book, Harm, Order
from tests.soak.excuses import Excuses, event_id
from tests.soak.inbox import REDELIVERED, SECRET, Inbox
from tests.soak.leg import Leg, Plan
from tests.soak.records import SqliteRecord
from tests.support.factories import a_task


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
    inbox = Inbox(book, Excuses())

    for _ in range(2):
        inbox.take("evt_1", an_event(), is_reply_lost=False)
    inbox.judge()

    assert harms(book) == [Harm.DOUBLED]
    assert list(book.orders["order-1"].news) == ["evt_1"]
    assert book.counts[REDELIVERED] == 1


TASK = "tellShop/order-1/portone-v1/imp_1/1:order.paid:0:0"


@pytest.mark.parametrize(
    "line",
    [
        f"{TASK} not concluded: no-answer",
        f"{TASK} was lent again before it ended",
        f'{{"event": "{TASK} will be tried again: timeout", "level": "info"}}',
    ],
)
def test_a_lost_yes_a_dead_worker_and_a_worker_s_own_word_excuse_one_each(
    book: Book, line: str
) -> None:
    excuses = Excuses()
    inbox, event = Inbox(book, excuses), event_id(TASK)
    excuses.were_lent([TASK])
    excuses.was_said(line)

    inbox.take(event, an_event(), is_reply_lost=True)
    for _ in range(3):
        inbox.take(event, an_event(), is_reply_lost=False)
    inbox.judge()
    assert harms(book) == []

    inbox.take(event, an_event(), is_reply_lost=False)
    inbox.judge()
    assert harms(book) == [Harm.DOUBLED]


def test_the_word_of_another_task_excuses_nothing() -> None:
    excuses = Excuses()

    excuses.was_said(TASK.replace("imp_1", "imp_2") + " not concluded: no-answer")
    excuses.was_said(f"{TASK} parked: no-answer")

    assert excuses[event_id(TASK)] == 0


def test_an_event_s_id_is_the_one_that_the_shop_gets() -> None:
    task = a_task(kind=TaskKind.TELL_SHOP, detail="1:order.paid:0:0")

    assert event_id(task.task_id) == tell_shop.event_id(task)


def test_it_must_say_the_same_each_time(book: Book) -> None:
    inbox = Inbox(book, Excuses())

    inbox.take("evt_1", an_event(), is_reply_lost=True)
    inbox.take("evt_1", an_event(refunded_amount="1"), is_reply_lost=False)

    assert harms(book) == [Harm.WRONG]


def test_an_order_that_nobody_sold_and_a_phone_are_wrong(book: Book) -> None:
    inbox = Inbox(book, Excuses())

    inbox.take("evt_1", an_event(order_id="order-2"), is_reply_lost=False)
    inbox.take("evt_2", an_event(note="call 010-2000-0001"), is_reply_lost=False)

    assert harms(book) == [Harm.WRONG, Harm.WRONG]


@pytest.fixture
async def address(book: Book) -> AsyncIterator[str]:
    async with serving(Inbox(book, Excuses()).app(), "127.0.0.1", 0) as base_url:
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
