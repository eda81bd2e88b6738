"""What the tests of the commands share."""

from tests.support.commands import payproof

__all__ = ["payproof"]
