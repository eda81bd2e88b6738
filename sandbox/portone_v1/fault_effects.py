"""Makes a fault happen to one call; the rest of the sandbox knows nothing of it."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from aiohttp import web

from sandbox.portone_v1 import words
from sandbox.portone_v1.answers import json_answer, refusal
from sandbox.portone_v1.exact_json import dumps, exact, loads, number_from
from sandbox.portone_v1.faults import Fault

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BAD_GATEWAY: Final = "<html><body><h1>{status} {reason}</h1></body></html>"
_REASONS: Final = {
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_FOR_EVER_S = 3600.0
_CHUNK = 64 * 1024


class CutOff(web.Response):
    """Stands for no answer at all: its connection is closed already."""


def _cut(request: web.Request) -> CutOff:
    if request.transport is not None:
        request.transport.abort()
    return CutOff()


async def misbehave(
    fault: Fault, request: web.Request, handler: Handler, stir: Callable[[int], None]
) -> web.StreamResponse:
    """Answer one call the way the fault says; `stir` gives so many payments news."""
    match fault.kind:
        case "delay":
            await asyncio.sleep(1 if fault.seconds is None else fault.seconds)
            return await handler(request)
        case "hang":
            await asyncio.sleep(_FOR_EVER_S if fault.seconds is None else fault.seconds)
            return _cut(request)
        case "drop":
            return _cut(request)
        case "news":
            answer = await handler(request)
            stir(fault.n)
            return answer
        case "lost_answer":
            # What was asked for is done; only the caller never hears of it.
            await handler(request)
            return _cut(request)
        case "drip":
            return await _drip(fault, request, await _whole(request, handler))
        case "huge":
            return await _huge(fault, request)
        case "broken_json":
            body = _body(await _whole(request, handler))
            return web.Response(body=body[: len(body) // 2], content_type="application/json")
        case "wrong_amount":
            return _wrong_amount(fault, await _whole(request, handler))
        case _:
            return _instead(fault)


def _instead(fault: Fault) -> web.Response:
    """Answer something else; the call itself has no effect."""
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
        case "envelope":
            return refusal(200, fault.message, fault.code)
        case "expired_token":
            return refusal(401, words.UNAUTHORISED)
        case "redirect":
            location = fault.location or "/redirected"
            return web.Response(status=302, headers={"Location": location})
        case "not_json_object":
            return json_answer([])
        case unknown:  # pragma: no cover - the control API refuses other kinds
            raise ValueError(unknown)


async def _whole(request: web.Request, handler: Handler) -> web.Response:
    answer = await handler(request)
    if not isinstance(answer, web.Response):  # pragma: no cover - the vendor's answers are whole
        raise TypeError("only a whole answer can be spoilt")
    return answer


def _body(answer: web.Response) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""


def _wrong_amount(fault: Fault, answer: web.Response) -> web.Response:
    value = loads(_body(answer))
    _spoil(value, fault)
    return json_answer(value, answer.status)


def _spoil(value: Any, fault: Fault) -> None:
    if isinstance(value, dict):
        if "imp_uid" in value and "amount" in value:
            value["amount"] = (
                exact((number_from(value["amount"]) or 0) + 1)
                if fault.amount is None
                else fault.amount
            )
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            _spoil(item, fault)


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


async def _huge(fault: Fault, request: web.Request) -> web.StreamResponse:
    """Send valid JSON of so many bytes, small on the wire where the caller takes gzip."""
    begin, end = dumps({"code": 0, "message": "", "response": None}).split(b'""')
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
