"""What the vendor's console would hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.outbox import WEBHOOK_MODES
from sandbox.toss.webhooks import EVENTS

_SLOWEST_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where webhooks go, and which; `processing_s` is how long a POST takes."""

    webhook_url: str | None = None
    webhook_mode: str = "off"
    webhook_events: Sequence[str] = field(default_factory=lambda: sorted(EVENTS))
    processing_s: float = 0.0

    def changed(self, fields: Fields, *, allow_remote: bool) -> "Settings":
        """Give the settings with those changed that are named; null takes the URL away."""
        events = fields.names("webhook_events")
        if events - EVENTS:
            raise ControlError(400, f"webhook_events must be of {', '.join(sorted(EVENTS))}")
        return replace(
            self,
            webhook_mode=fields.word("webhook_mode", WEBHOOK_MODES) or self.webhook_mode,
            webhook_events=sorted(events) if fields.has("webhook_events") else self.webhook_events,
            processing_s=fields.seconds("processing_s", self.processing_s, high=_SLOWEST_S),
            webhook_url=fields.url_or("webhook_url", self.webhook_url, allow_remote=allow_remote),
        )
