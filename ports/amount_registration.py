"""Telling the gateway what an order costs, before its payment window opens."""

from abc import abstractmethod
from typing import Protocol

from domain.money import Money


class AmountRegistration(Protocol):
    """The gateway then refuses to open a window for another amount. One that cannot has none."""

    @abstractmethod
    async def register_amount(self, order_id: str, amount: Money, /) -> None:
        """Registers the amount, or replaces the one registered before; the same again is fine.

        Raises as `PaymentGateway` does; repeating it is always safe.
        """
