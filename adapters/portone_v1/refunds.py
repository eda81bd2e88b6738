"""Giving money back through PortOne V1."""

from adapters.outbound.total_time import total_time
from adapters.portone_v1 import desk_wire, wire
from adapters.portone_v1.gateway import check_payment_id
from adapters.portone_v1.session import Session, error_of
from domain.payment import Payment
from ports.refund_desk import RefundDeclined, RefundOrder


class PortOneV1RefundDesk:
    """Asks once. Whatever came of it, only an answer in the vendor's own envelope is believed.

    `timeout_s` is long, for the vendor asks a bank or a card company meanwhile.
    """

    def __init__(self, session: Session, *, timeout_s: float = 30.0) -> None:
        self._session = session
        self._timeout_s = timeout_s

    async def refund(self, order: RefundOrder, /) -> Payment | RefundDeclined:
        """Gives the money back, or says why not; see the port."""
        check_payment_id(order.payment_id)
        body = desk_wire.cancel_request(order)
        async with total_time(self._timeout_s):
            answer = await self._session.send_once("POST", desk_wire.CANCEL_PATH, body)
        # 200 as well: a refusal is an answer like any other.
        if answer.status in (200, 400, 404) and wire.is_refusal(answer.body):
            return desk_wire.read_declined(answer.body, order)
        if answer.status == 200:
            return desk_wire.read_refunded(answer.body, order)
        raise error_of(answer)
