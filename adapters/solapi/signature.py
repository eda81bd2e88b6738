"""The header that shows the vendor who asks. It signs the moment and the salt, not the body."""

import hmac
from datetime import UTC, datetime


def authorization(api_key: str, api_secret: str, *, now: datetime, salt: str) -> str:
    """The value of `Authorization`; good for 15 minutes around `now`, and once.

    The vendor wants 12 to 64 random bytes of salt, another for each request.
    """
    date = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    signature = hmac.digest(api_secret.encode(), f"{date}{salt}".encode(), "sha256").hex()
    return f"HMAC-SHA256 apiKey={api_key}, date={date}, salt={salt}, signature={signature}"
