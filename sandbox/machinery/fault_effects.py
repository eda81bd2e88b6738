"""Makes a fault happen to one call; the rest of a stand-in knows nothing of it."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.exact_json import JsonObject, dumps, exact, loads, number_from
from sandbox.machinery.faults import Fault

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BAD_GATEWAY: Final = "<html><body><h1>{status} {reason}</h1></body></html>"
_REASONS: Final = {
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
# What has its effect unless it is told otherwise, for the answer is the right one or made of it.
_TAKEN: Final = frozenset(
    {
        "broken_json",
        "delay",
        "drip",
        "half_character",
        "lost_answer",
        "news",
        "wrong_amount",
    }
)
_FOR_EVER_S: Final = 3600.0
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How one vendor says what a fault lets it say."""

    # The kinds that only it has, each an answer instead of the right one.
    own: Mapping[str, Callable[[Fault], web.Response]] = field(default_factory=dict)
    # An answer with one empty text in it, for a huge one to fill.
    blank: Mapping[str, Any] = field(default_factory=lambda: {"message": ""})
    # Of an object in an answer: which object holds the amount, and under which name.
    amount_in: Callable[[JsonObject], tuple[JsonObject, str] | None] = lambda _: None


class CutOff(web.Response):
    """Stands for no answer at all: its connection is closed already."""


def _cut(request: web.Request) -> CutOff:
    if request.transport is not None:
        request.transport.abort()
    return CutOff()


async def misbehave(
    fault: Fault,
    request: web.Request,
    handler: Handler,
    voice: Voice,
    stir: Callable[[int], None],
) -> web.StreamResponse:
    """Answer one call the way the fault says; `stir` gives so many payments news."""
    is_taken = fault.kind in _TAKEN if fault.taken is None else fault.taken
    if fault.kind == "delay":
        await asyncio.sleep(1 if fault.seconds is None else fault.seconds)
    right = await _whole(request, handler) if is_taken else json_answer(dict(voice.blank))
    match fault.kind:
        case "delay":
            return right
        case "hang":
            await asyncio.sleep(_FOR_EVER_S if fault.seconds is None else fault.seconds)
            return _cut(request)
        case "drop" | "lost_answer":
            return _cut(request)
        case "news":
            stir(fault.n)
            return right
        case "drip":
            return await _drip(fault, request, right)
        case "huge":
            return await _huge(fault, request, voice)
        case "broken_json" | "half_character" | "wrong_amount":
            return _made_of(right, fault, voice)
        case _:
            return _instead(fault, voice)


def _made_of(right: web.Response, fault: Fault, voice: Voice) -> web.Response:
    """Answer what is nearly right."""
    body = _body(right)
    match fault.kind:
        case "broken_json":
            return web.Response(body=body[: len(body) // 2], content_type="application/json")
        case "half_character":
            return web.Response(
                body=_halved(body), status=right.status, content_type="application/json"
            )
        case _:
            value = loads(body)
            _spoil(value, fault, voice)
            return json_answer(value, right.status)


def _instead(fault: Fault, voice: Voice) -> web.Response:
    """Answer something else."""
    match fault.kind:
        case "status":
            reason = _REASONS.get(fault.status, "Error")
            retry_after = {"Retry-After": str(fault.retry_after_s)}
            return web.Response(
                text=BAD_GATEWAY.format(status=fault.status, reason=reason),
                status=fault.status,
                content_type="text/html",
                headers=None if fault.retry_after_s is None else retry_after,
            )
        case "redirect":
            location = fault.location or "/redirected"
            return web.Response(status=302, headers={"Location": location})
        case "not_json_object":
            return json_answer([])
        case own:
            return voice.own[own](fault)


async def _whole(request: web.Request, handler: Handler) -> web.Response:
    answer = await handler(request)
    if not isinstance(answer, web.Response):  # pragma: no cover - a vendor's answers are whole
        raise TypeError("only a whole answer can be spoilt")
    return answer


def _body(answer: web.Response) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""


def _halved(body: bytes) -> bytes:
    """Put a text that ends within a character into an object: the first of a list, if any."""
    place = b"[{" if b"[{" in body else b"{"
    return body.replace(place + b'"', place + b'"halved":"\\ud83d","', 1)


def _spoil(value: Any, fault: Fault, voice: Voice) -> None:
    if isinstance(value, dict):
        found = voice.amount_in(value)
        if found is not None:
            holder, name = found
            more = exact((number_from(holder[name]) or 0) + 1)
            holder[name] = more if fault.amount is None else fault.amount
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            _spoil(item, fault, voice)


async def _drip(fault: Fault, request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Send byte by byte: each read of the caller is quick, the whole is not."""
    body = _body(answer)
    slow = web.StreamResponse(status=answer.status)
    slow.content_type = "application/json"
    slow.content_length = len(body)
    # The caller may have had enough of it.
    with suppress(ConnectionError):
        await slow.prepare(request)
        for position in range(len(body)):
            await slow.write(body[position : position + 1])
            await asyncio.sleep(0.05 if fault.seconds is None else fault.seconds)
        await slow.write_eof()
    return slow


async def _huge(fault: Fault, request: web.Request, voice: Voice) -> web.StreamResponse:
    """Send valid JSON of so many bytes, small on the wire where the caller takes gzip."""
    begin, end = dumps(dict(voice.blank)).split(b'""')
    n_filler = max(fault.n_bytes - len(begin) - len(end) - 2, 0)
    huge = web.StreamResponse()
    huge.content_type = "application/json"
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    packer = zlib.compressobj(wbits=31) if fault.gzip and takes_gzip else None
    if packer:
        huge.headers["Content-Encoding"] = "gzip"
    with suppress(ConnectionError):
        await huge.prepare(request)
        for part in _parts(begin + b'"', n_filler, b'"' + end):
            await huge.write(packer.compress(part) if packer else part)
        if packer:
            await huge.write(packer.flush())
        await huge.write_eof()
    return huge


def _parts(begin: bytes, n_filler: int, end: bytes) -> list[bytes]:
    whole, rest = divmod(n_filler, _CHUNK)
    return [begin, *[b"x" * _CHUNK] * whole, b"x" * rest, end]
