"""The machine's randomness."""

import secrets

_TOKEN_BYTES = 24  # 192 bits, in 32 characters


class SystemTokenSource:
    """A `TokenSource` from the operating system's generator."""

    def new_token(self) -> str:
        return secrets.token_urlsafe(_TOKEN_BYTES)
