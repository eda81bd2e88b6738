"""PortOne V2 as a payment gateway: asks its REST API what became of a payment."""

from adapters.outbound.http_client import Answer
from adapters.outbound.total_time import total_time
from adapters.portone_v2 import wire
from adapters.portone_v2.refusal import NOT_FOUND, error_of, refusal_in
from adapters.portone_v2.session import Session
from adapters.portone_v2.wire import Reading
from domain.payment import Payment


class PortOneV2Gateway:
    """Answers from PortOne V2, for payments of test channels too: their mode tells.

    `timeout_s` is the time for one question as a whole: tries and pauses included.
    """

    def __init__(self, session: Session, reading: Reading, *, timeout_s: float = 5.0) -> None:
        self._session = session
        self._reading = reading
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        """The gateway's name."""
        return wire.GATEWAY

    def is_payment_id(self, text: str, /) -> bool:
        """Whether text has the form of an id that a shop may have chosen."""
        return wire.is_payment_id(text)

    async def find_payment(self, payment_id: str, /) -> Payment | None:
        """The payment as it is now; see the port."""
        wire.check_id(payment_id)
        async with total_time(self._timeout_s) as until:
            answer = await self._session.find(payment_id, until=until)
        return read_found(answer, payment_id, self._reading)


def read_found(answer: Answer, payment_id: str, reading: Reading) -> Payment | None:
    """The payment in an answer; None if the vendor itself says that there is none."""
    if answer.status == 200:
        return wire.read_payment(answer.body, payment_id, reading)
    refusal = refusal_in(answer) if answer.status == 404 else None
    if refusal is not None and refusal.type == NOT_FOUND:
        return None
    raise error_of(answer)
