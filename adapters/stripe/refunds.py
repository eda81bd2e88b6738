"""Giving money back through Stripe.

It knows an order again by its idempotency key, but only for a day; and it gives what it is told to,
whatever remains. So each order begins with a look: at what remains, and for a refund that is ours.
"""

from adapters.outbound.total_time import total_time
from adapters.stripe import desk_wire
from adapters.stripe.desk_wire import RefundSeen
from adapters.stripe.gateway import check_payment_id, read_payment
from adapters.stripe.paged_list import PagedList
from adapters.stripe.session import Session, error_of
from domain.money import Money
from domain.payment import Payment
from ports.errors import GatewayProtocolError, GatewayUnavailable
from ports.refund_desk import RefundDeclined, RefundOrder


class StripeRefundDesk:
    """Asks once. A refund that is under way counts as given as soon as the vendor counts it so.

    It goes back the way the money came, so no account is needed. `timeout_s` is long, for all.
    """

    def __init__(self, session: Session, *, timeout_s: float = 30.0) -> None:
        self._session = session
        self._timeout_s = timeout_s

    async def refund(self, order: RefundOrder, /) -> Payment | RefundDeclined:
        """Gives the money back, or says why not; see the port."""
        check_payment_id(order.payment_id)
        async with total_time(self._timeout_s) as until:
            declined = await self._look_first(order, until)
            if declined is not None:
                return declined
            answer = await self._session.post_once(
                desk_wire.REFUNDS_PATH, desk_wire.refund_request(order), key=order.refund_id
            )
            why = desk_wire.why_declined(answer)
            if why is not None:
                return RefundDeclined(reason=why)
            if answer.status != 200:
                raise error_of(answer)
            seen = desk_wire.read_refund(answer.body, order)
            if seen.failed_because is not None:
                return RefundDeclined(reason=seen.failed_because)
            # Not from this answer: to a key that it knows it repeats what was true once.
            payment = await read_payment(self._session, order.payment_id, until=until)
        if payment is None:
            raise GatewayProtocolError("payment-vanished")
        return payment

    async def _look_first(self, order: RefundOrder, until: float) -> RefundDeclined | None:
        payment = await read_payment(self._session, order.payment_id, until=until)
        if payment is None:
            return RefundDeclined(reason="there is no such payment")
        if not payment.holds_money:
            return RefundDeclined(reason="the payment holds no money")
        if _remaining(payment) != order.remaining:
            return RefundDeclined(reason="the payment holds another amount than was ordered for")
        if order.amount.amount_minor > order.remaining.amount_minor:
            return RefundDeclined(reason="the payment holds less")
        seen = await self._find_ours(order)
        if seen is None:
            return None
        if seen.failed_because is not None:
            return RefundDeclined(reason=seen.failed_because)
        # It is there, and not counted yet: what will become of it is not known.
        raise GatewayUnavailable("refund-pending")

    async def _find_ours(self, order: RefundOrder) -> RefundSeen | None:
        refunds = PagedList(
            session=self._session,
            path=desk_wire.REFUNDS_PATH,
            query=(("payment_intent", order.payment_id),),
            timeout_s=self._timeout_s,
        )
        async for page in refunds.pages():
            seen = desk_wire.find_ours(page, order)
            if seen is not None:
                return seen
        return None


def _remaining(payment: Payment) -> Money:
    if not isinstance(payment.total, Money) or not isinstance(payment.cancelled, Money):
        raise GatewayProtocolError("amount")
    return payment.total.minus(payment.cancelled)
