"""The connections of each adapter that asks somebody else by HTTP."""

from adapters.outbound.client import build_client

__all__ = ["build_client"]
