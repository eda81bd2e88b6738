"""The shop's own backend, which is told what became of its orders."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.events import EventType
from domain.money import Money
from domain.payment import PaymentKey


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One event of one order. The same event says the same on every try.

    `refunded` is what that payment had given back when it happened; `surplus` is what giving back
    would cure, if the payment is one too many; `late` says that a deposit came after its deadline.
    """

    event_id: str
    type: EventType
    at: datetime
    order_id: str
    key: PaymentKey
    amount: Money
    refunded: Money
    late: bool
    surplus: Money | None = None


class ShopChannel(Protocol):
    """Delivers news to the shop."""

    @abstractmethod
    async def tell(self, news: News, /) -> None:
        """Returns when the shop has accepted the news; raises `ShopUnavailable` if that is unknown.

        The shop knows by `event_id` news that it has had before.
        """
