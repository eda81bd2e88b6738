"""Taking the money through PortOne V2, where the shop has asked to approve payments itself."""

import re
from typing import Final

from adapters.outbound.http_client import Answer
from adapters.outbound.json_fields import JsonFields
from adapters.outbound.total_time import total_time
from adapters.portone_v2 import wire
from adapters.portone_v2.gateway import read_found
from adapters.portone_v2.refusal import ALREADY_PAID, BEHIND, decline_in, error_of, refusal_in
from adapters.portone_v2.session import Session
from adapters.portone_v2.wire import Reading
from domain.errors import InvalidValue
from domain.money import Money
from domain.payment import Payment, PaymentStatus
from ports.errors import GatewayProtocolError
from ports.payment_approval import ApprovalDeclined

_TOKEN: Final = re.compile(r"[!-~]{1,1000}", re.ASCII)


class PortOneV2Approval:
    """The vendor's manual confirmation. It takes a token once: said again, it is ALREADY_PAID.

    `timeout_s` is long, for the vendor asks a card company meanwhile. `only_live` refuses to take
    what is paid with test cards.
    """

    def __init__(
        self, session: Session, reading: Reading, *, only_live: bool, timeout_s: float = 30.0
    ) -> None:
        self._session = session
        self._reading = reading
        self._only_live = only_live
        self._timeout_s = timeout_s

    async def approve(
        self, payment_id: str, order_id: str, amount: Money, token: str | None, /
    ) -> Payment | ApprovalDeclined:
        """Takes the money, or says why not; see the port."""
        wire.check_id(payment_id)
        if token is None:
            return ApprovalDeclined(reason="the buyer has not allowed it: there is no paymentToken")
        if not _TOKEN.fullmatch(token):
            raise InvalidValue("paymentToken", "cannot be one of PortOne V2")
        fields = self._confirmation(amount, token)
        path = wire.payment_path(payment_id, "confirm")
        async with total_time(self._timeout_s) as until:
            answer = await self._session.send_once(path, fields)
            if not _may_have_ended(answer):
                refusal = decline_in(answer)
                if refusal is None:
                    raise error_of(answer)
                return ApprovalDeclined(reason=refusal.reason())
            found = await self._session.find(payment_id, until=until)
        payment = read_found(found, payment_id, self._reading)
        if payment is not None and payment.order_id == order_id:
            if payment.status is PaymentStatus.FAILED:
                return ApprovalDeclined(reason=payment.failure_reason or "it has failed")
            if payment.status is not PaymentStatus.OPENED:
                return payment
        if answer.status == 200:
            raise GatewayProtocolError("not-approved")
        raise error_of(answer)

    def _confirmation(self, amount: Money, token: str) -> dict[str, object]:
        fields: dict[str, object] = {
            "paymentToken": token,
            # The vendor refuses if the buyer has allowed anything else.
            "totalAmount": amount.amount_minor,
            "currency": amount.currency_code,
        }
        return fields | ({"isTest": False} if self._only_live else {})


def _may_have_ended(answer: Answer) -> bool:
    """Whether the payment itself must be asked how it stands now."""
    if answer.status == 200:
        if JsonFields.decode(answer.body) is None:
            raise GatewayProtocolError("confirmation")
        return True
    refusal = refusal_in(answer)
    return refusal is not None and refusal.type in (ALREADY_PAID, BEHIND)
