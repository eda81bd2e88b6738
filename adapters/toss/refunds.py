"""Giving money back through Toss Payments."""

from adapters.outbound.total_time import total_time
from adapters.toss import desk_wire
from adapters.toss.gateway import check_payment_id
from adapters.toss.session import Session, decline_of
from domain.payment import Payment
from ports.refund_desk import RefundDeclined, RefundOrder


class TossRefundDesk:
    """Asks once, with our refund id as the idempotency key: the vendor gives once for a key.

    For 15 days it repeats its first answer, a refusal too. `timeout_s` is long, for the vendor asks
    a bank or a card company meanwhile.
    """

    def __init__(self, session: Session, *, timeout_s: float = 30.0) -> None:
        self._session = session
        self._timeout_s = timeout_s

    async def refund(self, order: RefundOrder, /) -> Payment | RefundDeclined:
        """Gives the money back, or says why not; see the port."""
        check_payment_id(order.payment_id)
        path, body = desk_wire.cancel_path(order.payment_id), desk_wire.cancel_request(order)
        async with total_time(self._timeout_s):
            answer = await self._session.post_once(path, body, order.refund_id)
        if answer.status == 200:
            return desk_wire.read_refunded(answer.body, order, self._session.mode)
        return RefundDeclined(reason=decline_of(answer).reason(order.account))
