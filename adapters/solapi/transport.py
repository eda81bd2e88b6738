"""HTTP to the vendor: one address, bounded in time and size, and nothing is ever sent twice."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ipaddress import ip_address
from secrets import token_hex
from typing import Final
from urllib.parse import urlencode

import aiohttp
import httpx

from adapters.solapi.signature import authorization
from adapters.solapi.wire import check_http
from domain.errors import InvalidValue
from ports.clock import Clock
from ports.errors import NotifierUnavailable

_TARGET: Final = re.compile(r"/messages/v4/[a-z/-]+(\?[A-Za-z0-9_=&-]+)?", re.ASCII)
# The key stands between commas in a header.
_API_KEY: Final = re.compile(r"[A-Za-z0-9._-]{1,200}", re.ASCII)
# A page of the list, with room for a hundred long messages and all that is told of each.
_MAX_BODY_BYTES: Final = 4 * 1024 * 1024
_HEADERS: Final = {
    "Accept": "application/json",
    # A small packed body may be a huge one.
    "Accept-Encoding": "identity",
    "User-Agent": "payproof",
}
# An answer that is not HTTP says no more than none: the message may have been taken.
_LINE_ERRORS: Final = (httpx.TransportError, aiohttp.ClientError, OSError)


@asynccontextmanager
async def total_time(timeout_s: float) -> AsyncIterator[None]:
    """Ends all within after so many seconds."""
    try:
        async with asyncio.timeout(timeout_s):
            yield
    except TimeoutError:
        raise NotifierUnavailable("timeout") from None


class Transport:
    """Sends signed requests to one origin and nowhere else; each just once.

    Gives the body of an HTTP 200, at most 4 MiB, and raises `NotifierUnavailable` otherwise.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        *,
        api_key: str,
        api_secret: str,
        clock: Clock,
    ) -> None:
        if not _API_KEY.fullmatch(api_key):
            raise InvalidValue("api_key", "must be letters, digits and . _ -")
        if not api_secret:
            raise InvalidValue("api_secret", "is empty")
        self._client = client
        self._origin = _origin(base_url)
        self._api_key = api_key
        self._api_secret = api_secret
        self._clock = clock

    async def get(self, path: str, query: Mapping[str, str]) -> bytes:
        """Asks a question."""
        return await self._exchange(self._request("GET", f"{path}?{urlencode(query)}"))

    async def post(self, path: str, body: bytes) -> bytes:
        """Sends JSON."""
        return await self._exchange(self._request("POST", path, body))

    def _request(self, method: str, target: str, body: bytes | None = None) -> httpx.Request:
        # Two libraries read this text before it is sent, each in its own way; so nothing passes
        # that could be read in two.
        if not _TARGET.fullmatch(target):
            raise NotifierUnavailable("url")
        signed = authorization(
            self._api_key, self._api_secret, now=self._clock.now(), salt=token_hex(16)
        )
        headers = _HEADERS | {"Authorization": signed, "Content-Type": "application/json"}
        return self._client.build_request(
            method, self._origin + target, headers=headers, content=body
        )

    async def _exchange(self, request: httpx.Request) -> bytes:
        try:
            response = await self._client.send(request, stream=True, follow_redirects=False)
            try:
                body = await _body(response)
            finally:
                await response.aclose()
        except _LINE_ERRORS:
            # Without its cause: the libraries' errors carry the request, and so the number.
            raise NotifierUnavailable("connection") from None
        check_http(response.status_code, body)
        return body


async def _body(response: httpx.Response) -> bytes:
    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise NotifierUnavailable("encoding")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > _MAX_BODY_BYTES:
            raise NotifierUnavailable("too-large")
    return bytes(body)


def _origin(base_url: str) -> str:
    """The scheme, host and port of a base URL, which has nothing else; http is for loopback."""
    try:
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, TypeError):
        raise InvalidValue("base_url", "is not a URL") from None
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.host)):
        raise InvalidValue("base_url", "must be https, or http on a loopback host")
    if not url.host or url.raw_path not in (b"", b"/") or url.fragment or url.userinfo:
        raise InvalidValue("base_url", "must have nothing beside the host and perhaps a port")
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
