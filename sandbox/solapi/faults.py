"""What goes wrong with a call, and how; a fault is planned, and fires on the calls it fits."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Kind = Literal["delay", "drop", "hang", "status", "broken_json", "redirect", "huge"]
KINDS: Final[frozenset[str]] = frozenset(
    {"delay", "drop", "hang", "status", "broken_json", "redirect", "huge"}
)
_FOR_EVER_S: Final = 3600.0
_HUGE: Final = 64 * 1024 * 1024
_CHUNK: Final = bytes(64 * 1024)


@dataclass(kw_only=True, slots=True)
class Fault:
    """One thing that goes wrong `times` times, or always if None, below `path`.

    With `taken`, the call first does what it should: what goes wrong is the answer alone.
    """

    kind: Kind
    taken: bool = True
    path: str = "/"
    times: int | None = 1
    status: int = 503
    seconds: float = 1.0
    location: str = "/redirected"


class Faults:
    """Faults in the order they were planned; the first that fits fires alone."""

    def __init__(self) -> None:
        """Plan nothing."""
        self._planned: list[Fault] = []
        self.fired: Counter[str] = Counter()

    def add(self, fault: Fault) -> None:
        """Plan a fault after those that are there."""
        self._planned.append(fault)

    def clear(self) -> None:
        """Let nothing more go wrong."""
        self._planned.clear()

    def take(self, path: str) -> Fault | None:
        """Give the fault that this call meets, and count it."""
        for fault in self._planned:
            if fault.times != 0 and path.startswith(fault.path):
                fault.times = None if fault.times is None else fault.times - 1
                self.fired[fault.kind] += 1
                return fault
        return None


async def misbehave(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer one call the way the fault says."""
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
        return await handler(request)
    if fault.taken:
        await handler(request)
    match fault.kind:
        case "drop":
            return _cut(request)
        case "hang":
            await asyncio.sleep(_FOR_EVER_S)
            return _cut(request)
        case "status":
            return web.Response(status=fault.status, text="<html>sorry</html>")
        case "broken_json":
            return web.Response(text='{"groupInfo": {"count"', content_type="application/json")
        case "redirect":
            return web.Response(status=302, headers={"Location": fault.location})
        case "huge":
            return await _huge(request)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _huge(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    try:
        for _ in range(_HUGE // len(_CHUNK)):
            await response.write(_CHUNK)
        await response.write_eof()
    except ConnectionError:
        pass  # the caller has heard enough
    return response
