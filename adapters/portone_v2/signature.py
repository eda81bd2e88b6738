"""The signature on what the vendor sends: Standard Webhooks, with any of several secrets."""

import binascii
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Final

from domain.errors import InvalidValue
from ports.clock import Clock
from ports.errors import WebhookNotAuthentic

# Both ways: an old one may be a replay, and one from the future outlives its window.
TOLERANCE_S: Final = 300
_PREFIX: Final = "whsec_"
_MOST_SECRETS: Final = 4
_SEPARATOR: Final = re.compile(r"[\s,]+")
_ID: Final = re.compile(r"[!-~]{1,200}", re.ASCII)
_TIME: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE: Final = re.compile(r"[A-Za-z0-9+/]{43}=", re.ASCII)
_MAX_SIGNATURES: Final = 2000


def read_secrets(text: str) -> Sequence[bytes]:
    """The keys in secrets that a comma or a space separates: two, while one is replaced."""
    secrets = [each for each in _SEPARATOR.split(text) if each]
    if not 1 <= len(secrets) <= _MOST_SECRETS:
        raise InvalidValue("webhook_secrets", f"must be 1 to {_MOST_SECRETS} secrets")
    return [_key_in(each) for each in secrets]


class Signatures:
    """Knows every key that the vendor may sign with now."""

    def __init__(self, keys: Sequence[bytes], clock: Clock) -> None:
        self._keys = tuple(keys)
        self._clock = clock

    def check(self, headers: Mapping[str, str], body: bytes) -> str:
        """The message's id; raises `WebhookNotAuthentic` unless one key has signed it just now.

        What is signed are the bytes as they came: JSON written anew would have another signature.
        """
        message_id = headers.get("webhook-id", "")
        sent_at = headers.get("webhook-timestamp", "")
        signatures = headers.get("webhook-signature", "")
        if not message_id or not sent_at or not signatures:
            raise WebhookNotAuthentic("unsigned")
        if not _ID.fullmatch(message_id) or len(signatures) > _MAX_SIGNATURES:
            raise WebhookNotAuthentic("signature-header")
        if not _TIME.fullmatch(sent_at):
            raise WebhookNotAuthentic("time")
        if abs(self._clock.now().timestamp() - int(sent_at)) > TOLERANCE_S:
            raise WebhookNotAuthentic("time")
        content = f"{message_id}.{sent_at}.".encode("ascii") + body
        # Every pair is compared, so that the time tells nothing of which one was right.
        matches = [
            hmac.compare_digest(_signature(key, content), given)
            for key in self._keys
            for given in _given(signatures)
        ]
        if not any(matches):
            raise WebhookNotAuthentic("signature")
        return message_id


def _given(signatures: str) -> Sequence[str]:
    """The signatures of the version that we know; others are of a time to come, or nonsense."""
    parts = [each.partition(",") for each in signatures.split(" ")]
    return [text for version, _, text in parts if version == "v1" and _SIGNATURE.fullmatch(text)]


def _signature(key: bytes, content: bytes) -> str:
    return b64encode(hmac.digest(key, content, "sha256")).decode("ascii")


def _key_in(secret: str) -> bytes:
    try:
        key = b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise InvalidValue("webhook_secrets", 'must be base64, like "whsec_MfKQ9r8…"')
    return key
