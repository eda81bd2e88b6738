"""Toss Payments as a payment gateway: asks its API what became of a payment."""

from adapters.outbound.total_time import total_time
from adapters.toss import wire
from adapters.toss.deposit_secrets import DepositSecrets
from adapters.toss.session import Session, error_of, is_none
from domain.errors import InvalidValue
from domain.payment import Payment


class TossGateway:
    """Answers from Toss Payments.

    `timeout_s` is the time for one question as a whole, tries and pauses included. The secret that
    comes with each payment is handed on, for its webhooks carry it.
    """

    def __init__(
        self, session: Session, secrets: DepositSecrets, *, timeout_s: float = 5.0
    ) -> None:
        self._session = session
        self._secrets = secrets
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        """The gateway's name."""
        return wire.GATEWAY

    def is_payment_id(self, text: str, /) -> bool:
        """Whether text has the form of a `paymentKey`."""
        return wire.is_payment_id(text)

    async def find_payment(self, payment_id: str, /) -> Payment | None:
        """The payment as it is now; see the port."""
        check_payment_id(payment_id)
        async with total_time(self._timeout_s) as until:
            answer = await self._session.get(wire.payment_path(payment_id), until=until)
        if answer.status == 200:
            payment = wire.read_payment(answer.body, payment_id, self._session.mode)
            self._secrets.learn(payment.order_id, wire.read_deposit_secret(answer.body))
            return payment
        if is_none(answer):
            return None
        raise error_of(answer)


def check_payment_id(text: str) -> None:
    """Refuses text that cannot be an id of the vendor's."""
    if not wire.is_payment_id(text):
        raise InvalidValue("payment_id", "does not have the form of a Toss payment key")
