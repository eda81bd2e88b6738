"""HTTP to the vendor: one address, bounded in time and size, and errors in the port's words."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import uniform
from typing import Final
from urllib.parse import urlencode

import httpx

from adapters.portone_v1.http_client import Answer, HttpClient
from adapters.portone_v1.origin import origin_of, read_origin
from ports.errors import GatewayProtocolError, GatewayUnavailable

_NAME: Final = "[A-Za-z0-9_-]+"
# An order's id, which is only ever the third of three segments, may hold a dot or a colon.
_ORDER_ID: Final = r"(?!\.+(\?|$))([A-Za-z0-9._-]|%3A)+"
_QUERY: Final = "([A-Za-z0-9_=&-]|%5B%5D)+"
_TARGET: Final = re.compile(rf"/{_NAME}(/{_NAME}(/{_ORDER_ID})?)?(\?{_QUERY})?", re.ASCII)
MAX_BODY_BYTES: Final = 1024 * 1024
# Before the second, third and fourth try; each shortened by chance, so that callers spread out.
_PAUSES_S: Final = (0.1, 0.2, 0.4)
_BUSY: Final = frozenset({408, 425, 429})
_HEADERS: Final = {
    "Accept": "application/json",
    # A small packed body may be a huge one.
    "Accept-Encoding": "identity",
    "User-Agent": "payproof",
}


@asynccontextmanager
async def total_time(timeout_s: float) -> AsyncIterator[float]:
    """Ends all within after so many seconds; gives the moment of the end, in the loop's time."""
    try:
        async with asyncio.timeout(timeout_s):
            yield asyncio.get_running_loop().time() + timeout_s
    except TimeoutError:
        raise GatewayUnavailable("timeout") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    method: str
    url: httpx.URL
    headers: dict[str, str]
    body: bytes | None


class Transport:
    """Sends requests to one origin and nowhere else; no body of an answer is larger than it says.

    What may be repeated is repeated after a passing trouble, while there is time: questions change
    nothing, the vendor hands out the same token to whoever asks again, and a registered amount is
    only registered again.
    """

    def __init__(self, client: HttpClient, base_url: str) -> None:
        self._client = client
        self._origin = read_origin(base_url)

    async def get(
        self,
        path: str,
        query: Iterable[tuple[str, str]],
        *,
        token: str,
        until: float,
        max_bytes: int = MAX_BODY_BYTES,
    ) -> Answer:
        """Asks a question; raises `GatewayUnavailable` if the trouble outlasts the tries."""
        parameters = urlencode(tuple(query))
        target = f"{path}?{parameters}" if parameters else path
        request = self._request("GET", target, _authorised(token))
        return await self._persist(request, until, max_bytes)

    async def send(
        self, method: str, path: str, body: bytes, *, token: str | None = None, until: float
    ) -> Answer:
        """Sends JSON that may be sent twice; raises as `get` does."""
        return await self._persist(
            self._request(method, path, _with_json(token), body), until, MAX_BODY_BYTES
        )

    async def send_once(self, method: str, path: str, body: bytes, *, token: str) -> Answer:
        """Sends JSON and never repeats it; whatever raises, it may have been carried out."""
        answer = await self._exchange(
            self._request(method, path, _with_json(token), body), MAX_BODY_BYTES
        )
        if _is_trouble(answer):
            raise GatewayUnavailable(f"http-{answer.status}")
        return answer

    def _request(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None = None
    ) -> _Request:
        # Two libraries read this text before it is sent, each in its own way; so nothing passes
        # that could be read in two, and no token goes to another address.
        if not _TARGET.fullmatch(target):
            raise GatewayProtocolError("url")
        url = httpx.URL(self._origin + target)
        if origin_of(url) != self._origin or url.raw_path != target.encode():
            raise GatewayProtocolError("url")
        return _Request(method=method, url=url, headers=_HEADERS | headers, body=body)

    async def _persist(self, request: _Request, until: float, max_bytes: int) -> Answer:
        """Tries again, while time is left, if the line breaks or the vendor is busy."""
        pauses_s = [pause_s * uniform(0.5, 1) for pause_s in _PAUSES_S]  # noqa: S311 - no secret
        while True:
            retry_after_s = 0.0
            try:
                answer = await self._exchange(request, max_bytes)
                if not _is_trouble(answer):
                    return answer
                trouble = GatewayUnavailable(f"http-{answer.status}")
                retry_after_s = answer.retry_after_s
            except GatewayUnavailable as error:
                trouble = error
            pause_s = max(pauses_s.pop(0), retry_after_s) if pauses_s else float("inf")
            if asyncio.get_running_loop().time() + pause_s >= until:
                raise trouble
            await asyncio.sleep(pause_s)

    async def _exchange(self, request: _Request, max_bytes: int) -> Answer:
        return await self._client.exchange(
            request.method, request.url, request.headers, request.body, max_bytes
        )


def _authorised(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _with_json(token: str | None) -> dict[str, str]:
    return {"Content-Type": "application/json"} | ({} if token is None else _authorised(token))


def _is_trouble(answer: Answer) -> bool:
    """Whether the vendor, or somebody on the way, could not answer now."""
    return answer.status >= 500 or answer.status in _BUSY
