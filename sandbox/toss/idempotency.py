"""Remembers what was answered to a request with a key, and says the same to the next."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_bytes
from sandbox.machinery.clock import Clock
from sandbox.toss.answers import VendorRefusal

KEPT_S: Final = 15 * 24 * 3600
LONGEST_KEY: Final = 300

# The vendor's scope: whose request, how, where, and the key itself.
Scope = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class _Kept:
    until: int
    http_status: int
    body: bytes


class IdempotencyDesk:
    """Every answer is kept, refusals too."""

    def __init__(self, clock: Clock) -> None:
        """Start with nothing."""
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._kept: dict[Scope, _Kept] = {}
        self._under_way: set[Scope] = set()

    async def once(
        self, scope: Scope, carry_out: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        """Carry the request out, or give what was answered to it before."""
        if len(scope[3]) > LONGEST_KEY:
            raise VendorRefusal("INVALID_IDEMPOTENCY_KEY")
        if scope in self._under_way:
            raise VendorRefusal("IDEMPOTENT_REQUEST_PROCESSING")
        kept = self._kept.get(scope)
        if kept is not None and self._clock.now() < kept.until:
            return json_bytes(kept.body, kept.http_status)
        self._under_way.add(scope)
        try:
            answer = await carry_out()
        finally:
            self._under_way.discard(scope)
        body = answer.body if isinstance(answer.body, bytes) else b""
        self._kept[scope] = _Kept(self._clock.now() + KEPT_S, answer.status, body)
        return answer
