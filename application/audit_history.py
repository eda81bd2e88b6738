"""Audit the history of all orders: whether each chain holds, and one digest over them all."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from domain.history_audit import Break, first_break, hash_as_of, unchained_entries
from domain.identifiers import check_order_id
from domain.order import Order
from ports.errors import RecordCorrupt
from ports.order_repository import OrderRepository, UnreadableOrder

PAGE_SIZE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What was found of one order.

    `found_break` is the first break of its chain. `unreadable` names the field that made no sense
    of a record that cannot be read at all ("" if not even that is known); None if it could be.
    """

    order_id: str
    entries: int = 0
    unchained: int = 0
    found_break: Break | None = None
    unreadable: str | None = None
    hash_then: str | None = None

    @property
    def is_intact(self) -> bool:
        """Whether the order's record is as it was written, as far as its chain can show."""
        return self.found_break is None and self.unreadable is None


class HeadDigest:
    """One SHA-256 over the hashes of all orders, as they were at one moment, by order id.

    A line an order: its id as ASCII, a blank, its hash or `unreadable`, a line feed. Orders that
    were not there yet have no line.
    """

    def __init__(self) -> None:
        self._lines = sha256()

    def add(self, audited: Audited) -> None:
        """Adds an order; they come in the order of their ids."""
        told = "unreadable" if audited.unreadable is not None else audited.hash_then
        if told is not None:
            self._lines.update(f"{ascii(audited.order_id)[1:-1]} {told}\n".encode("ascii"))

    def __str__(self) -> str:
        return self._lines.hexdigest()


class AuditHistory:
    """Looks at what is stored, and changes nothing."""

    def __init__(self, orders: OrderRepository) -> None:
        self._orders = orders

    async def expected_orders(self) -> int:
        """About how many orders `all_orders` will show."""
        return await self._orders.estimate_count()

    async def all_orders(self, as_of: datetime, /) -> AsyncIterator[Audited]:
        """Every order by its id. Holds one page at a time, however many there are."""
        after = ""
        while page := await self._orders.list_all(after, PAGE_SIZE):
            for found in page:
                yield _audit(found, as_of)
            after = page[-1].order_id

    async def one_order(self, order_id: str, as_of: datetime, /) -> Audited | None:
        """That order, or None. Raises `InvalidValue` for an id that no order can have."""
        check_order_id(order_id)
        try:
            order = await self._orders.find_by_id(order_id)
        except RecordCorrupt as error:
            return Audited(order_id=order_id, unreadable=error.field)
        return None if order is None else _audit(order, as_of)


def _audit(found: Order | UnreadableOrder, as_of: datetime) -> Audited:
    if isinstance(found, UnreadableOrder):
        return Audited(order_id=found.order_id, unreadable=found.field)
    return Audited(
        order_id=found.order_id,
        entries=len(found.history),
        unchained=unchained_entries(found),
        found_break=first_break(found),
        hash_then=hash_as_of(found, as_of),
    )
