"""Signs webhooks as the vendor does: with every secret that is valid at that time."""

import hmac
from collections.abc import Iterable
from hashlib import sha256


def signature_header(body: bytes, secrets: Iterable[str], signed_at: int) -> str:
    """Write the header `Stripe-Signature`."""
    content = f"{signed_at}.".encode() + body
    digests = [hmac.new(secret.encode(), content, sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={signed_at}", *(f"v1={digest}" for digest in digests), "v0=deadbeef"])
