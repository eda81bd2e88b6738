"""Reads the rows of a list of payments, each from its own bytes."""

from collections.abc import Callable, Iterable

import msgspec

from domain.payment import Payment
from ports.errors import GatewayProtocolError
from ports.payment_listing import FoundPayments


def found_in(
    rows: Iterable[msgspec.Raw],
    read: Callable[[msgspec.Raw], Payment | None],
    id_of: Callable[[msgspec.Raw], str | None],
) -> FoundPayments:
    """The payments of these rows; `read` gives None for a row that is not to be shown.

    A row that makes no sense spoils nothing but itself: it is named as unreadable by `id_of`, which
    gives None where not even that can be read.
    """
    payments: list[Payment] = []
    unreadable: list[str] = []
    for row in rows:
        try:
            payment = read(row)
        except GatewayProtocolError:
            unreadable.append(id_of(row) or "")
            continue
        if payment is not None:
            payments.append(payment)
    return FoundPayments(payments=payments, unreadable=unreadable)
