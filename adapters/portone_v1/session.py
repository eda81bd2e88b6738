"""Asks the vendor with a token that all questions share; says what an answer that is none means."""

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from adapters.outbound import refusals
from adapters.outbound.body import json_body
from adapters.outbound.http_client import Answer, HttpClient
from adapters.outbound.line import MAX_BODY_BYTES, Line
from adapters.outbound.target import target_of
from adapters.outbound.total_time import total_time
from adapters.portone_v1 import wire
from adapters.portone_v1.token import TokenCache
from ports.clock import Clock
from ports.errors import GatewayRefused, PortError

_NAME: Final = "[A-Za-z0-9_-]+"
# An order's id, which is only ever the third of three segments, may hold a dot or a colon.
_ORDER_ID: Final = r"([A-Za-z0-9._-]|%3A)+"
_QUERY: Final = "([A-Za-z0-9_=&-]|%5B%5D)+"
_TARGETS: Final = re.compile(rf"/{_NAME}(/{_NAME}(/{_ORDER_ID})?)?(\?{_QUERY})?", re.ASCII)


class Session:
    """One shop's key and secret; the client stays the caller's.

    `token_timeout_s` is the time for fetching a token, which is nobody's own question.
    """

    def __init__(
        self,
        client: HttpClient,
        *,
        api_key: str,
        api_secret: str,
        clock: Clock,
        base_url: str = wire.BASE_URL,
        token_timeout_s: float = 5.0,
    ) -> None:
        self._line = Line(client, base_url, targets=_TARGETS)
        self._tokens = TokenCache(self._ask_for_token, clock)
        self._token_request: Final = wire.token_request(api_key, api_secret)
        self._token_timeout_s = token_timeout_s

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
        return await self._with_token(
            lambda token: self._line.send(
                "GET", target, _authorised(token), until=until, max_bytes=max_bytes
            )
        )

    async def send(self, method: str, path: str, body: bytes, *, until: float) -> Answer:
        """Sends what may be sent twice, again if the line breaks."""
        return await self._with_token(
            lambda token: self._line.send(
                method, path, _authorised(token), json_body(body), until=until
            )
        )

    async def send_once(self, method: str, path: str, body: bytes) -> Answer:
        """Sends what must not be done twice. Only a token that was refused is no try."""
        return await self._with_token(
            lambda token: self._line.send_once(method, path, _authorised(token), json_body(body))
        )

    async def _with_token(self, ask: Callable[[str], Awaitable[Answer]]) -> Answer:
        token = await self._tokens.get()
        answer = await ask(token)
        if answer.status != 401:
            return answer
        # It may have run out on the way, whatever our clock says: one more try with another.
        self._tokens.invalidate(token)
        return await ask(await self._tokens.get())

    async def _ask_for_token(self) -> wire.IssuedToken:
        # In a time of its own: several questions wait for it, and none of them owns it.
        async with total_time(self._token_timeout_s) as until:
            answer = await self._line.send(
                "POST", wire.TOKEN_PATH, {}, json_body(self._token_request), until=until
            )
        if answer.status == 200:
            return wire.read_token(answer.body)
        if answer.status == 400 and wire.read_code(answer.body) is not None:
            raise GatewayRefused("http-400")
        raise error_of(answer)


def error_of(answer: Answer) -> PortError:
    """What an answer that is no success means; the vendor's own ones come in its envelope."""
    return refusals.error_of(answer, is_vendors=wire.read_code(answer.body) is not None)


def _authorised(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
