"""Asks the vendor with the shop's secret key; says what an answer that is no success means."""

import re
from collections.abc import Iterable
from typing import Final

from adapters.outbound import refusals
from adapters.outbound.body import json_body
from adapters.outbound.credentials import basic
from adapters.outbound.http_client import Answer, HttpClient
from adapters.outbound.line import MAX_BODY_BYTES, Line, is_trouble
from adapters.outbound.target import target_of
from adapters.toss import wire
from adapters.toss.refusal import Refusal, read_refusal
from ports.errors import GatewayRefused, GatewayUnavailable, PortError

_ORDER_ID: Final = r"([A-Za-z0-9._-]|%3A)+"
_PAYMENT: Final = rf"payments/(orders/{_ORDER_ID}|[A-Za-z0-9_-]+(/cancel)?)"
_TRANSACTIONS: Final = r"transactions\?([A-Za-z0-9_=&-]|%3A)+"
_TARGETS: Final = re.compile(rf"/v1/({_PAYMENT}|{_TRANSACTIONS})", re.ASCII)


class Session:
    """One shop's secret key, which also says which world is asked; the client stays the caller's.

    The language is fixed: the vendor translates even the names of its methods.
    """

    def __init__(
        self, client: HttpClient, *, secret_key: str, base_url: str = wire.BASE_URL
    ) -> None:
        self.mode: Final = wire.mode_of(secret_key)
        self._line = Line(client, base_url, targets=_TARGETS)
        self._headers: Final = {
            "Accept-Language": "ko-KR",
            # The key is the user; there is no password.
            **basic(secret_key, ""),
        }

    async def get(
        self,
        path: str,
        query: Iterable[tuple[str, str]] = (),
        *,
        until: float,
        max_bytes: int = MAX_BODY_BYTES,
    ) -> Answer:
        """Asks a question, again if the line breaks."""
        target = target_of(path, query)
        return await self._line.send("GET", target, self._headers, until=until, max_bytes=max_bytes)

    async def post_once(self, path: str, body: bytes, idempotency_key: str) -> Answer:
        """Sends what moves money, once; the vendor does it once for a key, if it is sent again."""
        headers = {**self._headers, "Idempotency-Key": idempotency_key}
        return await self._line.send_once("POST", path, headers, json_body(body))


def decline_of(answer: Answer) -> Refusal:
    """The refusal in an answer to a POST by which surely nothing happened; raises all else."""
    refusal = read_refusal(answer.body)
    if is_trouble(answer.status) or refusal is None or not 400 <= answer.status < 500:
        raise error_of(answer)
    if answer.status == 401 or refusal.is_of_our_key:
        raise GatewayRefused(f"http-{answer.status}")
    if refusal.is_uncertain or answer.status == 409:
        raise GatewayUnavailable("uncertain")
    return refusal


def error_of(answer: Answer) -> PortError:
    """What an answer that is no success means, where no refusal was to be expected."""
    refusal = read_refusal(answer.body)
    if refusal is not None and refusal.is_of_our_key:
        return GatewayRefused(f"http-{answer.status}")
    if refusal is not None and refusal.is_uncertain:
        return GatewayUnavailable("uncertain")
    return refusals.error_of(answer, is_vendors=refusal is not None)


def is_none(answer: Answer) -> bool:
    """Whether the vendor itself says that there is no such payment."""
    if answer.status != 404:
        return False
    refusal = read_refusal(answer.body)
    return refusal is not None and refusal.is_not_found
