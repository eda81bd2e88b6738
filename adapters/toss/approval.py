"""Taking the money of a payment that the buyer agreed to, within Toss's ten minutes."""

from adapters.outbound.total_time import total_time
from adapters.toss import desk_wire, wire
from adapters.toss.deposit_secrets import DepositSecrets
from adapters.toss.gateway import check_payment_id
from adapters.toss.session import Session, decline_of
from domain.identifiers import check_order_id
from domain.money import Money
from domain.payment import Payment
from ports.payment_approval import ApprovalDeclined


class TossApproval:
    """Asks once, with the payment's own key as the idempotency key; a lost answer is looked up.

    `timeout_s` is long, for the vendor asks a bank or a card company meanwhile.
    """

    def __init__(
        self, session: Session, secrets: DepositSecrets, *, timeout_s: float = 30.0
    ) -> None:
        self._session = session
        self._secrets = secrets
        self._timeout_s = timeout_s

    async def approve(
        self, payment_id: str, order_id: str, amount: Money, _token: str | None, /
    ) -> Payment | ApprovalDeclined:
        """Takes the money, or says why not; see the port. The vendor gives no token."""
        check_payment_id(payment_id)
        check_order_id(order_id)
        body = desk_wire.approval_request(payment_id, order_id, amount)
        async with total_time(self._timeout_s):
            answer = await self._session.post_once(desk_wire.CONFIRM_PATH, body, payment_id)
        if answer.status != 200:
            return ApprovalDeclined(reason=decline_of(answer).reason())
        payment = desk_wire.read_approved(answer.body, payment_id, order_id, self._session.mode)
        self._secrets.learn(order_id, wire.read_deposit_secret(answer.body))
        return payment
