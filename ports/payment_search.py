"""Looking up many payments at the gateway at once, or all that name one order."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from ports.payment_listing import FoundPayments


class PaymentSearch(Protocol):
    """Finds payments without knowing which. Raises as `PaymentGateway` does."""

    @abstractmethod
    async def find_payments(self, payment_ids: Sequence[str], /) -> FoundPayments:
        """Those of these payments that the gateway knows, asked for as many at once as it allows.

        Raises `InvalidValue`, without asking, if one of them cannot be a payment id there.
        """

    @abstractmethod
    async def find_payments_of_order(self, order_id: str, /) -> FoundPayments:
        """Every payment that was ever attempted for that order id, a second one too.

        Raises `InvalidValue`, without asking, for what cannot be an order id of ours.
        """
