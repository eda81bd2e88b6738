"""Asks the vendor with the shop's secret, for one store."""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from adapters.outbound.body import json_body
from adapters.outbound.http_client import Answer, HttpClient
from adapters.outbound.line import MAX_BODY_BYTES, Line
from adapters.outbound.target import target_of
from adapters.portone_v2 import wire

_ID: Final = r"([A-Za-z0-9._-]|%3A|%3D)+"
_VERB: Final = "(/(cancel|confirm|pre-register))?"
# The input of a listing is JSON, written for a query.
_QUERY: Final = "[A-Za-z0-9._=&%+-]+"
_TARGETS: Final = re.compile(rf"/payments(/{_ID}{_VERB})?(\?{_QUERY})?", re.ASCII)

_JSON: Final = msgspec.json.Encoder()


class Session:
    """One shop's secret and store; the client stays the caller's."""

    def __init__(
        self,
        client: HttpClient,
        *,
        api_secret: str,
        store_id: str,
        base_url: str = wire.BASE_URL,
    ) -> None:
        self._line = Line(client, base_url, targets=_TARGETS)
        # As good as a token, and never runs out on the way.
        self._headers: Final = {"Authorization": f"PortOne {api_secret}"}
        self.store_id: Final = store_id

    async def find(self, payment_id: str, *, until: float) -> Answer:
        """Asks for one payment, again if the line breaks."""
        query = (("storeId", self.store_id),)
        return await self._get(wire.payment_path(payment_id), query, until=until)

    async def ask(self, path: str, question: object, *, until: float, max_bytes: int) -> Answer:
        """Asks for many payments, again if the line breaks."""
        query = (("requestBody", _JSON.encode(question).decode()),)
        return await self._get(path, query, until=until, max_bytes=max_bytes)

    async def send(self, path: str, fields: dict[str, object], *, until: float) -> Answer:
        """Sends what may be sent twice, again if the line breaks."""
        body = json_body(_JSON.encode({"storeId": self.store_id, **fields}))
        return await self._line.send("POST", path, self._headers, body, until=until)

    async def send_once(self, path: str, fields: dict[str, object]) -> Answer:
        """Sends what must not be done twice."""
        body = json_body(_JSON.encode({"storeId": self.store_id, **fields}))
        return await self._line.send_once("POST", path, self._headers, body)

    async def _get(
        self,
        path: str,
        query: Iterable[tuple[str, str]],
        *,
        until: float,
        max_bytes: int = MAX_BODY_BYTES,
    ) -> Answer:
        target = target_of(path, query)
        return await self._line.send("GET", target, self._headers, until=until, max_bytes=max_bytes)
