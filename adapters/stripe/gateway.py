"""Stripe as a payment gateway: asks its REST API what became of a PaymentIntent."""

from adapters.outbound.total_time import total_time
from adapters.stripe import wire
from adapters.stripe.session import Session, error_of
from domain.errors import InvalidValue
from domain.payment import Payment


class StripeGateway:
    """Answers from Stripe. `timeout_s` is the time for one question as a whole.

    What a key may see, live or test payments, is the vendor's to say; each payment tells its mode.
    """

    def __init__(self, session: Session, *, timeout_s: float = 5.0) -> None:
        self._session = session
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        """The gateway's name."""
        return wire.GATEWAY

    def is_payment_id(self, text: str, /) -> bool:
        """Whether text has the form of a PaymentIntent's id."""
        return wire.is_payment_id(text)

    async def find_payment(self, payment_id: str, /) -> Payment | None:
        """The payment as it is now; see the port."""
        check_payment_id(payment_id)
        async with total_time(self._timeout_s) as until:
            return await read_payment(self._session, payment_id, until=until)


async def read_payment(session: Session, payment_id: str, *, until: float) -> Payment | None:
    """Asks for one payment, within that moment of the loop; None if there is none."""
    answer = await session.get(wire.payment_path(payment_id), wire.WITH_CHARGE, until=until)
    if answer.status == 200:
        return wire.read_payment(answer.body, payment_id)
    if answer.status == 404 and wire.is_unknown_payment(answer.body):
        return None
    raise error_of(answer)


def check_payment_id(text: str) -> None:
    """Refuses text that cannot be an id of the vendor's."""
    if not wire.is_payment_id(text):
        raise InvalidValue("payment_id", "does not have the form of a PaymentIntent's id")
