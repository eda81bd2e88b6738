"""Our record of payments, to hold against a gateway's: many at once, and never whole orders."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.recorded_payment import RecordedPayment


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPayments:
    """Some recorded payments, and the orders of those that cannot be understood."""

    payments: Sequence[RecordedPayment]
    unreadable: Sequence[str] = ()


class PaymentRecord(Protocol):
    """Answers what our orders say of payments. One that cannot be read stops nothing.

    Every method may raise `RepositoryUnavailable`. The three that hand out pages read each page
    when it is wanted; what is written meanwhile may be shown or not, and nothing else is left out.
    """

    @abstractmethod
    async def find_recorded(
        self, gateway: str, payment_ids: Sequence[str], /
    ) -> Mapping[str, RecordedPayment]:
        """Those of the gateway's payments that an order of ours has, by payment id.

        One that cannot be understood is left out: whoever then reads its order is told.
        """

    @abstractmethod
    def paid_between(
        self, gateway: str, since: datetime, until: datetime, /
    ) -> AsyncIterator[RecordedPayments]:
        """The payments that hold money and were paid from `since` on and before `until`."""

    @abstractmethod
    def awaiting_deposit(self, gateway: str, /) -> AsyncIterator[RecordedPayments]:
        """All the payments that await their deposit, in time as far as we know."""

    @abstractmethod
    def open_orders(self, since: datetime, until: datetime, /) -> AsyncIterator[Sequence[str]]:
        """The ids of orders `pending` or `awaitingDeposit`, created within, the oldest first."""

    @abstractmethod
    async def oldest_open_order(self) -> datetime | None:
        """When the oldest of all open orders was created; None if there is none."""

    @abstractmethod
    async def known_orders(self, order_ids: Sequence[str], /) -> frozenset[str]:
        """Those of these ids, any texts, that are orders of ours."""
