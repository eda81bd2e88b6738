"""Hostile input over a raw socket: a clear refusal, never a crash, never a question elsewhere."""

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from tests.support.raw_http import RawAnswer, request, send_and_hang_up, send_raw
from tests.support.service import API_KEY
from tests.support.storefront import Storefront, open_storefront

IDS = {"imp_uid": "imp_123456789012", "merchant_uid": "order-1"}
HOSTILE_IDS = {
    "empty": "",
    "dots": "..",
    "up": "imp_../../users/getToken",
    "slash": "imp_1/2",
    "backslash": "imp_1\\2",
    "percent": "imp_%2e%2e%2fusers",
    "question": "imp_1?include_sandbox=true",
    "hash": "imp_1#2",
    "at": "imp_1@evil.example",
    "url": "http://evil.example/payments/imp_1",
    "nul": "imp_1\0",
    "newline": "imp_1\r\nHost: evil.example",
    "trailing newline": "imp_123456789012\n",
    "arabic digits": "imp_\u0661\u0662\u0663",
    "full width": "imp_\uff11\uff12",
    "surrogate": "imp_\ud800",
    "long": "imp_" + "1" * 10_000,
}
BODIES = {
    "nothing": b"",
    "no json": b"imp_uid=1",
    "an array": b"[]",
    "a text": b'"imp_123456789012"',
    "null": b"null",
    "invalid utf-8": b'{"imp_uid": "\xff\xfe", "merchant_uid": "a"}',
    "utf-16": '{"imp_uid": "imp_1"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"imp_uid": "imp_123456789012", "merchant_uid": "a"}',
    "half": b'{"imp_uid": "imp_1',
    "duplicate keys": b'{"imp_uid":"imp_1","imp_uid":"imp_2","merchant_uid":"a","amount":1}',
    "deep": b"[" * 30_000 + b"]" * 30_000,
    "deep object": b'{"a":' * 9_000 + b"1" + b"}" * 9_000,
    "nan": b'{"imp_uid":"imp_123456789012","merchant_uid":"a","amount":NaN,"status":NaN}',
    "big number": b'{"imp_uid":' + b"9" * 50_000 + b',"merchant_uid":"a","amount":1}',
    "wrong types": b'{"imp_uid":1,"merchant_uid":[],"amount":{},"status":true}',
    "booleans": b'{"imp_uid":true,"merchant_uid":false,"amount":true,"status":null}',
}
POSTS = ("/payments/complete", "/webhooks/portone-v1", "/confirm/portone-v1", "/orders")
BY_SHOP = [(b"Authorization", b"Bearer " + API_KEY.encode())]


@pytest.fixture(scope="module")
async def storefront(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Storefront]:
    # Without sweeps, which ask the gateway of their own accord.
    folder = tmp_path_factory.mktemp("service")
    async with open_storefront(folder, RECONCILE_EVERY_S="0") as storefront:
        yield storefront


@pytest.fixture(autouse=True)
async def nothing_is_asked_of_the_gateway(storefront: Storefront) -> AsyncIterator[None]:
    yield
    calls = await storefront.control.calls()
    assert calls["total"] == 0, calls["recent"]
    health = await storefront.http.get("/health/ready")
    assert health.status_code == 200


def assert_refused(answer: RawAnswer, *statuses: int) -> None:
    """A client's error of the fixed shape, without anything that is ours alone."""
    assert answer.status in statuses, answer
    assert answer.headers["content-type"].startswith("application/json")
    told = answer.json()
    assert set(told) <= {"status", "message", "errors", "reason"}
    assert told["status"]
    assert told["message"]
    assert not any(word in answer.body for word in (b"Traceback", b"litestar", b".py"))


def body_of(**fields: object) -> bytes:
    return json.dumps(fields).encode()


@pytest.mark.parametrize("target", ["/payments/complete", "/webhooks/portone-v1"])
@pytest.mark.parametrize("field", ["imp_uid", "merchant_uid"])
@pytest.mark.parametrize("name", HOSTILE_IDS)
async def test_an_id_that_is_none_is_refused(
    storefront: Storefront, target: str, field: str, name: str
) -> None:
    body = body_of(**{**IDS, "status": "paid", field: HOSTILE_IDS[name]})

    answer = await send_raw(storefront.url, request(b"POST", target.encode(), body))

    assert_refused(answer, 400)
    assert answer.json()["status"] == "invalidRequest"


@pytest.mark.parametrize("name", HOSTILE_IDS)
async def test_an_order_id_that_is_none_is_neither_registered_nor_confirmed(
    storefront: Storefront, name: str
) -> None:
    order = body_of(order_id=HOSTILE_IDS[name], amount=1000, currency="KRW")
    question = body_of(imp_uid="imp_1", merchant_uid=HOSTILE_IDS[name], amount=1000)

    registered = await send_raw(
        storefront.url, request(b"POST", b"/orders", order, headers=BY_SHOP)
    )
    confirmed = await send_raw(storefront.url, request(b"POST", b"/confirm/portone-v1", question))

    assert_refused(registered, 400)
    assert_refused(confirmed, 400)
    assert confirmed.json()["reason"]


@pytest.mark.parametrize("name", HOSTILE_IDS)
async def test_an_id_in_a_query_or_path_is_refused_as_well(
    storefront: Storefront, name: str
) -> None:
    text = quote(HOSTILE_IDS[name].encode(errors="surrogatepass"), safe="").encode()
    query = b"/payments/redirect?merchant_uid=order-1&imp_uid=" + text
    paths = [b"/orders/" + text, b"/customers/" + text + b"/virtual-accounts"]

    page = await send_raw(storefront.url, request(b"GET", query))
    answers = [
        await send_raw(storefront.url, request(b"GET", path, headers=BY_SHOP)) for path in paths
    ]

    assert page.status == 400
    assert page.headers["content-type"].startswith("text/html")
    assert b"<script" not in page.body
    assert_refused(answers[0], 400, 404, 405)
    # A customer may be called nearly anything; nobody of that name waits for a deposit.
    if answers[1].status == 200:
        assert answers[1].json()["virtual_accounts"] == []
    else:
        assert_refused(answers[1], 400, 404)


@pytest.mark.parametrize(
    "path",
    [
        b"/orders/../users/getToken",
        b"/orders/%2e%2e%2fusers",
        b"/orders/..%2f..",
        b"/orders/%00",
        b"/orders/%ff%fe",
        b"/orders/%",
        b"/orders/%zz",
        b"//evil.example/orders/a",
        b"/orders//",
        b"/payments/redirect",
        b"/payments/redirect?imp_uid=a&imp_uid=b&merchant_uid=c",
        b"/payments/redirect?imp_uid=%ff&merchant_uid=%00",
        b"/payments/redirect?" + b"a=1&" * 10_000,
        b"/webhooks/unknown",
        b"/" + b"a" * 20_000,
    ],
)
async def test_an_odd_address_is_a_plain_refusal(storefront: Storefront, path: bytes) -> None:
    answer = await send_raw(storefront.url, request(b"GET", path, headers=BY_SHOP))

    assert 400 <= answer.status < 500
    assert b"Traceback" not in answer.body
    if answer.headers["content-type"].startswith("application/json"):
        assert_refused(answer, 400, 401, 404, 405)


@pytest.mark.parametrize("target", POSTS)
@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_makes_no_sense_is_refused(
    storefront: Storefront, target: str, name: str
) -> None:
    answer = await send_raw(
        storefront.url, request(b"POST", target.encode(), BODIES[name], headers=BY_SHOP)
    )

    assert_refused(answer, 400)


@pytest.mark.parametrize("target", POSTS)
@pytest.mark.parametrize(
    "content_type",
    [b"text/xml", b"multipart/form-data; boundary=x", b"image/png", b"application/jso\xff", b"; ;"],
)
async def test_a_body_of_another_type_is_refused(
    storefront: Storefront, target: str, content_type: bytes
) -> None:
    body = b"<imp_uid>imp_123456789012</imp_uid>"

    answer = await send_raw(
        storefront.url,
        request(b"POST", target.encode(), body, content_type=content_type, headers=BY_SHOP),
    )

    assert_refused(answer, 400, 415)


@pytest.mark.parametrize("target", POSTS)
async def test_a_huge_body_is_refused_before_it_has_come(
    storefront: Storefront, target: str
) -> None:
    head = (
        b"POST %s HTTP/1.1\r\nHost: payproof\r\nConnection: close\r\n%s: %s\r\n"
        b"Content-Type: application/json\r\n"
    ) % (target.encode(), *BY_SHOP[0])
    announced = head + b"Content-Length: 50000000\r\n\r\n" + b" " * 70_000
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n" + b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    more = b"4000\r\n" + b" " * 0x4000 + b"\r\n"

    by_length = await send_raw(storefront.url, announced)
    by_chunks = await send_raw(storefront.url, chunked, *[more] * 4)

    assert_refused(by_length, 413)
    assert_refused(by_chunks, 413)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /payments/complete HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /orders HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /payments/complete HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /orders/\xff\xfe HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ],
    ids=["tls", "no path", "version", "length", "both", "chunk", "raw bytes"],
)
async def test_what_is_hardly_http_is_cut_off(storefront: Storefront, garbage: bytes) -> None:
    answer = await send_raw(storefront.url, garbage)

    # The server says this before any of our code is reached, in its own words.
    assert answer.status in (0, 400, 401, 404)
    assert b"Traceback" not in answer.body


async def test_a_client_that_goes_away_in_the_middle_leaves_nothing_behind(
    storefront: Storefront,
) -> None:
    order_id = await storefront.order()
    body = body_of(imp_uid="imp_123456789012", merchant_uid=order_id)
    whole = request(b"POST", b"/payments/complete", body)

    await asyncio.gather(
        *(send_and_hang_up(storefront.url, whole[:length]) for length in range(len(whole) - 1))
    )

    assert await storefront.story(order_id) == ("pending", [])
    assert not any("Traceback" in line for line in storefront.service.logged)


async def test_a_slow_body_keeps_nobody_else_waiting(storefront: Storefront) -> None:
    body = body_of(imp_uid="imp_..", merchant_uid="order-1")
    whole = request(b"POST", b"/payments/complete", body)
    hurried = asyncio.Event()

    async def dawdle() -> RawAnswer:
        reader, writer = await asyncio.open_connection(*_place(storefront.url))
        writer.write(whole[:-1])
        await writer.drain()
        await hurried.wait()
        writer.write(whole[-1:])
        answer = await reader.read()
        writer.close()
        return RawAnswer(status=int(answer.split()[1]), headers={}, body=answer)

    slow = [asyncio.create_task(dawdle()) for _ in range(50)]
    quick = await storefront.http.get("/health/ready")
    hurried.set()

    assert quick.status_code == 200
    assert {answer.status for answer in await asyncio.gather(*slow)} == {400}


def _place(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)
