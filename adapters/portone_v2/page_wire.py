"""The vendor's words for many payments at once."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from adapters.outbound.found_rows import found_in
from adapters.outbound.json_text import decoded
from adapters.outbound.page_walk import Page
from adapters.portone_v2 import wire
from adapters.portone_v2.wire import Reading
from domain.payment import Payment
from ports.errors import GatewayProtocolError

LISTING_PATH: Final = "/payments"
# How many the vendor allows is documented for another list alone.
PAGE_SIZE: Final = 100
LONGEST_WINDOW_DAYS: Final = 90
# A payment has some 2 KB; the buyer's page chooses the length of some of its fields.
MAX_PAGE_BYTES: Final = 4 * 1024 * 1024
_LONGEST_LIST: Final = 100_000_000


class _PageInfo(msgspec.Struct, rename="camel"):
    total_count: Annotated[int, msgspec.Meta(ge=0, le=_LONGEST_LIST)]


class _Rows(msgspec.Struct):
    items: list[msgspec.Raw]
    page: _PageInfo


_ROWS: Final = msgspec.json.Decoder(_Rows)


def page_question(
    store_id: str, since: datetime, until: datetime, *, number: int, size: int
) -> dict[str, object]:
    """Which payments are listed: those whose status came to be in that time.

    Sorted by what never changes of a payment; the vendor counts pages from 0.
    """
    return {
        "page": {"number": number - 1, "size": size},
        "filter": {
            "storeId": store_id,
            "timestampType": "STATUS_CHANGED_AT",
            "from": _iso(since),
            "until": _iso(until),
            "version": "V2",
            "sortBy": "REQUESTED_AT",
            "sortOrder": "ASC",
        },
    }


def read_page(body: bytes, reading: Reading, since: datetime, until: datetime) -> Page:
    """One page of the list, in an answer of success."""
    rows = decoded(_ROWS, body)
    if rows is None:
        raise GatewayProtocolError("page")

    def read(row: msgspec.Raw) -> Payment | None:
        payment = wire.read_listed_payment(row, reading)
        return payment if _is_within(row, since, until) else None

    found = found_in(rows.items, read, wire.readable_payment_id)
    return Page(found=found, n_rows=len(rows.items), total=rows.page.total_count)


def _is_within(row: bytes | msgspec.Raw, since: datetime, until: datetime) -> bool:
    """Whether its status came to be in that time, the end excluded; so if it does not say."""
    changed_at = wire.status_changed_at(row)
    return changed_at is None or since <= changed_at < until


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
