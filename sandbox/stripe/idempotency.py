"""Remembers the answers to keyed requests, so that the same request is carried out once."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from sandbox.machinery.clock import Clock
from sandbox.stripe.answers import VendorError

# The vendor forgets a key when it is a day old.
KEPT_S: Final = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    asked: bytes
    http_status: int
    body: bytes
    at: int


class IdempotencyKeys:
    """Keeps what was answered to each key."""

    def __init__(self, clock: Clock) -> None:
        """Start with none."""
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def replay(self, key: str, asked: bytes) -> web.Response | None:
        """Give the answer of the first time; refuse a key that was used for something else."""
        kept = self._kept.get(key)
        if kept is None or self._clock.now() - kept.at >= KEPT_S:
            return None
        if kept.asked != asked:
            raise VendorError(
                400,
                "Keys for idempotent requests can only be used with the same parameters they "
                f"were first used with. Try using a key other than '{key}'.",
                kind="idempotency_error",
            )
        return web.Response(
            body=kept.body,
            status=kept.http_status,
            content_type="application/json",
            headers={"Idempotent-Replayed": "true"},
        )

    def keep(self, key: str, asked: bytes, answer: web.Response) -> None:
        """Remember an answer."""
        body = answer.body if isinstance(answer.body, bytes) else b""
        self._kept[key] = _Kept(
            asked=asked, http_status=answer.status, body=body, at=self._clock.now()
        )

    def reset(self) -> None:
        """Forget all."""
        self._kept.clear()
