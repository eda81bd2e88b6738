"""Asks Stripe with one shop's key; says what an answer that is none means."""

import re
from collections.abc import Iterable
from typing import Final

from adapters.outbound.body import form_body
from adapters.outbound.http_client import Answer, HttpClient
from adapters.outbound.line import MAX_BODY_BYTES, Line
from adapters.outbound.refusals import error_of as outbound_error_of
from adapters.outbound.target import target_of
from adapters.stripe import wire
from ports.errors import GatewayUnavailable, PortError

Query = Iterable[tuple[str, str]]

_TARGETS: Final = re.compile(
    r"/v1/(?:payment_intents(?:/pi_[A-Za-z0-9]+(?:/capture)?)?|events|refunds)"
    r"(?:\?[A-Za-z0-9_.=&%-]+)?",
    re.ASCII,
)
# The same key is being carried out at this very moment.
_UNDER_WAY: Final = 409


class Session:
    """One shop's key; the client stays the caller's.

    `account` is the connected account to ask for, where the key is a platform's.
    """

    def __init__(
        self,
        client: HttpClient,
        *,
        api_key: str,
        account: str | None = None,
        base_url: str = wire.BASE_URL,
    ) -> None:
        self._line = Line(client, base_url, targets=_TARGETS)
        self._headers = {
            "Authorization": f"Bearer {api_key}",
            "Stripe-Version": wire.API_VERSION,
        } | ({} if account is None else {"Stripe-Account": account})

    async def get(
        self, path: str, query: Query = (), *, until: float, max_bytes: int = MAX_BODY_BYTES
    ) -> Answer:
        """Asks a question, again if the line breaks."""
        return await self._line.send(
            "GET", target_of(path, query), self._headers, until=until, max_bytes=max_bytes
        )

    async def post_once(self, path: str, fields: Query, *, key: str) -> Answer:
        """Sends what must not be done twice, once. The key lets it be done once however often."""
        return await self._line.send_once(
            "POST", path, {**self._headers, "Idempotency-Key": key}, form_body(fields)
        )


def error_of(answer: Answer) -> PortError:
    """What an answer means that is no success."""
    is_vendors = wire.error_fields(answer.body) is not None
    if answer.status == _UNDER_WAY and is_vendors:
        return GatewayUnavailable(f"http-{answer.status}")
    return outbound_error_of(answer, is_vendors=is_vendors)
