"""Giving money back through PortOne V2."""

from typing import Final

from adapters.outbound.json_fields import JsonFields, fit_to_show
from adapters.outbound.total_time import total_time
from adapters.portone_v2 import wire
from adapters.portone_v2.gateway import read_found
from adapters.portone_v2.refusal import decline_in, error_of
from adapters.portone_v2.session import Session
from adapters.portone_v2.wire import Reading
from domain.money import Money
from domain.payment import Payment
from ports.errors import GatewayProtocolError, GatewayUnavailable
from ports.refund_desk import RefundDeclined, RefundOrder

_MAX_SHOWN_REASON: Final = 200


class PortOneV2RefundDesk:
    """Asks once, and then looks: the answer tells the cancellation, and not the payment.

    `timeout_s` is long, for the vendor asks a bank or a card company meanwhile.
    """

    def __init__(self, session: Session, reading: Reading, *, timeout_s: float = 30.0) -> None:
        self._session = session
        self._reading = reading
        self._timeout_s = timeout_s

    async def refund(self, order: RefundOrder, /) -> Payment | RefundDeclined:
        """Gives the money back, or says why not; see the port."""
        wire.check_id(order.payment_id)
        path = wire.payment_path(order.payment_id, "cancel")
        async with total_time(self._timeout_s) as until:
            answer = await self._session.send_once(path, _cancellation(order))
            refusal = decline_in(answer)
            if refusal is not None:
                return RefundDeclined(reason=refusal.reason(order.account))
            if answer.status != 200:
                raise error_of(answer)
            if not _is_done(answer.body, order):
                return RefundDeclined(reason="the payment company did not cancel it")
            found = await self._session.find(order.payment_id, until=until)
        payment = read_found(found, order.payment_id, self._reading)
        if payment is None or not _has_lost(payment, order):
            raise GatewayProtocolError("not-refunded")
        return payment


def _cancellation(order: RefundOrder) -> dict[str, object]:
    """What is sent. Holds the refund account."""
    fields: dict[str, object] = {
        # Left out, it would mean all that remains.
        "amount": order.amount.amount_minor,
        # The vendor refuses if it finds another sum.
        "currentCancellableAmount": order.remaining.amount_minor,
        "reason": fit_to_show(order.reason, _MAX_SHOWN_REASON),
    }
    if order.account is not None:
        account = {
            "bank": order.account.bank_code,
            "number": order.account.number,
            "holderName": order.account.holder,
        }
        if order.account.phone is not None:
            account["holderPhoneNumber"] = order.account.phone
        fields["refundAccount"] = account
    return fields


def _is_done(body: bytes, order: RefundOrder) -> bool:
    """Whether the cancellation succeeded; raises if that is still open, or makes no sense."""
    answer = JsonFields.decode(body)
    cancellation = None if answer is None else JsonFields.decode(answer.raw("cancellation"))
    if cancellation is None:
        raise GatewayProtocolError("cancellation")
    match cancellation.text("status"):
        case "FAILED":
            return False
        case "REQUESTED":
            raise GatewayUnavailable("cancellation-requested")
        case "SUCCEEDED" if cancellation.whole("totalAmount") == order.amount.amount_minor:
            return True
        case _:
            raise GatewayProtocolError("cancellation")


def _has_lost(payment: Payment, order: RefundOrder) -> bool:
    """Whether the payment has lost just what was ordered."""
    if not isinstance(payment.total, Money) or not isinstance(payment.cancelled, Money):
        return False
    left_minor = payment.total.amount_minor - payment.cancelled.amount_minor
    is_so = left_minor == order.remaining.amount_minor - order.amount.amount_minor
    return is_so and payment.total.currency == order.amount.currency
