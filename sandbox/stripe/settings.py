"""What the vendor's dashboard would hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sandbox.machinery.control_fields import Fields
from sandbox.machinery.outbox import WEBHOOK_MODES

_REFUND_STATUSES: Final = frozenset({"succeeded", "pending", "requires_action"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where webhooks go, signed with what; `refund_status` is what a refund begins with."""

    webhook_url: str | None = None
    webhook_mode: str = "off"
    webhook_secrets: Sequence[str] = field(default_factory=list, repr=False)
    refund_status: str = "succeeded"

    def changed(self, fields: Fields, *, allow_remote: bool) -> "Settings":
        """Give the settings with those changed that are named; null takes the URL away."""
        return replace(
            self,
            webhook_mode=fields.word("webhook_mode", WEBHOOK_MODES) or self.webhook_mode,
            refund_status=fields.word("refund_status", _REFUND_STATUSES) or self.refund_status,
            webhook_secrets=sorted(fields.names("webhook_secrets")) or self.webhook_secrets,
            webhook_url=fields.url_or("webhook_url", self.webhook_url, allow_remote=allow_remote),
        )
