"""The signature on Stripe's webhooks: a keyed digest of the time and the raw body."""

import hmac
import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from ports.errors import WebhookNotAuthentic

# Both ways: an old one may be a replay, and one from the future outlives its window.
TOLERANCE_S: Final = 300
_MAX_HEADER: Final = 4096
_TIME: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def check_signature(header: str | None, body: bytes, secrets: Iterable[str], now_s: float) -> None:
    """Raises `WebhookNotAuthentic` unless one of the secrets has signed this body just now.

    While a secret is being replaced the vendor signs with both, and we may know both as well.
    """
    if not header:
        raise WebhookNotAuthentic("unsigned")
    signed_at, digests = _read(header)
    if abs(now_s - int(signed_at)) > TOLERANCE_S:
        raise WebhookNotAuthentic("time")
    content = signed_at.encode("ascii") + b"." + body
    # Every pair is compared, so that the time tells nothing of which one was right.
    matches = [
        hmac.compare_digest(hmac.new(secret.encode(), content, sha256).hexdigest(), digest)
        for secret in secrets
        for digest in digests
    ]
    if not any(matches):
        raise WebhookNotAuthentic("signature")


def _read(header: str) -> tuple[str, list[str]]:
    """The time and the signatures of the scheme that we know; one that is odd spoils all."""
    if len(header) > _MAX_HEADER:
        raise WebhookNotAuthentic("signature-header")
    times: list[str] = []
    digests: list[str] = []
    for item in header.split(","):
        scheme, equals, value = item.partition("=")
        if not equals or not scheme or not value:
            raise WebhookNotAuthentic("signature-header")
        if scheme == "t":
            times.append(value)
        elif scheme == "v1":
            digests.append(value)
    if len(times) != 1 or not _TIME.fullmatch(times[0]) or not digests:
        raise WebhookNotAuthentic("signature-header")
    if not all(map(_DIGEST.fullmatch, digests)):
        raise WebhookNotAuthentic("signature-header")
    return times[0], digests
