"""Payments that only one side has: kept until the other side shows them too."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.payment import Payment, PaymentKey
from domain.tasks import AlertReason


@dataclass(frozen=True, slots=True, kw_only=True)
class StrayPayment:
    """A payment at the gateway without an order of ours, or one of ours that is not there.

    `payment` is the last word of the side that has it; its order id may be any text. `reason`
    says which side; `told`: a person has been alerted.
    """

    payment: Payment
    reason: AlertReason
    found_at: datetime
    told: bool = False


class StrayPayments(Protocol):
    """Keeps strays, one for each payment. Every method may raise `RepositoryUnavailable`."""

    @abstractmethod
    async def keep(self, payment: Payment, reason: AlertReason, now: datetime, /) -> StrayPayment:
        """The stray as it stands now; durable on return.

        One that is kept already takes the payment's newer word, and stays found when it was; it
        stays told unless the reason is another one.
        """

    @abstractmethod
    async def mark_told(self, key: PaymentKey, /) -> None:
        """Remembers that a person has been alerted; nothing happens if it is not kept."""

    @abstractmethod
    async def drop(self, key: PaymentKey, /) -> bool:
        """Forgets the stray; False if it is not kept."""

    @abstractmethod
    def walk(self) -> AsyncIterator[Sequence[StrayPayment]]:
        """All strays, page by page; one that cannot be understood is left out.

        Each page is read when it is wanted: what changes meanwhile may be shown or not.
        """

    @abstractmethod
    async def find_by_order(self, order_id: str, /) -> Sequence[PaymentKey]:
        """The strays whose payment names that order, at most 100."""
