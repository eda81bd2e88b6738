"""Tokens that can be foretold, so that a run can be repeated."""

from itertools import count


class MemoryTokenSource:
    """A `TokenSource` for tests: it numbers its tokens, and keeps no secret."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def new_token(self) -> str:
        return f"token-{next(self._numbers):026d}"
