"""Looking up many payments at Toss, or the one that the vendor shows for an order."""

from collections.abc import Sequence

from adapters.outbound.total_time import total_time
from adapters.toss import wire
from adapters.toss.crowd import Crowd
from adapters.toss.gateway import check_payment_id
from adapters.toss.session import Session, error_of, is_none
from domain.identifiers import check_order_id
from ports.errors import GatewayProtocolError
from ports.payment_listing import FoundPayments


class TossSearch:
    """The vendor shows one payment for an order id: of several attempts, one that took money.

    `timeout_s` is the time for each question, tries and pauses included.
    """

    def __init__(self, session: Session, *, timeout_s: float = 5.0) -> None:
        self._session = session
        self._crowd = Crowd(session, timeout_s=timeout_s)
        self._timeout_s = timeout_s

    async def find_payments(self, payment_ids: Sequence[str], /) -> FoundPayments:
        """Those that the vendor knows, each asked for alone; see the port."""
        for payment_id in payment_ids:
            check_payment_id(payment_id)
        return await self._crowd.find(list(dict.fromkeys(payment_ids)))

    async def find_payments_of_order(self, order_id: str, /) -> FoundPayments:
        """The payment that the vendor shows for the order; see the port."""
        check_order_id(order_id)
        async with total_time(self._timeout_s) as until:
            answer = await self._session.get(wire.order_path(order_id), until=until)
        if is_none(answer):
            return FoundPayments(payments=())
        if answer.status != 200:
            raise error_of(answer)
        try:
            payment = wire.read_payment_of_order(answer.body, order_id, self._session.mode)
        except GatewayProtocolError as error:
            payment_id = wire.readable_payment_id(answer.body)
            if payment_id is None or error.code == wire.ANOTHER_ORDER:
                raise
            return FoundPayments(payments=(), unreadable=(payment_id,))
        return FoundPayments(payments=(payment,))
