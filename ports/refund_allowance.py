"""How much has been given back unasked on each day: one count for all processes."""

from abc import abstractmethod
from datetime import date
from typing import Protocol

from domain.money import Money


class RefundAllowance(Protocol):
    """Counts refunds against the sum that one day allows, in each currency apart."""

    @abstractmethod
    async def take(self, refund_id: str, amount: Money, day: date, limit: Money, /) -> bool:
        """Counts the refund, once, if the day's sum with it stays within the limit; durable.

        True if it is counted, now or by an earlier call of the same id and day; the amount counted
        first stands. False, and no change, if it does not fit. Calls at the same time never exceed
        the limit together. Raises `RepositoryUnavailable`: then it may or may not be counted.
        """
