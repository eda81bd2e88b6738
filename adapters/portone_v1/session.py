"""Asks the vendor with a token that all questions share; says what an answer that is none means."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from adapters.portone_v1 import wire
from adapters.portone_v1.http_client import Answer, HttpClient
from adapters.portone_v1.token import TokenCache
from adapters.portone_v1.transport import MAX_BODY_BYTES, Transport, total_time
from ports.clock import Clock
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError


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
        self._transport = Transport(client, base_url)
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
        return await self._with_token(
            lambda token: self._transport.get(
                path, query, token=token, until=until, max_bytes=max_bytes
            )
        )

    async def send(self, method: str, path: str, body: bytes, *, until: float) -> Answer:
        """Sends what may be sent twice, again if the line breaks."""
        return await self._with_token(
            lambda token: self._transport.send(method, path, body, token=token, until=until)
        )

    async def send_once(self, method: str, path: str, body: bytes) -> Answer:
        """Sends what must not be done twice. Only a token that was refused is no try."""
        return await self._with_token(
            lambda token: self._transport.send_once(method, path, body, token=token)
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
            answer = await self._transport.send(
                "POST", wire.TOKEN_PATH, self._token_request, until=until
            )
        if answer.status == 200:
            return wire.read_token(answer.body)
        if answer.status == 400 and wire.read_code(answer.body) is not None:
            raise GatewayRefused("http-400")
        raise error_of(answer)


def error_of(answer: Answer) -> PortError:
    """What an answer that is no success means.

    Without the vendor's envelope somebody on the way has answered, and nothing is known: a 404
    of a proxy is no word about the payment. A 401 alone speaks for itself, for its body is
    documented nowhere.
    """
    code = f"http-{answer.status}"
    if answer.status == 401:
        return GatewayRefused(code)
    if 300 <= answer.status < 400:
        return GatewayProtocolError("redirect")
    if answer.status >= 400 and wire.read_code(answer.body) is None:
        return GatewayUnavailable(code)
    if answer.status == 403:
        return GatewayRefused(code)
    return GatewayProtocolError(code)
