"""Logouts, for every process: an ended session is remembered where messages dealt with are."""

from application.take_webhook import REMEMBERED_FOR
from entrypoints.console.session import Session
from ports.clock import Clock
from ports.seen_webhooks import SeenWebhook, SeenWebhooks

# Stands where a gateway's name does. A session's id is random, so that no message has it.
_CONSOLE = "console"


class Logouts:
    """Remembers for days what a cookie could claim for hours. Both may raise the port's error."""

    def __init__(self, seen: SeenWebhooks, clock: Clock) -> None:
        self._seen = seen
        self._clock = clock

    async def has_ended(self, session: Session) -> bool:
        """Whether the operator has logged out, wherever that was."""
        return await self._seen.has_seen(_CONSOLE, session.session_id)

    async def end(self, session: Session) -> None:
        """From now on its cookie proves nothing."""
        now = self._clock.now()
        ended = SeenWebhook(gateway=_CONSOLE, delivery_id=session.session_id, seen_at=now)
        # As long as webhooks are, for these are forgotten by the same call.
        await self._seen.mark_seen(ended, now - REMEMBERED_FOR)
