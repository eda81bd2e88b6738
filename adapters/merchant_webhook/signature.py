"""The signature of Standard Webhooks, version 1: who sent an event, when, and that it is whole."""

import binascii
import hmac
from base64 import b64decode, b64encode
from typing import Final

from domain.errors import InvalidValue

_PREFIX: Final = "whsec_"
# What the standard asks for: as strong as the hash, and not absurd.
_MIN_BYTES: Final = 24
_MAX_BYTES: Final = 64


def read_secret(text: str) -> bytes:
    """The key in a secret like `whsec_MfKQ9r8…`; refuses one that is no base64, or too weak."""
    try:
        key = b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidValue("secret", 'must be base64, like "whsec_MfKQ9r8…"') from None
    if not _MIN_BYTES <= len(key) <= _MAX_BYTES:
        raise InvalidValue("secret", f"must hold {_MIN_BYTES} to {_MAX_BYTES} bytes")
    return key


def signed_headers(key: bytes, *, event_id: str, sent_at_s: int, body: bytes) -> dict[str, str]:
    """The three headers by which the receiver knows the event; the time is in unix seconds."""
    content = f"{event_id}.{sent_at_s}.".encode() + body
    signature = b64encode(hmac.digest(key, content, "sha256")).decode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(sent_at_s),
        "webhook-signature": f"v1,{signature}",
    }
