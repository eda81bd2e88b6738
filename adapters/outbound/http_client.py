"""Connections of one adapter: one exchange at a time on each, bounded in size."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

import httpx

from adapters.outbound.body import Body
from adapters.outbound.errors import Errors

# The code of the error for a body that is larger than whoever asks would have it.
TOO_LARGE: Final = "too-large"
_HEADERS: Final = {
    "Accept": "application/json",
    # A small packed body may be a huge one.
    "Accept-Encoding": "identity",
    "User-Agent": "payproof",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: bytes = field(repr=False)
    retry_after_s: float = 0.0


class HttpClient:
    """Exchanges requests for answers on an httpx transport; whoever builds it closes it.

    A transport alone, without httpx's client around it: so no redirect is followed, no cookie
    kept, no proxy or credentials read from the environment and no body unpacked, and a question
    costs half as much. There is no time limit either: whoever asks limits each question as a whole.
    """

    def __init__(self, open_transport: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._open_transport = open_transport
        self._transport: httpx.AsyncBaseTransport | None = None
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
        if self._transport is not None:
            await self._transport.aclose()

    async def exchange(
        self,
        method: str,
        origin: httpx.URL,
        target: str,
        headers: Mapping[str, str],
        body: Body | None = None,
        *,
        errors: Errors,
        max_bytes: int | None,
    ) -> Answer:
        """Sends one request, once. With no `max_bytes` the status is all: no body is read.

        The target, a path with perhaps a query, is sent to the origin letter by letter.
        """
        if self._transport is None:
            # At the first request, inside the loop that will use it.
            self._transport = self._open_transport()
        try:
            response = await self._transport.handle_async_request(
                httpx.Request(
                    method,
                    origin,
                    headers={**_HEADERS, **headers, **_type_of(body)},
                    # As a stream and with its target beside it: httpx would read and spell the
                    # whole URL and all headers again, which costs as much as to send them.
                    stream=httpx.ByteStream(b"" if body is None else body.content),
                    extensions={"target": target.encode("ascii")},
                )
            )
            # Straight from the transport: nothing between is to unpack, count or close.
            stream = response.stream
            assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101 - for the types
            try:
                return Answer(
                    status=response.status_code,
                    body=await _body(response, stream, max_bytes, errors),
                    retry_after_s=_retry_after_s(response),
                )
            finally:
                await stream.aclose()
        # Without their causes: the libraries' errors carry the request, and so the secrets.
        # An answer that is not even HTTP is nonsense; whatever else breaks is the line.
        except httpx.RemoteProtocolError:
            raise errors.nonsense("not-http") from None
        except httpx.TransportError:
            raise errors.unknown("connection") from None


def _type_of(body: Body | None) -> dict[str, str]:
    return {} if body is None else {"Content-Type": body.content_type}


async def _body(
    response: httpx.Response,
    stream: httpx.AsyncByteStream,
    max_bytes: int | None,
    errors: Errors,
) -> bytes:
    if max_bytes is None:
        return b""
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        return _without_body(response, errors, "encoding")
    chunks: list[bytes] = []
    left = max_bytes
    async for chunk in stream:
        chunks.append(chunk)
        left -= len(chunk)
        if left < 0:
            return _without_body(response, errors, TOO_LARGE)
    return b"".join(chunks)


def _without_body(response: httpx.Response, errors: Errors, code: str) -> bytes:
    """Nothing, where the status says enough: a proxy packs its error pages as it likes."""
    if 200 <= response.status_code < 300:
        raise errors.nonsense(code)
    return b""


def _retry_after_s(response: httpx.Response) -> float:
    """The wait that a refusal asks for; a date, or nonsense, counts as none."""
    if response.status_code < 400:
        return 0.0
    asked = response.headers.get("Retry-After", "")
    return float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0.0
