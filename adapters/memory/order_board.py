"""The board of orders in memory."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from adapters.memory.store import MemoryStore
from domain.order import Order, OrderStatus
from domain.outcome import OutcomeKind
from domain.surplus import surplus_of
from domain.takings import TakingsKind, shares_of
from ports.order_board import UNTOLD, BoardLine, BoardList, Place, Takings


class MemoryOrderBoard:
    """An `OrderBoard` over the orders in memory."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._faults = store.faults

    async def takings(self, since: datetime, until: datetime, /) -> Sequence[Takings]:
        with self._faults.around("takings"):
            times: Counter[tuple[datetime, TakingsKind, str]] = Counter()
            sums: Counter[tuple[datetime, TakingsKind, str]] = Counter()
            amounts = {}
            for order in self._store.orders.values():
                for at, kind, amount in shares_of(order):
                    if since <= at < until:
                        hour = at.replace(minute=0, second=0, microsecond=0)
                        times[hour, kind, amount.currency_code] += 1
                        sums[hour, kind, amount.currency_code] += amount.amount_minor
                        amounts[amount.currency_code] = amount.currency
            return [
                Takings(
                    hour=hour,
                    kind=kind,
                    currency=amounts[code],
                    count=count,
                    amount_minor=sums[hour, kind, code],
                )
                for (hour, kind, code), count in sorted(times.items())
            ]

    async def page(
        self, which: BoardList, after: Place | None, limit: int, /
    ) -> Sequence[BoardLine]:
        with self._faults.around("page_of_board"):
            return _following(self._lines(which), after, limit)

    async def count(self, which: BoardList, at_most: int, /) -> int:
        with self._faults.around("count_board"):
            return min(len(list(self._lines(which))), at_most)

    async def of_customer(
        self, customer_id: str, after: Place | None, limit: int, /
    ) -> Sequence[BoardLine]:
        with self._faults.around("of_customer"):
            lines = (
                each for each in self._lines(BoardList.NEWEST) if each.customer_id == customer_id
            )
            return _following(lines, after, limit)

    async def beginning_with(self, text: str, limit: int, /) -> Sequence[BoardLine]:
        with self._faults.around("beginning_with"):
            ids = sorted(order_id for order_id in self._store.orders if order_id.startswith(text))
            return [_line(self._store.orders[order_id]) for order_id in ids[:limit]]

    async def refused(self, payment_id: str, limit: int, /) -> Sequence[BoardLine]:
        with self._faults.around("refused"):
            lines = (
                each
                for each in self._lines(BoardList.FORGED)
                if each.key is not None and each.key.payment_id == payment_id
            )
            return _following(lines, None, limit)

    def _lines(self, which: BoardList) -> Iterator[BoardLine]:
        for order in self._store.orders.values():
            match which:
                case BoardList.FORGED:
                    yield from _forgeries(order)
                case BoardList.SURPLUS:
                    yield from _surpluses(order)
                case BoardList.NEWEST:
                    yield _line(order)
                case BoardList.AWAITING_DEPOSIT:
                    if order.status is OrderStatus.AWAITING_DEPOSIT:
                        yield _line(order)


def _following(lines: Iterable[BoardLine], after: Place | None, limit: int) -> list[BoardLine]:
    wanted = [each for each in lines if after is None or each.place < after]
    wanted.sort(key=lambda line: line.place, reverse=True)
    return wanted[:limit]


def _line(order: Order, **of_payment: object) -> BoardLine:
    fields = {
        "place": Place(at=order.created_at, order_id=order.order_id),
        "status": order.status,
        "amount": order.amount,
        "expires_at": order.expires_at,
        "name": order.name,
        "customer_id": order.customer.customer_id if order.customer else None,
    }
    return BoardLine(**{**fields, **of_payment})  # type: ignore[arg-type] # by their names


def _forgeries(order: Order) -> Iterator[BoardLine]:
    for entry in order.history:
        if entry.outcome is OutcomeKind.FORGED:
            place = Place(at=entry.at, order_id=order.order_id, ordinal=entry.version)
            yield _line(order, place=place, key=entry.key)


def _surpluses(order: Order) -> Iterator[BoardLine]:
    for position, payment in enumerate(order.payments):
        surplus = surplus_of(order, payment)
        if surplus is not None:
            at = payment.paid_at or UNTOLD
            place = Place(at=at, order_id=order.order_id, ordinal=position)
            yield _line(order, place=place, amount=surplus, key=payment.key)
