"""The access token: kept while it lives, renewed once for all who wait for it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from adapters.portone_v1.wire import IssuedToken
from ports.clock import Clock
from ports.errors import GatewayUnavailable

# Only in its last 60 s does the vendor lengthen a token's life; asked earlier, it gives the same
# token with the same end. So this is less than 60 s, and more than any question takes.
_RENEW_BEFORE_END_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    text: str = field(repr=False)
    renew_at_s: float
    ends_at_s: float


class TokenCache:
    """Hands out one token. `ask` fetches a fresh one, and must end by itself, well or badly."""

    def __init__(self, ask: Callable[[], Awaitable[IssuedToken]], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._held: _Held | None = None
        self._renewal: asyncio.Task[str] | None = None

    async def get(self) -> str:
        """A token with some life left; raises what `ask` raises if there is none to be had."""
        held = self._held
        if held is not None and self._clock.monotonic_s() < held.renew_at_s:
            return held.text
        try:
            return await self._renewed()
        except GatewayUnavailable:
            if self._held is None or self._clock.monotonic_s() >= self._held.ends_at_s:
                raise
            return self._held.text

    def invalidate(self, token: str) -> None:
        """Forgets this token, for the vendor refused it; a newer one stays."""
        if self._held is not None and self._held.text == token:
            self._held = None

    async def _renewed(self) -> str:
        # The renewal is nobody's own: when one of those who wait gives up, it goes on for the rest.
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._renew())
            self._renewal.add_done_callback(self._end_renewal)
        return await asyncio.shield(self._renewal)

    async def _renew(self) -> str:
        # From before the request: the token is never thought younger than it is.
        asked_at_s = self._clock.monotonic_s()
        issued = await self._ask()
        self._held = _Held(
            text=issued.text,
            # A token that is near its end already is not asked for again at once.
            renew_at_s=asked_at_s + max(issued.life_s - _RENEW_BEFORE_END_S, issued.life_s / 2),
            ends_at_s=asked_at_s + issued.life_s,
        )
        return issued.text

    def _end_renewal(self, renewal: asyncio.Task[str]) -> None:
        self._renewal = None
        if not renewal.cancelled():
            # Looked at, so that asyncio does not complain when everybody has given up.
            renewal.exception()
