"""Who may ask: the secret itself, or a token that was handed out for it."""

import hmac
import secrets
from typing import Final

from sandbox.machinery.clock import Clock

TOKEN_LIFE_S: Final = 30 * 60
REFRESH_LIFE_S: Final = 24 * 3600


class Access:
    """Knows the secret and every token that it was exchanged for."""

    def __init__(self, clock: Clock, api_secret: str) -> None:
        """Start without tokens; the secret must not be empty."""
        if not api_secret:
            raise ValueError("api_secret must not be empty")
        self._clock = clock
        self._secret = api_secret.encode()
        self.reset()

    def reset(self) -> None:
        """Forget all tokens."""
        self._access: dict[str, int] = {}
        self._refresh: dict[str, int] = {}

    def login(self, api_secret: str) -> dict[str, str] | None:
        """Exchange the secret for tokens; None if it is another."""
        is_ours = hmac.compare_digest(api_secret.encode(errors="replace"), self._secret)
        return self._issue() if is_ours else None

    def refresh(self, token: str) -> dict[str, str] | None:
        """Exchange a refresh token for new tokens; None if it is unknown or too old."""
        is_alive = self._clock.now() < self._refresh.get(token, 0)
        return self._issue() if is_alive else None

    def accepts(self, authorisation: str) -> bool:
        """Judge an Authorization header."""
        scheme, _, word = authorisation.partition(" ")
        if scheme == "PortOne":
            return hmac.compare_digest(word.encode(errors="replace"), self._secret)
        return scheme == "Bearer" and self._clock.now() < self._access.get(word, 0)

    def _issue(self) -> dict[str, str]:
        access, refresh = secrets.token_hex(20), secrets.token_hex(20)
        now = self._clock.now()
        self._access[access] = now + TOKEN_LIFE_S
        self._refresh[refresh] = now + REFRESH_LIFE_S
        return {"accessToken": access, "refreshToken": refresh}
