"""Access tokens as the vendor hands them out: one at a time, the same to everybody who asks."""

import hmac
import secrets
from typing import Final

from sandbox.machinery.clock import Clock

TOKEN_PATH: Final = "/users/getToken"  # noqa: S105 - a path, not a secret

LIFE_S: Final = 1800
LAST_MINUTE_S: Final = 60
EXTENSION_S: Final = 300


class TokenDesk:
    """Knows the key, the secret and the one token that is valid."""

    def __init__(self, clock: Clock, *, api_key: str, api_secret: str) -> None:
        """Start without a token; key and secret must not be empty."""
        if not api_key or not api_secret:
            raise ValueError("api_key and api_secret must not be empty")
        self._clock = clock
        self._credentials = (api_key.encode(), api_secret.encode())
        self._token = ""
        self._expired_at = 0

    def issue(self, api_key: str, api_secret: str) -> dict[str, str | int] | None:
        """Answer the current token, extended in its last minute, or a new one; None if refused."""
        key, secret = self._credentials
        is_key = hmac.compare_digest(api_key.encode(), key)
        is_secret = hmac.compare_digest(api_secret.encode(), secret)
        if not (is_key and is_secret):
            return None
        now = self._clock.now()
        left_s = self._expired_at - now
        if left_s <= 0:
            self._token = secrets.token_hex(20)
            self._expired_at = now + LIFE_S
        elif left_s < LAST_MINUTE_S:
            self._expired_at += EXTENSION_S
        return {"access_token": self._token, "now": now, "expired_at": self._expired_at}

    def accepts(self, authorisation: str) -> bool:
        """Judge an Authorization header, with or without the word Bearer."""
        token = authorisation.removeprefix("Bearer ").strip()
        is_current = hmac.compare_digest(token.encode(errors="replace"), self._token.encode())
        return bool(self._token) and is_current and self._clock.now() < self._expired_at

    def reset(self) -> None:
        """Forget the token."""
        self._token = ""
        self._expired_at = 0
