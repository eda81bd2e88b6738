"""Turns the pages of a list that are cut behind a row, not by position.

For lists that are sorted by what never changes of a row: whatever comes or changes meanwhile, none
of those behind the last row seen is left out or comes twice. Lists that are cut by position are
walked by `page_walk`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol, TypeVar

from ports.errors import GatewayProtocolError, GatewayUnavailable


class CursorPage(Protocol):
    """Some rows of a list, as a vendor reads them."""

    @property
    def cursor(self) -> str | None:
        """What asks for the rows behind these; None if there are none."""


_Page = TypeVar("_Page", bound=CursorPage)


async def walk_behind(
    ask: Callable[[str | None], Awaitable[_Page]], *, most_pages: int
) -> AsyncIterator[_Page]:
    """Every page, the first asked for by None; each is asked for when it is wanted.

    `most_pages` is more than anybody would turn.
    """
    cursor: str | None = None
    for _ in range(most_pages):
        page = await ask(cursor)
        yield page
        if page.cursor is None:
            return
        if page.cursor == cursor:
            raise GatewayProtocolError("endless-list")
        cursor = page.cursor
    raise GatewayUnavailable("list-grows")
