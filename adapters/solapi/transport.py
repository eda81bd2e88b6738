"""Signed requests to the vendor; nothing is ever sent twice."""

import re
from collections.abc import Mapping
from secrets import token_hex
from typing import Final

from adapters.outbound.body import Body, json_body
from adapters.outbound.errors import NOTIFIER
from adapters.outbound.http_client import HttpClient
from adapters.outbound.line import Line
from adapters.outbound.target import target_of
from adapters.solapi.signature import authorization
from adapters.solapi.wire import check_http
from domain.errors import InvalidValue
from ports.clock import Clock

_TARGETS: Final = re.compile(r"/messages/v4/[a-z/-]+(\?[A-Za-z0-9_=&-]+)?", re.ASCII)
# The key stands between commas in a header.
_API_KEY: Final = re.compile(r"[A-Za-z0-9._-]{1,200}", re.ASCII)
# A page of the list, with room for a hundred long messages and all that is told of each.
_MAX_BODY_BYTES: Final = 4 * 1024 * 1024


class Transport:
    """Asks the vendor's message API, each thing just once: a signature is good for one request.

    Gives the body of an HTTP 200, at most 4 MiB, and raises `NotifierUnavailable` otherwise.
    """

    def __init__(
        self,
        client: HttpClient,
        base_url: str,
        *,
        api_key: str,
        api_secret: str,
        clock: Clock,
    ) -> None:
        if not _API_KEY.fullmatch(api_key):
            raise InvalidValue("api_key", "must be letters, digits and . _ -")
        if not api_secret:
            raise InvalidValue("api_secret", "is empty")
        self._line = Line(client, base_url, targets=_TARGETS, errors=NOTIFIER)
        self._api_key = api_key
        self._api_secret = api_secret
        self._clock = clock

    async def get(self, path: str, query: Mapping[str, str]) -> bytes:
        """Asks a question."""
        return await self._exchange("GET", target_of(path, query.items()))

    async def post(self, path: str, body: bytes) -> bytes:
        """Sends JSON."""
        return await self._exchange("POST", path, json_body(body))

    async def _exchange(self, method: str, target: str, body: Body | None = None) -> bytes:
        signed = authorization(
            self._api_key, self._api_secret, now=self._clock.now(), salt=token_hex(16)
        )
        answer = await self._line.send_once(
            method, target, {"Authorization": signed}, body, max_bytes=_MAX_BODY_BYTES
        )
        check_http(answer.status, answer.body)
        return answer.body
