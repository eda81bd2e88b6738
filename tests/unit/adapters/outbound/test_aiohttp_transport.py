"""Over a socket: what httpx promises of a transport, and nothing more."""

import traceback
from collections.abc import AsyncIterator

import aiohttp
import httpx
import pytest

from adapters.outbound.aiohttp_transport import AiohttpTransport
from tests.support.scripted_server import http, scripted

NOT_HTTP = b"SSH-2.0-OpenSSH_9.9\r\n\r\n"


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    transport = AiohttpTransport(aiohttp.ClientSession(auto_decompress=False))
    yield transport
    await transport.aclose()


async def ask(transport: AiohttpTransport, request: httpx.Request) -> tuple[int, bytes]:
    response = await transport.handle_async_request(request)
    try:
        return response.status_code, b"".join([chunk async for chunk in response.aiter_raw()])
    finally:
        await response.aclose()


async def test_an_ordinary_request_is_answered(transport: AiohttpTransport) -> None:
    async with scripted([http(201, b"made")]) as script:
        request = httpx.Request("POST", f"{script.base_url}/a%2Fb?c=d", json={"e": 1})
        assert await ask(transport, request) == (201, b"made")

    assert script.targets == ["/a%2Fb?c=d"]
    assert script.requests[0].endswith(b'\r\n\r\n{"e":1}')


async def test_a_target_takes_the_place_of_the_path(transport: AiohttpTransport) -> None:
    async with scripted([http(200)]) as script:
        request = httpx.Request(
            "GET", f"{script.base_url}/x?y", extensions={"target": b"/a%3Ab?c=%5B%5D+"}
        )
        await ask(transport, request)

    assert script.targets == ["/a%3Ab?c=%5B%5D+"]


async def test_a_packed_body_and_a_redirect_come_as_they_are(transport: AiohttpTransport) -> None:
    packed = http(200, b"\x1f\x8b", Content_Encoding="gzip")
    async with scripted([packed, http(302, b"there", Location="/else")]) as script:
        request = httpx.Request("GET", script.base_url)
        assert await ask(transport, request) == (200, b"\x1f\x8b")
        assert await ask(transport, request) == (302, b"there")

    assert script.targets == ["/", "/"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", httpx.NetworkError),
        (NOT_HTTP, httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", httpx.ReadError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", httpx.TransportError),
    ],
    ids=["nothing", "not http", "half", "broken chunk"],
)
async def test_what_breaks_is_an_error_of_httpx_without_the_request(
    transport: AiohttpTransport, answer: bytes, kind: type[httpx.TransportError]
) -> None:
    async with scripted([answer]) as script:
        request = httpx.Request("POST", script.base_url, headers={"Authorization": "secret"})
        with pytest.raises(kind) as raised:
            await ask(transport, request)

    told = "".join(traceback.format_exception(raised.value))
    assert "site-packages/aiohttp" not in told
    assert "secret" not in told


async def test_nobody_listening_is_an_error_of_httpx(transport: AiohttpTransport) -> None:
    with pytest.raises(httpx.NetworkError):
        await ask(transport, httpx.Request("GET", "http://127.0.0.1:9/"))
