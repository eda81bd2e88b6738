"""The gateway's own list of payments, to hold against our record."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.errors import InvalidValue
from domain.moments import check_aware
from domain.payment import Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPayments:
    """Payments as they are now, and the ids of those whose answer could not be read.

    Nothing is concluded from an unreadable one; an id that could not be read either is "".
    """

    payments: Sequence[Payment]
    unreadable: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.payments) + len(self.unreadable)


class PaymentListing(Protocol):
    """Lists payments by time, page by page. A gateway that cannot has none of these."""

    @property
    @abstractmethod
    def longest_window(self) -> timedelta:
        """How far apart the two ends of one window may be."""

    @abstractmethod
    def pages(self, since: datetime, until: datetime, /) -> AsyncIterator[FoundPayments]:
        """Every payment whose latest news came from `since` on and before `until`, in any order.

        A gateway that keeps a journal of news may also show those that have had more since.
        News that comes while the pages are turned may show a payment twice, or not at all; a
        window that begins before this walk began shows it. No other payment is left out, whatever
        moves meanwhile. Each page is asked for when it is wanted, within the adapter's time limit,
        and raises as `PaymentGateway` does. Both ends are rounded down to the gateway's own unit of
        time, so that windows which touch leave nothing between them. Raises `InvalidValue`, at once
        and without asking, for a window that `check_window` refuses.
        """


def check_window(since: datetime, until: datetime, *, longest: timedelta, now: datetime) -> None:
    """Refuses a window that is empty, the wrong way round, too long, or not over yet."""
    check_aware("since", since)
    check_aware("until", until)
    if since >= until:
        raise InvalidValue("until", "must be later than since")
    if until - since > longest:
        raise InvalidValue("since", "is further from until than this gateway allows")
    # What is still to come would enter such a window while its pages are turned.
    if until > now:
        raise InvalidValue("until", "lies in the future")
