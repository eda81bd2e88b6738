"""Taking what a buyer has authorised and the shop captures by hand."""

from adapters.outbound.total_time import total_time
from adapters.stripe import desk_wire
from adapters.stripe.gateway import check_payment_id, read_payment
from adapters.stripe.session import Session, error_of
from domain.identifiers import check_order_id
from domain.money import Money
from domain.payment import Payment
from ports.errors import GatewayProtocolError
from ports.payment_approval import ApprovalDeclined


class StripeApproval:
    """Captures PaymentIntents that wait for it. `timeout_s` is the time for all of it.

    The vendor would take a smaller amount and let the rest go, so it is looked at first.
    """

    def __init__(self, session: Session, *, timeout_s: float = 30.0) -> None:
        self._session = session
        self._timeout_s = timeout_s

    async def approve(
        self, payment_id: str, order_id: str, amount: Money, token: str | None, /
    ) -> Payment | ApprovalDeclined:
        """Takes the money, once; see the port. The vendor gives no token for it."""
        check_payment_id(payment_id)
        check_order_id(order_id)
        async with total_time(self._timeout_s) as until:
            before = await read_payment(self._session, payment_id, until=until)
            if before is None or (before.order_id, before.total) != (order_id, amount):
                return ApprovalDeclined(reason="there is no such payment of this order")
            if before.holds_money:
                return before
            answer = await self._session.post_once(
                desk_wire.capture_path(payment_id),
                desk_wire.capture_request(amount),
                key=f"capture-{payment_id}",
            )
            why = desk_wire.why_declined(answer)
            if why is not None:
                return ApprovalDeclined(reason=why)
            if answer.status != 200:
                raise error_of(answer)
            # Not from this answer: to a key that it knows it repeats what was true once.
            payment = await read_payment(self._session, payment_id, until=until)
        if payment is None:
            raise GatewayProtocolError("payment-vanished")
        return payment
