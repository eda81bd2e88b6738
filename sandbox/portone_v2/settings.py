"""What the vendor's console would hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sandbox.machinery.control_fields import Fields
from sandbox.machinery.outbox import WEBHOOK_MODES
from sandbox.portone_v2 import notices
from sandbox.portone_v2.signing import secrets_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where webhooks and questions go, and how they are written and signed."""

    webhook_url: str | None = None
    webhook_version: str = notices.NEW
    webhook_form: bool = False
    webhook_mode: str = "off"
    # The vendor keeps two while one of them is replaced.
    webhook_secrets: Sequence[str] = field(default_factory=list, repr=False)
    confirm_url: str | None = None
    confirm_timeout_s: float = 10.0

    def changed(self, fields: Fields, *, allow_remote: bool) -> "Settings":
        """Give the settings with those changed that are named; null takes a URL away."""
        version = fields.word("webhook_version", notices.VERSIONS) or self.webhook_version
        return replace(
            self,
            webhook_mode=fields.word("webhook_mode", WEBHOOK_MODES) or self.webhook_mode,
            webhook_version=version,
            webhook_form=fields.flag("webhook_form", default=self.webhook_form),
            webhook_secrets=secrets_in(fields, "webhook_secrets", self.webhook_secrets),
            confirm_timeout_s=fields.seconds("confirm_timeout_s", self.confirm_timeout_s, high=60),
            webhook_url=fields.url_or("webhook_url", self.webhook_url, allow_remote=allow_remote),
            confirm_url=fields.url_or("confirm_url", self.confirm_url, allow_remote=allow_remote),
        )
