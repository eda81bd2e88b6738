"""Secrets for buyers' pages, so that the core has no randomness of its own."""

from abc import abstractmethod
from typing import Protocol


class TokenSource(Protocol):
    """Makes client tokens."""

    @abstractmethod
    def new_token(self) -> str:
        """A fresh token of at least 128 random bits, in characters safe in a URL."""
