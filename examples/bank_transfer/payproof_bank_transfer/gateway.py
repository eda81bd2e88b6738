"""The bank as a payment gateway: asks what became of a transfer."""

import re
from typing import Final

from adapters.outbound.http_client import HttpClient
from adapters.outbound.line import Line
from adapters.outbound.refusals import error_of
from adapters.outbound.total_time import total_time
from domain.errors import InvalidValue
from domain.payment import Payment
from payproof_bank_transfer import wire

_TARGETS: Final = re.compile(r"/transfers/tr-[0-9]{12}", re.ASCII)


class BankTransferGateway:
    """Answers from the bank; `timeout_s` is the time for one question as a whole."""

    def __init__(
        self, client: HttpClient, *, base_url: str, api_key: str, timeout_s: float
    ) -> None:
        self._line = Line(client, base_url, targets=_TARGETS)
        self._headers = {"Authorization": f"Bearer {api_key}"}
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        """The gateway's name."""
        return wire.GATEWAY

    def is_payment_id(self, text: str, /) -> bool:
        """Whether text has the form of a transfer's id."""
        return wire.is_payment_id(text)

    async def find_payment(self, payment_id: str, /) -> Payment | None:
        """The payment as it is now; see the port."""
        if not wire.is_payment_id(payment_id):
            raise InvalidValue("payment_id", "does not have the form of a transfer's id")
        async with total_time(self._timeout_s) as until:
            answer = await self._line.send(
                "GET", f"/transfers/{payment_id}", self._headers, until=until
            )
        if answer.status == 200:
            return wire.read_payment(answer.body, payment_id)
        if answer.status == 404 and wire.is_refusal(answer.body):
            return None
        raise error_of(answer, is_vendors=wire.is_refusal(answer.body))
