"""Asks for the pages of one of the vendor's lists, which are sorted by when objects were made."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from adapters.outbound.cursor_walk import walk_behind
from adapters.outbound.total_time import total_time
from adapters.stripe import list_wire
from adapters.stripe.list_wire import Page, Query
from adapters.stripe.session import Session, error_of

# With a hundred rows each, ten million.
_MOST_PAGES: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedList:
    """One list at the vendor; `timeout_s` is the time for one page, tries and pauses included."""

    session: Session
    path: str
    query: Query
    timeout_s: float

    def pages(self) -> AsyncIterator[Page]:
        """All of it, newest first; each page is asked for when it is wanted."""
        return walk_behind(self._page, most_pages=_MOST_PAGES)

    async def _page(self, cursor: str | None) -> Page:
        query = (*self.query, *list_wire.page_query(cursor))
        async with total_time(self.timeout_s) as until:
            answer = await self.session.get(
                self.path, query, until=until, max_bytes=list_wire.MAX_PAGE_BYTES
            )
        if answer.status != 200:
            raise error_of(answer)
        return list_wire.read_page(answer.body)
