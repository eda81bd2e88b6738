"""What an operator sees of all orders together: sums by the hour, lists, and what a word finds."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from domain.money import Currency, Money
from domain.order import OrderStatus
from domain.payment import PaymentKey
from domain.takings import TakingsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """How often and how much within the hour that begins at `hour`, in one currency.

    The first three count payments by when they were paid, whatever became of them later; the
    amount is what came in, went back, or is too much now. Forgeries count by when they were
    refused, with the amount of the order that they were tried on.
    """

    hour: datetime
    kind: TakingsKind
    currency: Currency
    count: int
    amount_minor: int


class BoardList(StrEnum):
    """A list of lines, newest first: by when an order was made, refused to a forger, or paid."""

    NEWEST = "newest"
    AWAITING_DEPOSIT = "awaitingDeposit"
    FORGED = "forged"
    SURPLUS = "surplus"


# Where a payment stands that does not say when it was made: after all others.
UNTOLD = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where a line stands; `ordinal` tells lines of one order and moment apart."""

    at: datetime
    order_id: str
    ordinal: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLine:
    """An order in a list; of a forgery or a surplus payment, `key` names it.

    `amount` is the order's, or what is too much of a surplus payment.
    """

    place: Place
    status: OrderStatus
    amount: Money
    expires_at: datetime | None = None
    name: str | None = None
    customer_id: str | None = None
    key: PaymentKey | None = None


class OrderBoard(Protocol):
    """Shows orders together, and changes nothing. Every method may raise `RepositoryUnavailable`.

    What cannot be understood is left out. Lists hold at most `limit` lines, newest first, from
    the one that follows `after`. The status is the stored one, which may be out of date.
    """

    @abstractmethod
    async def takings(self, since: datetime, until: datetime, /) -> Sequence[Takings]:
        """Hour by hour from `since` on and before `until`, both whole hours; none for nothing."""

    @abstractmethod
    async def page(
        self, which: BoardList, after: Place | None, limit: int, /
    ) -> Sequence[BoardLine]:
        """The next lines of that list."""

    @abstractmethod
    async def count(self, which: BoardList, at_most: int, /) -> int:
        """How many lines the list has, counted no further than `at_most`."""

    @abstractmethod
    async def of_customer(
        self, customer_id: str, after: Place | None, limit: int, /
    ) -> Sequence[BoardLine]:
        """The customer's orders."""

    @abstractmethod
    async def beginning_with(self, text: str, limit: int, /) -> Sequence[BoardLine]:
        """Orders whose id begins with the text, by id (code points)."""

    @abstractmethod
    async def refused(self, payment_id: str, limit: int, /) -> Sequence[BoardLine]:
        """The forgeries that a payment of that id, of any gateway, was refused for."""
