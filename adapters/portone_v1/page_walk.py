"""Turns the pages of a list that changes meanwhile, and leaves nobody out.

The vendor's pages are cut by position, so each payment that leaves a list moves all behind it
forwards by one. Whoever reads page 1, 2, 3, … then misses the first of the next page. So:

* The list is sorted by when a payment's window was opened, the only time that never changes. Two
  payments in the list never change places.
* The pages are read from the last to the first. When a payment leaves, those behind it move
  towards the front: those not read yet to a page still to come, those read already at worst there
  too, and are shown twice. Positions of unread payments only get smaller, and we go down to 1.
* What leaves a list of the past has news, and comes again in the list of a later window. Nothing
  should enter it, for news comes at its end, in the present. If something does (an entry that the
  vendor dates back, a clock that is behind ours), those behind it move away from the front,
  perhaps to a page read already. The total tells: where it has grown by n, every unread payment
  stands at most n places further back, and the walk goes back by as many pages before it goes on.
  Only as many that leave between the same two pages could hide an entry. The callers' windows
  overlap, so those behind such a pair are seen from another page's edge.
* When so many have left that a page is past the end (400), it is empty: on to the one before.

Payments whose windows opened in the same second are assumed to keep their order between two
questions; the vendor does not say.

The first question is for page 1, since only an answer tells the total. If that is not all, page 1
is read again at the end, because what stood on page 2 may be there by then.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from adapters.portone_v1.http_client import TOO_LARGE
from adapters.portone_v1.page_wire import PAGE_SIZE, Page
from ports.errors import GatewayProtocolError, GatewayUnavailable
from ports.payment_listing import FoundPayments

# Asks for a page by its number and size; None if it is past the end.
AskPage = Callable[[int, int], Awaitable[Page | None]]

# A list that goes on growing is not one of the past.
_MOST_PAGES_BACK: Final = 100
_SPLIT: Final = 10


async def walk(ask: AskPage) -> AsyncIterator[FoundPayments]:
    """Every payment that is in the list from the first question to the last, maybe twice."""
    first = await _turn(ask, 1)
    if first is None:
        return
    if first.total <= PAGE_SIZE:
        yield first.found
        return
    total = first.total
    number = _pages(total)
    pages_back = 0
    while number > 0:
        page = await _turn(ask, number)
        if page is None:
            number -= 1
            continue
        if len(page.found):
            yield page.found
        if page.total > total:
            back = _pages(page.total - total)
            pages_back += back
            if pages_back > _MOST_PAGES_BACK:
                raise GatewayUnavailable("list-grows")
            number += back
        else:
            number -= 1
        total = page.total


async def _turn(ask: AskPage, number: int, size: int = PAGE_SIZE) -> Page | None:
    """One page; in smaller ones, again from the last to the first, if it is too large at once.

    A buyer's page can fill some fields as it likes: nobody shall stop the walk with that.
    """
    try:
        return await ask(number, size)
    except GatewayProtocolError as error:
        if error.code != TOO_LARGE or size == 1:
            raise
    parts = [
        part
        for smaller in range(number * _SPLIT, (number - 1) * _SPLIT, -1)
        if (part := await _turn(ask, smaller, size // _SPLIT)) is not None
    ]
    if not parts:
        return None
    return Page(
        found=FoundPayments(
            payments=[payment for part in parts for payment in part.found.payments],
            unreadable=[each for part in parts for each in part.found.unreadable],
        ),
        # The most that was seen: if it grew in between, the walk goes back as after any page.
        total=max(part.total for part in parts),
    )


def _pages(rows: int) -> int:
    return -(-rows // PAGE_SIZE)
