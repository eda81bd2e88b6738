"""HTTP by hand, for requests that no client library would send."""

import asyncio
import json
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_ANSWERED_WITHIN_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """What came back; `status` is 0 if the line was closed without a word."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


async def send_raw(url: str, *pieces: bytes) -> RawAnswer:
    """Sends the pieces as they are, and reads until the other side closes the line."""
    return _parse(await asyncio.to_thread(_exchange, url, pieces))


def _exchange(url: str, pieces: Iterable[bytes]) -> bytes:
    place = urlsplit(url)
    answer = b""
    # It may answer and close before it has read all; by plain sockets its words are still heard.
    with (
        socket.create_connection((place.hostname, place.port), _ANSWERED_WITHIN_S) as line,
        suppress(ConnectionError),
    ):
        with suppress(ConnectionError):
            for piece in pieces:
                line.sendall(piece)
        while heard := line.recv(65_536):
            answer += heard
    return answer


async def send_and_hang_up(url: str, *pieces: bytes) -> None:
    """Sends the pieces and goes away without waiting for an answer."""
    place = urlsplit(url)
    _, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.writelines(pieces)
    await writer.drain()
    writer.transport.abort()


def request(
    method: bytes,
    target: bytes,
    body: bytes | None = None,
    *,
    content_type: bytes | None = b"application/json",
    headers: Iterable[tuple[bytes, bytes]] = (),
) -> bytes:
    """One request whose answer ends the connection."""
    lines = [b"%s %s HTTP/1.1" % (method, target), b"Host: payproof", b"Connection: close"]
    if body is not None:
        lines.append(b"Content-Length: %d" % len(body))
        if content_type is not None:
            lines.append(b"Content-Type: " + content_type)
    lines += [b"%s: %s" % header for header in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + (body or b"")


def _parse(answer: bytes) -> RawAnswer:
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return RawAnswer(
        status=int(first.split()[1]) if first else 0,
        headers={name.lower(): value.strip() for name, _, value in pairs},
        body=body,
    )
