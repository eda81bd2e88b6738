"""Toss's own list of transactions, and the payments that it says have news."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from adapters.outbound.cursor_walk import walk_behind
from adapters.outbound.total_time import total_time
from adapters.toss import transaction_wire
from adapters.toss.crowd import Crowd
from adapters.toss.session import Session, error_of
from ports.clock import Clock
from ports.payment_listing import FoundPayments, check_window

_LONGEST_WINDOW: Final = timedelta(days=31)
# With a thousand rows each, ten million.
_MOST_PAGES: Final = 10_000
_SECOND: Final = timedelta(seconds=1)


class TossListing:
    """Lists payments that money moved for: an approval, an account, a deposit, each refund.

    The vendor has a row for each of these, in the order of their time, and no row ever changes. So
    nothing is left out while pages are turned. But a payment is shown for each of its rows, and as
    it is now: also to whoever asks for a time before its latest news. And a window that was only
    opened has no row: no money has moved.

    `timeout_s` is for one payment, `page_timeout_s` for one page of rows, tries included.
    """

    def __init__(
        self,
        session: Session,
        clock: Clock,
        *,
        timeout_s: float = 5.0,
        page_timeout_s: float = 30.0,
        page_size: int = transaction_wire.PAGE_SIZE,
    ) -> None:
        self._session = session
        self._clock = clock
        self._crowd = Crowd(session, timeout_s=timeout_s)
        self._page_timeout_s = page_timeout_s
        self._page_size = page_size

    @property
    def longest_window(self) -> timedelta:
        """A month. The vendor names no limit."""
        return _LONGEST_WINDOW

    def pages(self, since: datetime, until: datetime, /) -> AsyncIterator[FoundPayments]:
        """The payments of a window, page by page; see the port."""
        check_window(since, until, longest=_LONGEST_WINDOW, now=self._clock.now())
        return self._pages(since, until)

    async def _pages(self, since: datetime, until: datetime) -> AsyncIterator[FoundPayments]:
        # The vendor is asked for whole seconds, both ends included.
        first = since.replace(microsecond=0)
        last = until.replace(microsecond=0) - _SECOND
        if last < first:
            return
        ask = partial(self._page, first, last)
        # A payment that was shown is as it is now, or has a row in a later window.
        shown: set[str] = set()
        async for page in walk_behind(ask, most_pages=_MOST_PAGES):
            found = await self._crowd.find([each for each in page.payment_ids if each not in shown])
            shown.update(page.payment_ids)
            unnamed = ("",) * page.unreadable
            if len(found) or unnamed:
                yield FoundPayments(
                    payments=found.payments, unreadable=(*found.unreadable, *unnamed)
                )

    async def _page(
        self, first: datetime, last: datetime, after: str | None
    ) -> transaction_wire.Page:
        query = transaction_wire.page_query(first, last, after, self._page_size)
        async with total_time(self._page_timeout_s) as until:
            answer = await self._session.get(
                transaction_wire.TRANSACTIONS_PATH,
                query,
                until=until,
                max_bytes=transaction_wire.MAX_PAGE_BYTES,
            )
        if answer.status != 200:
            raise error_of(answer)
        return transaction_wire.read_page(answer.body, self._page_size)
