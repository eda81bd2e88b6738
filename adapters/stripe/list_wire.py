"""The vendor's words for its lists: how a page is asked for, and how it is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from adapters.outbound.json_text import decoded
from adapters.stripe import wire
from ports.errors import GatewayProtocolError

Query = tuple[tuple[str, str], ...]

PAGE_SIZE: Final = 100
# A payment with its charge has some 6 KB, and its metadata can have 25 KB more.
MAX_PAGE_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of a list, newest first; `cursor` asks for those behind it, and is None at the end."""

    rows: Sequence[msgspec.Raw]
    cursor: str | None


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]
    has_more: bool


_PAGE: Final = msgspec.json.Decoder(_Page)


def page_query(cursor: str | None) -> Query:
    """Which page of a list: the first, or the one behind an object."""
    after = () if cursor is None else (("starting_after", cursor),)
    return (("limit", str(PAGE_SIZE)), *after)


def window_query(first_s: int, last_s: int) -> Query:
    """Which objects are listed: those made in these seconds, both included."""
    return (("created[gte]", str(first_s)), ("created[lte]", str(last_s)))


def read_page(body: bytes) -> Page:
    """One page of a list, in an answer of success."""
    page = decoded(_PAGE, body)
    if page is None:
        raise GatewayProtocolError("page")
    if not page.has_more:
        return Page(rows=page.data, cursor=None)
    cursor = wire.listed_id(page.data[-1]) if page.data else None
    # Without an id to go on from, what lies behind would be left out.
    if cursor is None or not cursor.isascii() or not cursor.replace("_", "").isalnum():
        raise GatewayProtocolError("cursor")
    return Page(rows=page.data, cursor=cursor)
