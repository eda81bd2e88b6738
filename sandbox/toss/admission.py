"""Judges the secret key that comes with a request, and which world it opens."""

import base64
import binascii
from dataclasses import dataclass, field
from hmac import compare_digest

from aiohttp import web

from sandbox.toss.answers import VendorRefusal


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the live key shows real payments alone, the test key the others."""

    key: str = field(repr=False)
    is_live: bool


class Admission:
    """Knows two keys."""

    def __init__(self, *, live_key: str, test_key: str) -> None:
        """Let these two in."""
        self._callers = (Caller(live_key, is_live=True), Caller(test_key, is_live=False))

    def admit(self, request: web.Request) -> Caller:
        """Say who asks, or refuse."""
        scheme, _, packed = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic" or not packed:
            raise VendorRefusal("UNAUTHORIZED_KEY")
        try:
            given, colon, password = base64.b64decode(packed, validate=True).partition(b":")
        except (binascii.Error, ValueError):
            raise VendorRefusal("INCORRECT_BASIC_AUTH_FORMAT") from None
        if not colon or password:
            raise VendorRefusal("INCORRECT_BASIC_AUTH_FORMAT")
        for caller in self._callers:
            if compare_digest(given, caller.key.encode()):
                return caller
        raise VendorRefusal("UNAUTHORIZED_KEY")
