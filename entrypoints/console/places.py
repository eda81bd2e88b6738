"""Where a page of a list begins, as text for an address and back."""

from datetime import UTC, datetime, timedelta

from domain.errors import InvalidValue
from domain.identifiers import check_order_id
from ports.order_board import Place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def place_text(place: Place) -> str:
    """Like `1764200000000000.0.order-1`."""
    return f"{(place.at - _EPOCH) // _MICROSECOND}.{place.ordinal}.{place.order_id}"


def read_place(text: str) -> Place | None:
    """The place, or None for no text; refuses what no list of ours has given out."""
    if not text:
        return None
    at, _, rest = text.partition(".")
    ordinal, _, order_id = rest.partition(".")
    try:
        check_order_id(order_id)
        return Place(
            at=_EPOCH + int(at) * _MICROSECOND, order_id=order_id, ordinal=int(ordinal[:9])
        )
    except (InvalidValue, ValueError, OverflowError):
        raise InvalidValue("before", "is not a place in a list") from None
