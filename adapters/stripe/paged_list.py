"""Turns the pages of one of the vendor's lists.

They are cut behind an object, not by position, and sorted by when each object was made, which
never changes: so whatever is made meanwhile, none of those behind is left out or comes twice.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from adapters.outbound.total_time import total_time
from adapters.stripe import list_wire
from adapters.stripe.list_wire import Page, Query
from adapters.stripe.session import Session, error_of
from ports.errors import GatewayProtocolError

# More than anybody would turn.
_MOST_PAGES: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedList:
    """One list at the vendor; `timeout_s` is the time for one page, tries and pauses included."""

    session: Session
    path: str
    query: Query
    timeout_s: float

    async def pages(self) -> AsyncIterator[Page]:
        """All of it, newest first; each page is asked for when it is wanted."""
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            page = await self._page(cursor)
            yield page
            if page.cursor is None:
                return
            if page.cursor == cursor:
                break
            cursor = page.cursor
        raise GatewayProtocolError("endless-list")

    async def _page(self, cursor: str | None) -> Page:
        query = (*self.query, *list_wire.page_query(cursor))
        async with total_time(self.timeout_s) as until:
            answer = await self.session.get(
                self.path, query, until=until, max_bytes=list_wire.MAX_PAGE_BYTES
            )
        if answer.status != 200:
            raise error_of(answer)
        return list_wire.read_page(answer.body)
