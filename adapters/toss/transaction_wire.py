"""The vendor's list of transactions: one row for each approval, deposit and refund of a payment.

A row tells that there is news, and of which payment. What became of that payment, only the
payment itself tells.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from adapters.outbound.json_fields import JsonFields
from adapters.outbound.json_text import decoded
from adapters.toss.times import second_of
from adapters.toss.wire import is_payment_id
from ports.errors import GatewayProtocolError

TRANSACTIONS_PATH: Final = "/v1/transactions"
# The vendor allows 5,000; a row has some 400 bytes.
PAGE_SIZE: Final = 1000
MAX_PAGE_BYTES: Final = 4 * 1024 * 1024

_TRANSACTION_KEY: Final = re.compile(r"[A-Za-z0-9_=-]{1,64}", re.ASCII)
_ROWS: Final = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The payments that have news, in the rows' order, and what asks for the next page.

    `unreadable` counts the rows that do not say of which payment they are.
    """

    payment_ids: Sequence[str]
    unreadable: int
    cursor: str | None


def page_query(
    first: datetime, last: datetime, after: str | None, size: int
) -> tuple[tuple[str, str], ...]:
    """Which rows are asked for: of these seconds, both included, from behind that row on."""
    query = (
        ("startDate", second_of(first)),
        ("endDate", second_of(last)),
        ("limit", str(size)),
    )
    return query if after is None else (*query, ("startingAfter", after))


def read_page(body: bytes, size: int) -> Page:
    """One page, in an answer of success."""
    rows = decoded(_ROWS, body)
    if rows is None:
        raise GatewayProtocolError("page")
    if len(rows) > size:
        raise GatewayProtocolError("page-length")
    fields = [JsonFields.decode(row) for row in rows]
    named = [None if row is None else row.text("paymentKey") for row in fields]
    payment_ids = [each for each in named if each is not None and is_payment_id(each)]
    return Page(
        payment_ids=list(dict.fromkeys(payment_ids)),
        unreadable=len(rows) - len(payment_ids),
        # A page that is not full is the last.
        cursor=_cursor(fields[-1]) if len(rows) == size else None,
    )


def _cursor(row: JsonFields | None) -> str:
    key = None if row is None else row.text("transactionKey")
    # Without it the rest of the list cannot be asked for, and must not look as if it were empty.
    if key is None or not _TRANSACTION_KEY.fullmatch(key):
        raise GatewayProtocolError("transactionKey")
    return key
