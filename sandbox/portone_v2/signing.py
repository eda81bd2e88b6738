"""Standard Webhooks as the vendor signs by it, with every secret of now."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.outbox import Message

# The vendor keeps two while one of them is replaced.
_MOST_SECRETS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """How one webhook is signed; its id is the same on every try."""

    webhook_id: str
    secrets: Sequence[str] = field(repr=False)
    at: int

    def sign(self, message: Message) -> Message:
        """Add the three headers; without a secret there are none."""
        if not self.secrets:
            return message
        content = f"{self.webhook_id}.{self.at}.".encode() + message.body
        signatures = [
            f"v1,{b64encode(hmac.digest(_key_in(each), content, 'sha256')).decode()}"
            for each in self.secrets
        ]
        headers = {
            "webhook-id": self.webhook_id,
            "webhook-timestamp": str(self.at),
            "webhook-signature": " ".join(signatures),
        }
        return replace(message, headers={**message.headers, **headers})


def secrets_in(fields: Fields, name: str, default: Sequence[str]) -> Sequence[str]:
    """Read the secrets to sign with; an empty list means not at all."""
    if not fields.has(name):
        return default
    given = fields.items(name, limit=_MOST_SECRETS)
    for each in given:
        try:
            _key_in(each)
        except (ValueError, AttributeError):
            raise ControlError(400, f"{name} must be a list of base64") from None
    return given


def _key_in(secret: str) -> bytes:
    """Read the key of a secret, which is base64, perhaps after `whsec_`."""
    return b64decode(secret.removeprefix("whsec_"), validate=True)
