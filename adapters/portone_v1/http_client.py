"""Connections to the vendor: one exchange at a time on each, bounded in size."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

import aiohttp
import certifi
from yarl import URL

from ports.errors import GatewayProtocolError, GatewayUnavailable

# The code of the error for a body that is larger than whoever asks would have it.
TOO_LARGE: Final = "too-large"
# An answer that is not even HTTP is nonsense; whatever else breaks is the line.
_NOT_HTTP: Final = aiohttp.ClientResponseError
_LINE_ERRORS: Final = (aiohttp.ClientError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: bytes = field(repr=False)
    retry_after_s: float = 0.0


class HttpClient:
    """Keeps connections open between requests; whoever builds it closes it with `aclose`.

    It follows no redirect, reads no proxy or credentials from the environment, keeps no cookie,
    never unpacks a body, and has no time limit of its own: whoever asks limits each question as a
    whole.
    """

    def __init__(self, *, max_connections: int = 100) -> None:
        self._max_connections = max_connections
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    async def aclose(self) -> None:
        """Closes all connections."""
        self._is_closed = True
        if self._session is not None:
            await self._session.close()

    async def exchange(
        self, method: str, url: URL, headers: Mapping[str, str], body: bytes | None, max_bytes: int
    ) -> Answer:
        """Sends one request, once; raises `GatewayUnavailable` or `GatewayProtocolError`."""
        try:
            async with self._opened().request(
                method, url, headers=headers, data=body, allow_redirects=False
            ) as response:
                return Answer(
                    status=response.status,
                    body=await _body(response, max_bytes),
                    retry_after_s=_retry_after_s(response.headers.get("Retry-After", "")),
                )
        # Without their causes: the library's errors carry the request, and so the token.
        except _NOT_HTTP:
            raise GatewayProtocolError("not-http") from None
        except _LINE_ERRORS:
            raise GatewayUnavailable("connection") from None

    def _opened(self) -> aiohttp.ClientSession:
        # At the first request, inside the loop that will use it.
        if self._session is None:
            trusted = ssl.create_default_context(cafile=certifi.where())
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._max_connections, ssl=trusted),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


async def _body(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        return _without_body(response, "encoding")
    chunks: list[bytes] = []
    left = max_bytes
    async for chunk in response.content.iter_any():
        chunks.append(chunk)
        left -= len(chunk)
        if left < 0:
            return _without_body(response, TOO_LARGE)
    return b"".join(chunks)


def _without_body(response: aiohttp.ClientResponse, code: str) -> bytes:
    """Nothing, where the status says enough: a proxy packs its error pages as it likes."""
    if response.status == 200:
        raise GatewayProtocolError(code)
    return b""


def _retry_after_s(asked: str) -> float:
    """The wait the vendor asks for; a date, or nonsense, counts as none."""
    return float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0.0
