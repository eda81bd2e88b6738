"""PortOne V1 as a payment gateway: asks its REST API what became of a payment."""

from typing import Final

from adapters.outbound.total_time import total_time
from adapters.portone_v1 import wire
from adapters.portone_v1.session import Session, error_of
from domain.errors import InvalidValue
from domain.payment import Payment


class PortOneV1Gateway:
    """Answers from PortOne V1.

    `timeout_s` is the time for one question as a whole: token, tries and pauses included.
    Payments made in a test channel are found only with `allow_test_payments`.
    """

    def __init__(
        self, session: Session, *, timeout_s: float = 5.0, allow_test_payments: bool = False
    ) -> None:
        self._session = session
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
        check_payment_id(payment_id)
        async with total_time(self._timeout_s) as until:
            answer = await self._session.get(
                wire.payment_path(payment_id), self._query, until=until
            )
        if answer.status == 200:
            return wire.read_payment(answer.body, payment_id)
        if answer.status == 404 and wire.read_code(answer.body) not in (None, 0):
            return None
        raise error_of(answer)


def check_payment_id(text: str) -> None:
    """Refuses text that cannot be an id of the vendor's."""
    if not wire.is_payment_id(text):
        raise InvalidValue("payment_id", "does not have the form of a PortOne V1 payment id")
