"""One line for every vendor: what goes out on it, what is repeated, and what each trouble is."""

import asyncio
import re
import traceback
from collections.abc import AsyncIterator

import pytest

from adapters.outbound.body import form_body, json_body
from adapters.outbound.client import build_client
from adapters.outbound.errors import GATEWAY, NOTIFIER, SHOP, Errors
from adapters.outbound.http_client import Answer, HttpClient
from adapters.outbound.line import Line
from adapters.outbound.refusals import error_of
from adapters.outbound.total_time import total_time
from ports.errors import (
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    NotifierUnavailable,
    PortError,
    ShopUnavailable,
)
from tests.support.scripted_server import http, scripted

TARGETS = re.compile(r"/v1/[a-z]+(\?[a-z]=[a-z]+)?", re.ASCII)
KEYED = {"Authorization": "Basic c2VjcmV0Og==", "Idempotency-Key": "refund-1"}
NOT_HTTP = b"SSH-2.0-OpenSSH_9.9\r\n\r\n"
PACKED = http(200, b"x", Content_Encoding="gzip")
TOO_LONG = http(200, b"x" * 11)


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    async with build_client() as client:
        yield client


def a_line(client: HttpClient, base_url: str, errors: Errors = GATEWAY) -> Line:
    return Line(client, base_url, targets=TARGETS, errors=errors)


async def send(line: Line, *, timeout_s: float = 20.0) -> Answer:
    async with total_time(timeout_s) as until:
        return await line.send("POST", "/v1/refunds", KEYED, json_body(b"{}"), until=until)


async def test_headers_and_body_arrive_as_they_are(client: HttpClient) -> None:
    async with scripted([http(201, b"{}")]) as script:
        answer = await a_line(client, script.base_url).send_once(
            "POST", "/v1/refunds?a=b", KEYED, form_body([("amount", "10"), ("m[id]", "a b")])
        )

    head, _, body = script.requests[0].partition(b"\r\n\r\n")
    start, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    assert answer == Answer(status=201, body=b"{}")
    assert start == "POST /v1/refunds?a=b HTTP/1.1"
    assert headers == {
        "host": script.base_url.removeprefix("http://"),
        "authorization": "Basic c2VjcmV0Og==",
        "idempotency-key": "refund-1",
        "content-type": "application/x-www-form-urlencoded",
        "accept": "application/json",
        "accept-encoding": "identity",
        "user-agent": "payproof",
        "content-length": "23",
    }
    assert body == b"amount=10&m%5Bid%5D=a+b"


async def test_a_question_has_no_body(client: HttpClient) -> None:
    async with scripted([http(200, b"[]")]) as script:
        await a_line(client, script.base_url).send_once("GET", "/v1/refunds", {})

    head = script.requests[0].decode().lower()
    assert "content-type" not in head
    assert "transfer-encoding" not in head


async def test_what_may_be_repeated_is_repeated_as_it_was(client: HttpClient) -> None:
    async with scripted([http(503), b"", http(429), http(200, b"yes")]) as script:
        answer = await send(a_line(client, script.base_url))

    assert answer.body == b"yes"
    assert len(script.requests) == 4
    assert len({request.split(b"\r\n", 1)[1] for request in script.requests}) == 1


async def test_what_must_not_be_repeated_is_sent_once(client: HttpClient) -> None:
    async with scripted([b"", http(200)]) as script:
        with pytest.raises(GatewayUnavailable, match=r"^connection$"):
            await a_line(client, script.base_url).send_once(
                "POST", "/v1/refunds", KEYED, json_body(b"{}")
            )

    assert len(script.requests) == 1


async def test_a_trouble_that_lasts_is_told_after_four_tries(client: HttpClient) -> None:
    async with scripted([http(500)] * 5) as script:
        with pytest.raises(GatewayUnavailable, match=r"^http-500$"):
            await send(a_line(client, script.base_url))

    assert len(script.requests) == 4


async def test_a_pause_that_does_not_fit_in_the_time_is_not_begun(client: HttpClient) -> None:
    async with scripted([http(429, Retry_After="60"), http(200)]) as script:
        with pytest.raises(GatewayUnavailable, match=r"^http-429$"):
            await send(a_line(client, script.base_url))

    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("errors", "unknown", "nonsense"),
    [
        (GATEWAY, GatewayUnavailable, GatewayProtocolError),
        (NOTIFIER, NotifierUnavailable, NotifierUnavailable),
        (SHOP, ShopUnavailable, ShopUnavailable),
    ],
    ids=["gateway", "notifier", "shop"],
)
async def test_each_port_has_its_own_errors_without_a_secret(
    client: HttpClient, errors: Errors, unknown: type[PortError], nonsense: type[PortError]
) -> None:
    answers = {b"": ("connection", unknown), NOT_HTTP: ("not-http", nonsense)}
    answers |= {PACKED: ("encoding", nonsense), TOO_LONG: ("too-large", nonsense)}
    async with scripted(list(answers)) as script:
        line = a_line(client, script.base_url, errors)
        for code, kind in answers.values():
            with pytest.raises(kind) as raised:
                await line.send_once("POST", "/v1/refunds", KEYED, json_body(b"{}"), max_bytes=10)

            told = "".join(traceback.format_exception(raised.value))
            assert raised.value.code == code
            assert "site-packages" not in told
            assert "c2VjcmV0Og" not in told
    with pytest.raises(unknown, match=r"^timeout$"):
        async with total_time(0.01, errors):
            await asyncio.sleep(30)
    with pytest.raises(unknown, match=r"^timeout$"):
        async with total_time(30, errors):
            raise TimeoutError  # of the system's own


async def test_a_refusal_without_a_readable_body_is_still_one(client: HttpClient) -> None:
    packed, too_long = http(404, b"x", Content_Encoding="br"), http(404, b"x" * 11)
    async with scripted([packed, too_long]) as script:
        line = a_line(client, script.base_url)
        answers = [await line.send_once("GET", "/v1/x", {}, max_bytes=10) for _ in range(2)]

    assert answers == [Answer(status=404, body=b"")] * 2


@pytest.mark.parametrize(
    "target",
    ["/v2/refunds", "/v1/refunds/x", "/v1/../x", "//evil.example/v1/x", "@evil.example/v1/x", ""],
)
async def test_nothing_else_is_asked(client: HttpClient, target: str) -> None:
    async with scripted([]) as script:
        with pytest.raises(GatewayProtocolError, match=r"^url$"):
            await a_line(client, script.base_url).send_once("GET", target, KEYED)

    assert script.requests == []


@pytest.mark.parametrize("target", ["/v1/../x", "/v1//x", "/v1/a%2Fb", "/v1/x?a=#b"])
async def test_a_form_that_lets_everything_pass_is_not_believed(
    client: HttpClient, target: str
) -> None:
    line = Line(client, "https://api.example", targets=re.compile(".*"))

    with pytest.raises(GatewayProtocolError, match=r"^url$"):
        await line.send_once("GET", target, KEYED)


@pytest.mark.parametrize(
    ("status", "is_vendors", "kind", "code"),
    [
        (401, False, GatewayRefused, "http-401"),
        (401, True, GatewayRefused, "http-401"),
        (403, True, GatewayRefused, "http-403"),
        (403, False, GatewayUnavailable, "http-403"),
        (302, False, GatewayProtocolError, "redirect"),
        (302, True, GatewayProtocolError, "redirect"),
        (404, False, GatewayUnavailable, "http-404"),
        (404, True, GatewayProtocolError, "http-404"),
        (429, True, GatewayUnavailable, "http-429"),
        (500, True, GatewayUnavailable, "http-500"),
        (503, False, GatewayUnavailable, "http-503"),
        (204, False, GatewayProtocolError, "http-204"),
    ],
)
def test_what_is_no_success_is_somebodys_fault(
    status: int, is_vendors: bool, kind: type[PortError], code: str
) -> None:
    error = error_of(Answer(status=status, body=b""), is_vendors=is_vendors)

    assert type(error) is kind
    assert error.code == code


def test_a_body_is_not_shown() -> None:
    assert "secret" not in repr(json_body(b"secret")) + repr(form_body([("key", "secret")]))
    assert "secret" not in repr(Answer(status=200, body=b"secret"))
