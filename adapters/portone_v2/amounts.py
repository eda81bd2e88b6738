"""Telling PortOne V2 what an order costs, before its window opens."""

from adapters.outbound.total_time import total_time
from adapters.portone_v2 import wire
from adapters.portone_v2.refusal import ALREADY_PAID, decline_in, error_of
from adapters.portone_v2.session import Session
from domain.identifiers import check_order_id
from domain.money import Money


class PortOneV2AmountRegistration:
    """For shops whose payments are named by their order's id: it is registered for a payment.

    `timeout_s` is the time for it as a whole: tries and pauses included.
    """

    def __init__(self, session: Session, *, timeout_s: float = 5.0) -> None:
        self._session = session
        self._timeout_s = timeout_s

    async def register_amount(self, order_id: str, amount: Money, /) -> None:
        """Registers the amount, or replaces the one that is there; see the port.

        Of an order that is paid already nobody can open a window: then there is nothing to keep.
        """
        check_order_id(order_id)
        fields: dict[str, object] = {
            "totalAmount": amount.amount_minor,
            "currency": amount.currency_code,
        }
        async with total_time(self._timeout_s) as until:
            answer = await self._session.send(
                wire.payment_path(order_id, "pre-register"), fields, until=until
            )
        refusal = decline_in(answer)
        is_paid = refusal is not None and refusal.type == ALREADY_PAID
        if (answer.status == 200 and answer.body.strip() == b"{}") or is_paid:
            return
        raise error_of(answer)
