"""The gateway that took the payment: the only source of truth about it."""

from abc import abstractmethod
from typing import Protocol

from domain.payment import Payment


class PaymentGateway(Protocol):
    """Answers what became of a payment.

    Every question has three results: an answer, a refusal (`GatewayRefused`), or unknown
    (`GatewayUnavailable`). An answer that makes no sense is `GatewayProtocolError`, never a guess.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """The gateway's name in settings, paths and payment keys, like `portone-v1`."""

    @abstractmethod
    def is_payment_id(self, text: str, /) -> bool:
        """Whether text could name a payment here. Asks nobody."""

    @abstractmethod
    async def find_payment(self, payment_id: str, /) -> Payment | None:
        """The payment as it is now, or None if the gateway does not know it.

        Answers or raises within the adapter's time limit, retries included. Raises
        `InvalidValue`, without asking, for an id that `is_payment_id` refuses.
        """
