"""HTTP to the vendor: one address, bounded in time and size, and errors in the port's words."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from random import uniform
from typing import Final
from urllib.parse import urlencode

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from adapters.portone_v1.origin import origin_of, read_origin
from ports.errors import GatewayProtocolError, GatewayUnavailable

_TARGET: Final = re.compile(r"/[A-Za-z0-9_-]+/[A-Za-z0-9_-]+(\?[A-Za-z0-9_=&-]+)?", re.ASCII)
_MAX_BODY_BYTES: Final = 1024 * 1024
# Before the second, third and fourth try; each shortened by chance, so that callers spread out.
_PAUSES_S: Final = (0.1, 0.2, 0.4)
_BUSY: Final = frozenset({408, 425, 429})
_HEADERS: Final = {
    "Accept": "application/json",
    # A small packed body may be a huge one.
    "Accept-Encoding": "identity",
    "User-Agent": "payproof",
}
# An answer that is not even HTTP is nonsense; whatever else breaks is the line. The next three come
# from a Location, which httpx reads although it is not to follow it.
_ERRORS: Final = (
    (aiohttp.ClientResponseError, GatewayProtocolError, "not-http"),
    (httpx.InvalidURL, GatewayProtocolError, "redirect"),
    (UnicodeError, GatewayProtocolError, "redirect"),
    (httpx.RemoteProtocolError, GatewayProtocolError, "redirect"),
    (httpx.TransportError, GatewayUnavailable, "connection"),
    (aiohttp.ClientError, GatewayUnavailable, "connection"),
    (OSError, GatewayUnavailable, "connection"),
)


def build_client(*, max_connections: int = 100) -> httpx.AsyncClient:
    """A client for `PortOneV1Gateway`; whoever builds it closes it with `aclose`.

    It follows no redirect, reads no proxy or credentials from the environment, keeps no cookie,
    never unpacks a body, and has no time limit of its own: the gateway limits each question as a
    whole. httpx logs every URL at INFO, so give the logger "httpx" the level WARNING.
    """
    ssl_context = httpx.create_ssl_context(trust_env=False)

    def open_session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=max_connections, ssl=ssl_context),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    return httpx.AsyncClient(
        # Called at the first request, inside the loop that will use it.
        transport=AiohttpTransport(verify=ssl_context, client=open_session),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=None,  # noqa: S113 - see above
        follow_redirects=False,
        trust_env=False,
    )


@asynccontextmanager
async def total_time(timeout_s: float) -> AsyncIterator[float]:
    """Ends all within after so many seconds; gives the moment of the end, in the loop's time."""
    try:
        async with asyncio.timeout(timeout_s):
            yield asyncio.get_running_loop().time() + timeout_s
    except TimeoutError:
        raise GatewayUnavailable("timeout") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: no body is larger than 1 MiB."""

    status: int
    body: bytes = field(repr=False)
    retry_after_s: float = 0.0


class Transport:
    """Sends requests to one origin and nowhere else, and repeats those that met a passing trouble.

    Everything sent here may be repeated: questions change nothing, and the vendor hands out the
    same token to whoever asks again.
    """

    def __init__(self, client: httpx.AsyncClient, base_url: str) -> None:
        self._client = client
        self._origin = read_origin(base_url)

    async def get(self, path: str, query: Mapping[str, str], *, token: str, until: float) -> Answer:
        """Asks a question; raises `GatewayUnavailable` if the trouble outlasts the tries."""
        target = f"{path}?{urlencode(query)}" if query else path
        return await self._send(
            self._request("GET", target, {"Authorization": f"Bearer {token}"}), until
        )

    async def post(self, path: str, body: bytes, *, until: float) -> Answer:
        """Sends JSON; raises as `get` does."""
        request = self._request("POST", path, {"Content-Type": "application/json"}, body)
        return await self._send(request, until)

    def _request(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None = None
    ) -> httpx.Request:
        # Two libraries read this text before it is sent, each in its own way; so nothing passes
        # that could be read in two, and no token goes to another address.
        if not _TARGET.fullmatch(target):
            raise GatewayProtocolError("url")
        request = self._client.build_request(
            method, self._origin + target, headers=_HEADERS | headers, content=body
        )
        if origin_of(request.url) != self._origin or request.url.raw_path != target.encode():
            raise GatewayProtocolError("url")
        return request

    async def _send(self, request: httpx.Request, until: float) -> Answer:
        """Tries again, while time is left, if the line breaks or the vendor is busy."""
        pauses_s = [pause_s * uniform(0.5, 1) for pause_s in _PAUSES_S]  # noqa: S311 - no secret
        while True:
            retry_after_s = 0.0
            try:
                answer = await self._exchange(request)
                if answer.status < 500 and answer.status not in _BUSY:
                    return answer
                trouble = GatewayUnavailable(f"http-{answer.status}")
                retry_after_s = answer.retry_after_s
            except GatewayUnavailable as error:
                trouble = error
            pause_s = max(pauses_s.pop(0), retry_after_s) if pauses_s else float("inf")
            if asyncio.get_running_loop().time() + pause_s >= until:
                raise trouble
            await asyncio.sleep(pause_s)

    async def _exchange(self, request: httpx.Request) -> Answer:
        try:
            response = await self._client.send(request, stream=True, follow_redirects=False)
            try:
                return Answer(
                    status=response.status_code,
                    body=await _body(response),
                    retry_after_s=_retry_after_s(response),
                )
            finally:
                await response.aclose()
        except tuple(kind for kind, _, _ in _ERRORS) as error:
            meaning, code = next(
                (meaning, code) for kind, meaning, code in _ERRORS if isinstance(error, kind)
            )
            # Without its cause: the libraries' errors carry the request, and so the token.
            raise meaning(code) from None


async def _body(response: httpx.Response) -> bytes:
    if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
        return _without_body(response, "encoding")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > _MAX_BODY_BYTES:
            return _without_body(response, "too-large")
    return bytes(body)


def _without_body(response: httpx.Response, code: str) -> bytes:
    """Nothing, where the status says enough: a proxy packs its error pages as it likes."""
    if response.status_code == 200:
        raise GatewayProtocolError(code)
    return b""


def _retry_after_s(response: httpx.Response) -> float:
    """The wait the vendor asks for; a date, or nonsense, counts as none."""
    asked = response.headers.get("retry-after", "")
    return float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0.0
