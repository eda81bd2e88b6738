"""Turns the pages of a list that changes meanwhile, and leaves nobody out.

The vendor cuts its pages by position, so each payment that leaves a list moves all behind it
forwards by one. Whoever reads page 1, 2, 3, … then misses the first of the next page. So:

* The list is sorted by when a payment's window was opened, the only time that never changes. Two
  payments of the list never change places.
* It is read from its end to its beginning. When a payment leaves, those behind it move forwards:
  from what is not read yet they cannot get away, and those read already are at worst shown twice.
  So all that is unread stands before a position that only gets smaller, and we go down to 0.
* What leaves a list of the past has news, and comes again in the list of a later time. Nothing
  should enter it, for news comes in the present. If something does (dated back by the vendor, or
  because its clock is behind ours), those behind it move backwards, perhaps to where we have been.
  The total tells: where it has grown by n, all that is unread stands at most n further back, and
  the walk returns there. Only as many that leave between the same two answers can hide an entry;
  the callers' windows overlap, and whoever is missed there is shown by another walk.
* A page past the end (400) is empty, because so many have left: on to the one before.

Payments whose windows were opened in the same second are assumed to keep their order from one
answer to the next; the vendor does not say.

The first question is for page 1, since only an answer tells the total. If that is not all, it is
asked again at the end, for what stood behind it may be there by then.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from adapters.outbound.http_client import TOO_LARGE
from ports.errors import GatewayProtocolError, GatewayUnavailable
from ports.payment_listing import FoundPayments


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of a list, and how long the vendor said the whole list was at that moment.

    Of its rows there may be some that are none of ours, and are not among those found.
    """

    found: FoundPayments
    n_rows: int
    total: int


# Asks for a page by its number, from 1 on, and size; None if it is past the end.
AskPage = Callable[[int, int], Awaitable[Page | None]]

# A list that goes on growing is not one of the past.
_MOST_RETURNS: Final = 100
# A page that is too large is asked for in so many smaller ones.
_PARTS: Final = 10


async def walk(ask: AskPage, *, page_size: int) -> AsyncIterator[FoundPayments]:
    """Every payment that is in the list from the first question to the last, maybe twice.

    The page's size is a power of ten.
    """
    size, first = await _ask(ask, 0, page_size)
    if first is None:
        return
    if first.total <= size:
        yield first.found
        return
    total, returns = first.total, 0
    unread = _whole_pages(total, page_size)
    while unread > 0:
        size, page = await _ask(ask, unread, page_size)
        grown = 0
        if page is not None:
            if len(page.found):
                yield page.found
            grown, total = page.total - total, page.total
        if grown <= 0:
            unread -= size
            continue
        unread = _whole_pages(unread + grown, page_size)
        returns += 1
        if returns > _MOST_RETURNS:
            raise GatewayUnavailable("list-grows")


async def _ask(ask: AskPage, end: int, page_size: int) -> tuple[int, Page | None]:
    """The page that ends at a position, or page 1 for position 0, and how large it was.

    A buyer's page can fill some fields as it likes, and nobody shall stop the walk with that: a
    page that has too many bytes is asked for in parts. Where the parts are over, pages are whole.
    """
    size = page_size
    while True:
        if end % size == 0:
            try:
                return size, await _ask_one(ask, max(end // size, 1), size)
            except GatewayProtocolError as error:
                if error.code != TOO_LARGE or size == 1:
                    raise
        size //= _PARTS


async def _ask_one(ask: AskPage, number: int, size: int) -> Page | None:
    page = await ask(number, size)
    # Cut in another way than we asked for, pages would hide what lies between them.
    if page is not None and number * size < page.total and page.n_rows != size:
        raise GatewayUnavailable("page-length")
    return page


def _whole_pages(rows: int, page_size: int) -> int:
    return -(-rows // page_size) * page_size
