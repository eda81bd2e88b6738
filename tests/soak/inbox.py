"""The shop's own backend: takes events, checks their signatures, and goes wrong on demand."""

import asyncio
import hashlib
import hmac
import json
import time
from base64 import b64decode, b64encode
from collections import deque
from itertools import pairwise
from typing import Final

from aiohttp import web

from tests.soak.book import Book, Harm, News
from tests.soak.excuses import Excuses

SECRET: Final = "whsec_c29hay1zb2FrLXNvYWstc29hay1zb2FrLXNvYWs="
FAULTS: Final = (
    "shop: answers 500",
    "shop: cuts the line before it takes the event",
    "shop: cuts the line after it took the event",
    "shop: redirects",
    "shop: is slow",
)
REDELIVERED: Final = "events that came again under their id"
_SLOW_S: Final = 1.0


class Inbox:
    """Keeps every event in its order's page of the book."""

    def __init__(self, book: Book, excuses: Excuses) -> None:
        self._book = book
        self._excuses = excuses
        self.planned: deque[str] = deque()
        # By event id: when it was accepted, each time.
        self._accepted: dict[str, list[float]] = {}

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.post("/events", self.receive)])
        return app

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not _is_signed(request, body):
            self._book.complain(Harm.WRONG, "an event came with a signature that is wrong")
            return web.Response(status=401)
        fault = self.planned.popleft() if self.planned else None
        if fault is not None:
            self._book.counts[fault] += 1
        if fault == "shop: answers 500":
            return web.Response(status=500)
        if fault == "shop: redirects":
            return web.Response(status=302, headers={"Location": "/elsewhere"})
        if fault == "shop: cuts the line before it takes the event":
            return _cut(request)
        if fault == "shop: is slow":
            await asyncio.sleep(_SLOW_S)
        is_cut = fault == "shop: cuts the line after it took the event"
        self.take(request.headers["webhook-id"], json.loads(body), is_reply_lost=is_cut)
        return _cut(request) if is_cut else web.Response(status=204)

    def take(self, event_id: str, body: dict[str, object], *, is_reply_lost: bool) -> None:
        """Keeps an event once."""
        if event_id in self._accepted:
            self._book.counts[REDELIVERED] += 1
        self._accepted.setdefault(event_id, []).append(time.monotonic())
        if is_reply_lost:
            self._excuses.reply_was_lost(event_id)
        self._keep(event_id, body)

    def judge(self) -> None:
        """Each time that an event came again must have an excuse of its own."""
        for event_id, times in self._accepted.items():
            if len(times) - 1 > (excused := self._excuses[event_id]):
                apart = ", ".join(f"{again - before:.1f} s" for before, again in pairwise(times))
                what = f"{event_id} came again after {apart}, with {excused} excuses"
                self._book.complain(Harm.DOUBLED, what)

    def _keep(self, event_id: str, body: dict[str, object]) -> None:
        data = body["data"]
        assert isinstance(data, dict)
        order = self._book.orders.get(data["order_id"])
        if order is None:
            self._book.complain(Harm.WRONG, f"{event_id} is about {data['order_id']}, sold nowhere")
            return
        news = News(
            type=str(body["type"]),
            imp_uid=data["payment_id"],
            refunded=int(data["refunded_amount"]),
            amount=int(data["amount"]),
        )
        if order.news.setdefault(event_id, news) != news:
            self._book.complain(Harm.WRONG, f"{event_id} says another thing when it comes again")
        if order.phone_digits in str(data).replace("-", ""):
            self._book.complain(Harm.WRONG, f"{event_id} shows the buyer's phone")


def _is_signed(request: web.Request, body: bytes) -> bool:
    """By the words of Standard Webhooks, and not by our own code."""
    key = b64decode(SECRET.removeprefix("whsec_"))
    told = request.headers
    signed = f"{told['webhook-id']}.{told['webhook-timestamp']}.".encode() + body
    wanted = "v1," + b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(wanted, told["webhook-signature"])


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
