"""Telling PortOne V1 what an order costs, before its window opens."""

from adapters.outbound.http_client import Answer
from adapters.outbound.total_time import total_time
from adapters.portone_v1 import desk_wire, wire
from adapters.portone_v1.session import Session, error_of
from domain.identifiers import check_order_id
from domain.money import Money
from ports.errors import GatewayProtocolError


class PortOneV1AmountRegistration:
    """The vendor then refuses a window with another amount, or in another currency.

    `timeout_s` is the time for it as a whole: token, tries and pauses included.
    """

    def __init__(self, session: Session, *, timeout_s: float = 5.0) -> None:
        self._session = session
        self._timeout_s = timeout_s

    async def register_amount(self, order_id: str, amount: Money, /) -> None:
        """Registers the amount, or replaces the one that is there; see the port."""
        check_order_id(order_id)
        body = desk_wire.prepare_request(order_id, amount)
        async with total_time(self._timeout_s) as until:
            # The vendor has one way for the first time and another for all later ones.
            for method in ("POST", "PUT"):
                answer = await self._session.send(method, desk_wire.PREPARE_PATH, body, until=until)
                if not _is_declined(answer):
                    break
            else:
                raise GatewayProtocolError("prepare-refused")
        if answer.status != 200:
            raise error_of(answer)
        desk_wire.check_prepared(answer.body, order_id, amount)


def _is_declined(answer: Answer) -> bool:
    # How it says that there is one already, or none, is documented only in part.
    return answer.status in (200, 400, 404, 409) and wire.is_refusal(answer.body)
