"""Over a socket: only a plain yes is an acceptance, and no answer does harm."""

import asyncio
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.memory.clock import ManualClock
from adapters.merchant_webhook.channel import MerchantWebhook
from adapters.outbound.client import build_client
from domain.errors import InvalidValue
from domain.events import EventType
from ports.errors import ShopUnavailable
from ports.shop_channel import News
from tests.support.factories import NOON, ORDER_ID, a_key, won

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEWS = News(
    event_id="evt_1",
    type=EventType.ORDER_PARTIALLY_REFUNDED,
    at=NOON,
    order_id=ORDER_ID,
    key=a_key(),
    amount=won(1000),
    refunded=won(300),
    late=False,
)
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Backend:
    """A shop's backend that keeps each request, and answers by a function."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.url = ""
        self.serving: set[asyncio.Task[object]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.serving.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = [line.split(": ", 1) for line in head.split("\r\n")[1:] if line]
            headers = {name.lower(): value for name, value in lines}
            body = await reader.readexactly(int(headers["content-length"]))
            self.requests.append((headers, body))
            await self.answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side has given up, or the test is over
        finally:
            writer.close()


def says(status_line: str, *more: str, body: bytes = b"") -> Answer:
    headers = [*more, "Connection: close", f"Content-Length: {len(body)}"]
    head = "\r\n".join([f"HTTP/1.1 {status_line}", *headers, "", ""])

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode("latin-1") + body)
        await writer.drain()

    return answer


async def hangs(_writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def hangs_up(_writer: asyncio.StreamWriter) -> None:
    return


async def talks_nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.9\r\n")
    await writer.drain()


async def never_ends_its_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"x" * 1000 + b"\r\n")
        await writer.drain()


async def promises_for_ever(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        await writer.drain()


class Gigabyte:
    """Sends a body as long as it is read."""

    def __init__(self, status_line: str) -> None:
        self.status_line = status_line
        self.sent = 0

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {self.status_line}\r\nContent-Length: {2**30}\r\n\r\n".encode())
        for _ in range(1024):
            writer.write(bytes(2**20))
            await writer.drain()
            self.sent += 2**20


@asynccontextmanager
async def telling(
    answer: Answer, *, timeout_s: float = 5.0, user: str = ""
) -> AsyncIterator[tuple[MerchantWebhook, Backend, ManualClock]]:
    backend, clock = Backend(answer), ManualClock(NOON)
    server = await asyncio.start_server(backend.serve, "127.0.0.1", 0)
    backend.url = f"http://{user}127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks?from=payproof"
    client = build_client()
    try:
        yield (
            MerchantWebhook(
                client, url=backend.url, secret=SECRET, clock=clock, timeout_s=timeout_s
            ),
            backend,
            clock,
        )
    finally:
        await client.aclose()
        server.close()
        for task in backend.serving:
            task.cancel()
        await asyncio.gather(*backend.serving, return_exceptions=True)
        await server.wait_closed()


def is_signed(headers: dict[str, str], body: bytes) -> bool:
    """Verify as a receiver does, by the words of the standard."""
    content = b".".join(
        [headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body]
    )
    key = b64decode(SECRET.removeprefix("whsec_"))
    return headers["webhook-signature"] == (
        "v1," + b64encode(hmac.new(key, content, "sha256").digest()).decode()
    )


@pytest.mark.parametrize("status_line", ["200 OK", "201 Created", "204 No Content"])
async def test_the_shop_gets_the_news_signed(status_line: str) -> None:
    async with telling(says(status_line)) as (webhook, backend, _):
        await webhook.tell(NEWS)

    ((headers, body),) = backend.requests
    assert is_signed(headers, body)
    assert not is_signed(headers, body + b" ")
    assert headers["webhook-id"] == "evt_1"
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {
        "type": "order.partially_refunded",
        "timestamp": "2026-03-02T12:00:00.123456Z",
        "data": {
            "order_id": "order-0001",
            "payment_id": "imp_000000000001",
            "gateway": "portone-v1",
            "amount": "1000",
            "currency": "KRW",
            "refunded_amount": "300",
            "late": False,
        },
    }


async def test_a_user_in_the_address_is_let_in() -> None:
    async with telling(says("200 OK"), user="payproof:a%20b@") as (webhook, backend, _):
        await webhook.tell(NEWS)

    ((headers, _),) = backend.requests
    assert headers["authorization"] == f"Basic {b64encode(b'payproof:a b').decode()}"
    assert "payproof" not in headers["host"]


async def test_the_shop_hears_how_much_is_too_much() -> None:
    news = replace(NEWS, type=EventType.PAYMENT_SURPLUS, refunded=won(0), surplus=won(1000))
    async with telling(says("200 OK")) as (webhook, backend, _):
        await webhook.tell(news)

    ((_, body),) = backend.requests
    assert json.loads(body)["data"]["surplus_amount"] == "1000"


async def test_every_try_has_the_same_id_and_body_and_its_own_time() -> None:
    async with telling(says("500 Oh No")) as (webhook, backend, clock):
        for _ in range(3):
            with pytest.raises(ShopUnavailable, match=r"^http-500$"):
                await webhook.tell(NEWS)
            clock.advance(timedelta(hours=1).total_seconds())

    assert {headers["webhook-id"] for headers, _ in backend.requests} == {"evt_1"}
    assert len({body for _, body in backend.requests}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in backend.requests}) == 3
    assert all(is_signed(headers, body) for headers, body in backend.requests)


REFUSALS: dict[str, tuple[Answer, str]] = {
    "500": (says("500 Oh No", body=b"secret diary"), "http-500"),
    "404": (says("404 Not Found"), "http-404"),
    "410": (says("410 Gone"), "http-410"),
    "redirect": (says("302 Found", "Location: http://127.0.0.1:1/else"), "http-302"),
    "redirect to nonsense": (says("302 Found", "Location: http://[::"), "http-302"),
    "redirect to no address": (says("302 Found", "Location: http://a:99999999/"), "http-302"),
    "hang": (hangs, "timeout"),
    "cut": (hangs_up, "connection"),
    "nonsense": (talks_nonsense, "not-http"),
    "endless head": (never_ends_its_head, "not-http"),
    "endless promises": (promises_for_ever, "timeout"),
    "endless refusal": (Gigabyte("503 Busy"), "http-503"),
}


@pytest.mark.parametrize(("answer", "code"), REFUSALS.values(), ids=REFUSALS)
async def test_whatever_is_no_plain_yes_is_unknown(answer: Answer, code: str) -> None:
    async with telling(answer, timeout_s=1.0) as (webhook, backend, _):
        with pytest.raises(ShopUnavailable) as raised:
            await webhook.tell(NEWS)

    assert raised.value.code == code
    assert raised.value.__cause__ is None
    assert len(backend.requests) == 1
    assert SECRET.removeprefix("whsec_") not in repr(raised.value)


async def test_a_gigabyte_is_not_read() -> None:
    gigabyte = Gigabyte("200 OK")
    async with telling(gigabyte) as (webhook, _, _):
        await webhook.tell(NEWS)

    assert gigabyte.sent < 64 * 2**20


async def test_nobody_at_home_is_unknown() -> None:
    client = build_client()
    closed = MerchantWebhook(
        client, url="http://127.0.0.1:9/", secret=SECRET, clock=ManualClock(NOON)
    )
    try:
        with pytest.raises(ShopUnavailable, match=r"^connection$"):
            await closed.tell(NEWS)
    finally:
        await client.aclose()


async def test_a_weak_secret_is_refused_at_the_start() -> None:
    client = build_client()

    with pytest.raises(InvalidValue, match=r"^secret: "):
        MerchantWebhook(client, url="http://x/", secret="whsec_eA==", clock=ManualClock(NOON))

    await client.aclose()
