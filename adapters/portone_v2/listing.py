"""PortOne V2's own list of payments, by when each came to its status."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from adapters.outbound.page_walk import Page, walk
from adapters.outbound.total_time import total_time
from adapters.portone_v2 import page_wire
from adapters.portone_v2.refusal import error_of
from adapters.portone_v2.session import Session
from adapters.portone_v2.wire import Reading
from ports.clock import Clock
from ports.errors import GatewayProtocolError
from ports.payment_listing import FoundPayments, check_window

_LONGEST_WINDOW: Final = timedelta(days=page_wire.LONGEST_WINDOW_DAYS)


class PortOneV2Listing:
    """Lists payments of every status, those of test channels too: their mode tells.

    A second refund in part leaves a payment at its status, so perhaps at its time: the vendor does
    not say. `page_timeout_s` is the time for one page, tries and pauses included.
    """

    def __init__(
        self, session: Session, reading: Reading, clock: Clock, *, page_timeout_s: float = 30.0
    ) -> None:
        self._session = session
        self._reading = reading
        self._clock = clock
        self._page_timeout_s = page_timeout_s

    @property
    def longest_window(self) -> timedelta:
        """Ninety days."""
        return _LONGEST_WINDOW

    def pages(self, since: datetime, until: datetime, /) -> AsyncIterator[FoundPayments]:
        """The payments of a window, page by page; see the port."""
        check_window(since, until, longest=_LONGEST_WINDOW, now=self._clock.now())
        return self._pages(since.replace(microsecond=0), until.replace(microsecond=0))

    async def _pages(self, since: datetime, until: datetime) -> AsyncIterator[FoundPayments]:
        if since == until:
            return
        ask = partial(self._page, since, until)
        async for page in walk(ask, page_size=page_wire.PAGE_SIZE):
            yield page

    async def _page(self, since: datetime, until: datetime, number: int, size: int) -> Page:
        page = await self._ask(since, until, number, size)
        if number == 1 and page.n_rows == size == page.total:
            # The vendor calls the total "the number of payments returned". Should it mean those of
            # the page, a full one would hide all behind it: then it is no list to rely on.
            behind = await self._ask(since, until, 2, size)
            if behind.n_rows and behind.total <= size:
                raise GatewayProtocolError("total-count")
        return page

    async def _ask(self, since: datetime, until: datetime, number: int, size: int) -> Page:
        question = page_wire.page_question(
            self._session.store_id, since, until, number=number, size=size
        )
        async with total_time(self._page_timeout_s) as end:
            answer = await self._session.ask(
                page_wire.LISTING_PATH, question, until=end, max_bytes=page_wire.MAX_PAGE_BYTES
            )
        if answer.status != 200:
            raise error_of(answer)
        return page_wire.read_page(answer.body, self._reading, since, until)
