"""Pages that are cut behind a row are all turned, and never for ever."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from adapters.outbound.cursor_walk import walk_behind
from ports.errors import GatewayProtocolError, GatewayUnavailable, PortError


@dataclass(frozen=True, slots=True)
class Page:
    behind: str | None
    cursor: str | None


async def walked(cursors: Iterator[str | None], most_pages: int = 5) -> list[str | None]:
    """What each page was asked for by."""

    async def ask(behind: str | None) -> Page:
        return Page(behind, next(cursors))

    return [page.behind async for page in walk_behind(ask, most_pages=most_pages)]


async def test_each_page_is_asked_for_behind_the_one_before() -> None:
    assert await walked(iter(["a", "b", None])) == [None, "a", "b"]


@pytest.mark.parametrize(
    ("cursors", "error", "code"),
    [
        (lambda: iter(["a", "b", "b", None]), GatewayProtocolError, "endless-list"),
        (lambda: map(str, count()), GatewayUnavailable, "list-grows"),
    ],
)
async def test_a_list_without_an_end_is_given_up(
    cursors: Callable[[], Iterator[str | None]], error: type[PortError], code: str
) -> None:
    with pytest.raises(error) as raised:
        await walked(cursors())

    assert raised.value.code == code
