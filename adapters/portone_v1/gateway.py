"""PortOne V1 as a payment gateway: asks its REST API what became of a payment."""

from typing import Final

import httpx

from adapters.portone_v1 import wire
from adapters.portone_v1.token import TokenCache
from adapters.portone_v1.transport import Answer, Transport, total_time
from domain.errors import InvalidValue
from domain.payment import Payment
from ports.clock import Clock
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError


class PortOneV1Gateway:
    """Answers from PortOne V1; see `build_client` for the client, which stays the caller's.

    `timeout_s` is the time for one question as a whole: token, tries and pauses included.
    Payments made in a test channel are found only with `allow_test_payments`.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        api_key: str,
        api_secret: str,
        clock: Clock,
        base_url: str = wire.BASE_URL,
        timeout_s: float = 5.0,
        allow_test_payments: bool = False,
    ) -> None:
        self._transport = Transport(client, base_url)
        self._tokens = TokenCache(self._ask_for_token, clock)
        self._token_request: Final = wire.token_request(api_key, api_secret)
        self._query: Final = wire.payment_query(with_test_payments=allow_test_payments)
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        """The gateway's name."""
        return wire.GATEWAY

    def is_payment_id(self, text: str, /) -> bool:
        """Whether text has the form of an `imp_uid`."""
        return wire.is_payment_id(text)

    async def find_payment(self, payment_id: str, /) -> Payment | None:
        """The payment as it is now; see the port."""
        if not wire.is_payment_id(payment_id):
            raise InvalidValue("payment_id", "does not have the form of a PortOne V1 payment id")
        async with total_time(self._timeout_s) as until:
            answer = await self._ask(wire.payment_path(payment_id), until)
        if answer.status == 200:
            return wire.read_payment(answer.body, payment_id)
        if answer.status == 404 and wire.read_code(answer.body) not in (None, 0):
            return None
        raise _error(answer)

    async def _ask(self, path: str, until: float) -> Answer:
        token = await self._tokens.get()
        answer = await self._transport.get(path, self._query, token=token, until=until)
        if answer.status != 401:
            return answer
        # It may have run out on the way, whatever our clock says: one more try with another.
        self._tokens.invalidate(token)
        token = await self._tokens.get()
        return await self._transport.get(path, self._query, token=token, until=until)

    async def _ask_for_token(self) -> wire.IssuedToken:
        # In a time of its own: several questions wait for it, and none of them owns it.
        async with total_time(self._timeout_s) as until:
            answer = await self._transport.post(wire.TOKEN_PATH, self._token_request, until=until)
        if answer.status == 200:
            return wire.read_token(answer.body)
        if answer.status == 400 and wire.read_code(answer.body) is not None:
            raise GatewayRefused("http-400")
        raise _error(answer)


def _error(answer: Answer) -> PortError:
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
