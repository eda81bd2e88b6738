"""The vendor's words for many payments at once: how they are asked for, and how a page is read."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final, Generic, TypeVar
from urllib.parse import quote

import msgspec

from adapters.outbound.found_rows import found_in
from adapters.outbound.json_text import decoded
from adapters.outbound.page_walk import Page
from adapters.portone_v1 import wire
from ports.errors import GatewayProtocolError
from ports.payment_listing import FoundPayments

Query = tuple[tuple[str, str], ...]

PAGE_SIZE: Final = 1000
IDS_AT_ONCE: Final = 100
LONGEST_WINDOW_DAYS: Final = 90
LISTING_PATH: Final = "/payments/status/all"
SEVERAL_PATH: Final = "/payments"
# A payment has some 2 KB; the buyer's page chooses the length of some of its fields.
MAX_PAGE_BYTES: Final = 8 * 1024 * 1024

# More pages than anybody would turn.
_LONGEST_LIST: Final = 100_000_000

_Response = TypeVar("_Response")


class _Envelope(msgspec.Struct, Generic[_Response]):
    code: int
    response: _Response | None = None


class _Rows(msgspec.Struct):
    total: Annotated[int, msgspec.Meta(ge=0, le=_LONGEST_LIST)]
    list: list[msgspec.Raw]


_PAGE: Final = msgspec.json.Decoder(_Envelope[_Rows])
_SEVERAL: Final = msgspec.json.Decoder(_Envelope[list[msgspec.Raw]])


def order_path(order_id: str) -> str:
    """Where the payments of one order are listed; the id is one segment of it."""
    return f"/payments/findAll/{quote(order_id, safe='')}"


def window_query(first_s: int, last_s: int) -> Query:
    """Which payments are listed: those whose latest news came in these seconds, both included."""
    return (("from", str(first_s)), ("to", str(last_s)))


def page_query(number: int, size: int) -> Query:
    """Which page of a list, counted from 1; sorted by what never changes of a payment."""
    return (("sorting", "started"), ("limit", str(size)), ("page", str(number)))


def ids_query(payment_ids: Iterable[str]) -> Query:
    """Which payments are asked for by their ids."""
    return tuple(("imp_uid[]", payment_id) for payment_id in payment_ids)


def read_page(body: bytes) -> Page:
    """One page of a list, in an answer of success."""
    rows = _response(_PAGE, body)
    return Page(found=_found(rows.list), n_rows=len(rows.list), total=rows.total)


def read_several(body: bytes, payment_ids: Sequence[str]) -> FoundPayments:
    """Those payments in an answer of success; it must hold none that was not asked for."""
    rows: list[msgspec.Raw] = _response(_SEVERAL, body)
    found = _found(rows)
    asked = frozenset(payment_ids)
    if any(payment.key.payment_id not in asked for payment in found.payments):
        raise GatewayProtocolError("another-payment")
    return found


def _response(decoder: msgspec.json.Decoder[_Envelope[_Response]], body: bytes) -> _Response:
    envelope = decoded(decoder, body)
    if envelope is None:
        raise GatewayProtocolError("page")
    if envelope.code != 0:
        raise GatewayProtocolError("code")
    if envelope.response is None:
        raise GatewayProtocolError("response")
    return envelope.response


def _found(rows: Iterable[msgspec.Raw]) -> FoundPayments:
    return found_in(rows, wire.read_listed_payment, wire.readable_payment_id)
