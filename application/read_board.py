"""Read the board: days of money, lists that turn by pages, and whatever a word may mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from domain.customer import MAX_CUSTOMER_ID_LENGTH
from domain.errors import InvalidValue
from domain.identifiers import check_order_id, check_payment_id, check_text
from domain.moments import SEOUL
from domain.money import Currency
from domain.order import Order
from domain.payment import PaymentKey
from domain.takings import TakingsKind
from ports.clock import Clock
from ports.order_board import BoardLine, BoardList, OrderBoard, Place, Takings
from ports.order_repository import OrderRepository
from ports.payment_gateway import PaymentGateway

_MAX_FOUND = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """How often and how much, in one currency."""

    count: int = 0
    amount_minor: int = 0


_NOTHING = Sum()


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySums:
    """All that was counted on one day in Seoul, by kind and currency."""

    day: date
    sums: Mapping[tuple[TakingsKind, Currency], Sum]

    def of(self, kind: TakingsKind, currency: Currency) -> Sum:
        return self.sums.get((kind, currency), _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a word may mean: orders by their id or payment, forgeries, a customer's orders."""

    orders: Sequence[BoardLine] = field(default_factory=list)
    forgeries: Sequence[BoardLine] = field(default_factory=list)
    of_customer: Sequence[BoardLine] = field(default_factory=list)

    @property
    def only_order(self) -> str | None:
        """The one order that it can mean, if there is no other."""
        ids = {each.place.order_id for each in (*self.orders, *self.forgeries, *self.of_customer)}
        return ids.pop() if len(ids) == 1 else None


class ReadBoard:
    """Looks at all orders together, and changes nothing.

    Its lines have the status to show now, which is that of the order's own page.
    """

    def __init__(
        self,
        board: OrderBoard,
        orders: OrderRepository,
        gateways: Mapping[str, PaymentGateway],
        clock: Clock,
    ) -> None:
        self._board = board
        self._orders = orders
        self._gateways = gateways
        self._clock = clock

    async def days(self, count: int) -> Sequence[DaySums]:
        """So many days in Seoul, today's the last; a day without anything has no sums."""
        today = self._clock.now().astimezone(SEOUL).date()
        days = [today - timedelta(days=back) for back in reversed(range(count))]
        until = _midnight(today + timedelta(days=1))
        sums: dict[date, dict[tuple[TakingsKind, Currency], Sum]] = {day: {} for day in days}
        for each in await self._board.takings(_midnight(days[0]), until):
            _add(sums[each.hour.astimezone(SEOUL).date()], each)
        return [DaySums(day=day, sums=sums[day]) for day in days]

    async def page(self, which: BoardList, after: Place | None, limit: int) -> Sequence[BoardLine]:
        """The next lines of that list."""
        return self._as_of_now(await self._board.page(which, after, limit))

    async def search(self, text: str) -> Found:
        """What an id, or the beginning of one, may mean; nothing for a word that no id can be."""
        word = text.strip()
        return Found(
            orders=self._as_of_now(await self._orders_of(word)),
            forgeries=await self._refused(word),
            of_customer=await self.of_customer(word, None, _MAX_FOUND),
        )

    async def of_customer(
        self, customer_id: str, after: Place | None, limit: int
    ) -> Sequence[BoardLine]:
        """The customer's orders, newest first; none for text that names no customer."""
        try:
            check_text("customer_id", customer_id, MAX_CUSTOMER_ID_LENGTH)
        except InvalidValue:
            return []
        return self._as_of_now(await self._board.of_customer(customer_id, after, limit))

    async def _refused(self, word: str) -> list[BoardLine]:
        if not _is_payment(word):
            return []
        return self._as_of_now(await self._board.refused(word, _MAX_FOUND))

    async def _orders_of(self, word: str) -> list[BoardLine]:
        found: dict[str, BoardLine] = {}
        for gateway in self._gateways.values():
            payment_id = word.removeprefix(f"{gateway.name}/")
            if _is_payment(payment_id) and gateway.is_payment_id(payment_id):
                line = await self._paid_by(PaymentKey(gateway=gateway.name, payment_id=payment_id))
                if line is not None:
                    found[line.place.order_id] = line
        if _is_order(word):
            for line in await self._board.beginning_with(word, _MAX_FOUND):
                found.setdefault(line.place.order_id, line)
        return list(found.values())

    async def _paid_by(self, key: PaymentKey) -> BoardLine | None:
        order_id = await self._orders.find_order_id_by_payment(key)
        order = None if order_id is None else await self._orders.find_by_id(order_id)
        return None if order is None else _line(order, key)

    def _as_of_now(self, lines: Sequence[BoardLine]) -> list[BoardLine]:
        now = self._clock.now()
        return [replace(each, status=each.status.shown_at(now, each.expires_at)) for each in lines]


def _add(sums: dict[tuple[TakingsKind, Currency], Sum], taken: Takings) -> None:
    key = (taken.kind, taken.currency)
    known = sums.get(key, _NOTHING)
    sums[key] = Sum(
        count=known.count + taken.count, amount_minor=known.amount_minor + taken.amount_minor
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SEOUL).astimezone(UTC)


def _line(order: Order, key: PaymentKey) -> BoardLine:
    return BoardLine(
        place=Place(at=order.created_at, order_id=order.order_id),
        status=order.status,
        amount=order.amount,
        expires_at=order.expires_at,
        name=order.name,
        customer_id=None if order.customer is None else order.customer.customer_id,
        key=key,
    )


def _is_order(text: str) -> bool:
    try:
        check_order_id(text)
    except InvalidValue:
        return False
    return True


def _is_payment(text: str) -> bool:
    try:
        check_payment_id(text)
    except InvalidValue:
        return False
    return True
