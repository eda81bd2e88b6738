"""What the vendor's console would hold."""

from dataclasses import dataclass, replace

from sandbox.machinery.control_fields import Fields
from sandbox.machinery.outbox import WEBHOOK_MODES


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where webhooks and questions go, and how."""

    webhook_url: str | None = None
    webhook_form: bool = False
    webhook_mode: str = "off"
    confirm_url: str | None = None
    confirm_timeout_s: float = 10.0

    def changed(self, fields: Fields, *, allow_remote: bool) -> "Settings":
        """Give the settings with those changed that are named; null takes a URL away."""
        return replace(
            self,
            webhook_mode=fields.word("webhook_mode", WEBHOOK_MODES) or self.webhook_mode,
            webhook_form=fields.flag("webhook_form", default=self.webhook_form),
            confirm_timeout_s=fields.seconds("confirm_timeout_s", self.confirm_timeout_s, high=60),
            webhook_url=fields.url_or("webhook_url", self.webhook_url, allow_remote=allow_remote),
            confirm_url=fields.url_or("confirm_url", self.confirm_url, allow_remote=allow_remote),
        )
