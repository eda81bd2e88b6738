"""Lets the shop's backend in by its key, and nobody else."""

from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler

from entrypoints.api.language import header

_SCHEME = b"bearer "

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], None]


def bearer_guard(api_key: str | None) -> Guard:
    """A guard for `Authorization: Bearer …`. Without a key of ours it lets nobody in."""
    expected = sha256(api_key.encode()).digest() if api_key else None

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        sent = header(connection.scope, b"authorization") or b""
        scheme, key = sent[: len(_SCHEME)], sent[len(_SCHEME) :].strip()
        # Digests, so that the comparison takes the same time whatever was sent.
        is_right = expected is not None and compare_digest(sha256(key).digest(), expected)
        if scheme.lower() != _SCHEME or not is_right:
            raise NotAuthorizedException

    return guard
