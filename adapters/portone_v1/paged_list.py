"""Asks for the pages of one of the vendor's lists."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from adapters.outbound.page_walk import Page, walk
from adapters.outbound.total_time import total_time
from adapters.portone_v1 import page_wire, wire
from adapters.portone_v1.session import Session, error_of
from ports.payment_listing import FoundPayments


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedList:
    """One list at the vendor; `timeout_s` is the time for one page, tries and pauses included.

    `none_is_404` is for a list of which the vendor says that it does not exist when it is empty.
    """

    session: Session
    path: str
    query: page_wire.Query = ()
    timeout_s: float
    none_is_404: bool = False

    def pages(self) -> AsyncIterator[FoundPayments]:
        """All of it; each page is asked for when it is wanted."""
        return walk(self._page, page_size=page_wire.PAGE_SIZE)

    async def _page(self, number: int, size: int) -> Page | None:
        query = (*self.query, *page_wire.page_query(number, size))
        async with total_time(self.timeout_s) as until:
            answer = await self.session.get(
                self.path, query, until=until, max_bytes=page_wire.MAX_PAGE_BYTES
            )
        if answer.status == 200:
            return page_wire.read_page(answer.body)
        is_past_the_end = answer.status == 400 and number > 1
        is_none = answer.status == 404 and self.none_is_404
        if (is_past_the_end or is_none) and wire.is_refusal(answer.body):
            return None
        raise error_of(answer)
