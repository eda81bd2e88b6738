"""PortOne V1's own list of payments, by the time of their latest news."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

from adapters.portone_v1 import page_wire
from adapters.portone_v1.paged_list import PagedList
from adapters.portone_v1.session import Session
from ports.clock import Clock
from ports.payment_listing import FoundPayments, check_window

_LONGEST_WINDOW: Final = timedelta(days=page_wire.LONGEST_WINDOW_DAYS)


class PortOneV1Listing:
    """Lists payments of every status, those of test channels too: their mode tells.

    The vendor's time of a payment is that of the status it reached: a deposit, a failure and each
    refund make it new, but an account that is issued leaves it at the moment its window opened.
    `page_timeout_s` is the time for one page, tries and pauses included.
    """

    def __init__(self, session: Session, clock: Clock, *, page_timeout_s: float = 30.0) -> None:
        self._session = session
        self._clock = clock
        self._page_timeout_s = page_timeout_s

    @property
    def longest_window(self) -> timedelta:
        """Ninety days."""
        return _LONGEST_WINDOW

    def pages(self, since: datetime, until: datetime, /) -> AsyncIterator[FoundPayments]:
        """The payments of a window, page by page; see the port."""
        check_window(since, until, longest=_LONGEST_WINDOW, now=self._clock.now())
        return self._pages(since, until)

    async def _pages(self, since: datetime, until: datetime) -> AsyncIterator[FoundPayments]:
        # The vendor counts whole seconds from 1970 and includes both ends.
        first_s, last_s = max(int(since.timestamp()), 0), int(until.timestamp()) - 1
        if last_s < first_s:
            return
        listing = PagedList(
            session=self._session,
            path=page_wire.LISTING_PATH,
            query=page_wire.window_query(first_s, last_s),
            timeout_s=self._page_timeout_s,
        )
        async for page in listing.pages():
            yield page
