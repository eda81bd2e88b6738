"""The board of orders on MongoDB: lists read out of the orders, and what is added up of them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from adapters.mongodb.adding_up import LINES, TAKINGS, AddingUp
from adapters.mongodb.board_batch import hour_text
from adapters.mongodb.database import Collection, MongoDatabase, beside
from adapters.mongodb.stored_fields import Document, StoredFields, moment_text
from adapters.mongodb.value_fields import read_key, read_money
from domain.errors import InvalidValue
from domain.money import Currency
from domain.order import OrderStatus
from domain.takings import TakingsKind
from ports.errors import RecordCorrupt
from ports.order_board import BoardLine, BoardList, Place, Takings

_KEPT_APART = (BoardList.FORGED, BoardList.SURPLUS)
_LINE_FIELDS: Document = {
    "status": 1,
    "name": 1,
    "customer": 1,
    "amount": 1,
    "created_at": 1,
    "expires_at": 1,
}
_NEWEST_FIRST = [("created_at", -1), ("_id", -1)]
_LATEST_FIRST = [("at", -1), ("order_id", -1), ("n", -1)]
# A document that only waits for its order was made at no time.
_MADE: Document = {"created_at": {"$gt": ""}}
_AWAITING: Document = {"status": OrderStatus.AWAITING_DEPOSIT.value}
# Of each kind, the fields that count it.
_KINDS = tuple((kind, kind.value, f"{kind.value}_minor") for kind in TakingsKind)
# An hour of every currency in years: far more than anybody looks at.
_MAX_SUMS = 1_000_000


class MongoOrderBoard:
    """An `OrderBoard` on the orders' own documents, and on what is kept beside them.

    A single document keeps no sums and lists nothing that lies within it. So these are added up:
    what was written lately when it is looked at, and the rest before, by `add_up`.
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._adding_up = AddingUp(database)

    async def add_up(self) -> None:
        """Adds up all that was written, so that the next look need not. It may take long."""
        await self._adding_up.all()

    async def takings(self, since: datetime, until: datetime, /) -> Sequence[Takings]:
        await self._adding_up.before_a_look()
        window = {"$gte": hour_text(moment_text(since)), "$lt": hour_text(moment_text(until))}
        async with self._database.question() as orders:
            documents = await beside(orders, TAKINGS).find({"_id": window}, {}).to_list(_MAX_SUMS)
        found: list[Takings] = []
        for document in documents:
            with suppress(RecordCorrupt, InvalidValue, ValueError):
                found += _takings(document)
        return sorted(found, key=lambda each: (each.hour, each.kind, each.currency.code))

    async def page(
        self, which: BoardList, after: Place | None, limit: int, /
    ) -> Sequence[BoardLine]:
        if which in _KEPT_APART:
            following = {} if after is None else _before(after, "at", "order_id", "n")
            return await self._kept_apart({"list": which.value, **following}, "by_age", limit)
        if which is BoardList.AWAITING_DEPOSIT:
            return await self._orders(_AWAITING, "open_by_age", after, limit)
        return await self._orders({}, "newest", after, limit)

    async def count(self, which: BoardList, at_most: int, /) -> int:
        if which in _KEPT_APART:
            await self._adding_up.before_a_look()
        async with self._database.question() as orders:
            counted, query, index = orders, _MADE, "newest"
            if which in _KEPT_APART:
                counted, query, index = beside(orders, LINES), {"list": which.value}, "by_age"
            elif which is BoardList.AWAITING_DEPOSIT:
                query, index = _AWAITING, "open_by_age"
            return await counted.count_documents(query, limit=at_most, hint=index)

    async def of_customer(
        self, customer_id: str, after: Place | None, limit: int, /
    ) -> Sequence[BoardLine]:
        # Both values of the flag, so that the index which begins with the customer sorts too.
        query = {"customer.customer_id": customer_id, "awaits_deposit": {"$in": [True, False]}}
        return await self._orders(query, "awaits_deposit", after, limit)

    async def beginning_with(self, text: str, limit: int, /) -> Sequence[BoardLine]:
        # Ids are ASCII: no character of theirs comes after the bound.
        query = {"_id": {"$gte": text, "$lt": f"{text}\x7f"}, "stub": {"$exists": False}}
        async with self._database.question() as orders:
            cursor = orders.find(query, _LINE_FIELDS).sort([("_id", 1)]).limit(limit)
            return _lines(await cursor.to_list(limit))

    async def refused(self, payment_id: str, limit: int, /) -> Sequence[BoardLine]:
        wanted = {"key.payment_id": payment_id, "list": BoardList.FORGED.value}
        return await self._kept_apart(wanted, "by_payment", limit)

    async def _orders(
        self, query: Document, index: str, after: Place | None, limit: int
    ) -> list[BoardLine]:
        begun = _MADE if after is None else _before(after, "created_at", "_id")
        async with self._database.question() as orders:
            cursor = orders.find(query | begun, _LINE_FIELDS).sort(_NEWEST_FIRST).hint(index)
            return _lines(await cursor.limit(limit).to_list(limit))

    async def _kept_apart(self, query: Document, index: str, limit: int) -> list[BoardLine]:
        """Forgeries or payments too many, each with what its order says now."""
        await self._adding_up.before_a_look()
        async with self._database.question() as orders:
            kept = beside(orders, LINES).find(query, {}).sort(_LATEST_FIRST).hint(index)
            lines = await kept.limit(limit).to_list(limit)
            by_id = await _by_id(orders, {each["order_id"] for each in lines})
        return _lines([{**by_id.get(each["order_id"], {}), **each} for each in lines])


async def _by_id(orders: Collection, ids: set[str]) -> Mapping[str, Document]:
    if not ids:
        return {}
    found = await orders.find({"_id": {"$in": sorted(ids)}}, _LINE_FIELDS).to_list(len(ids))
    return {each["_id"]: each for each in found}


def _before(after: Place, at: str, order_id: str, ordinal: str | None = None) -> Document:
    """What follows that place in a list that begins with the newest."""
    moment = moment_text(after.at)
    ties: list[Document] = [{at: {"$lt": moment}}, {order_id: {"$lt": after.order_id}}]
    if ordinal is not None:
        ties.append({order_id: after.order_id, ordinal: {"$lt": after.ordinal}})
    # The first bounds the index; the others settle ties.
    return {at: {"$lte": moment}, "$or": ties}


def _takings(document: Document) -> list[Takings]:
    hour_of, _, code = document["_id"].partition("/")
    hour, currency = datetime.fromisoformat(f"{hour_of}:00:00+00:00"), Currency(code)
    fields = StoredFields(document, "")
    return [
        Takings(
            hour=hour,
            kind=kind,
            currency=currency,
            count=fields.whole(count),
            amount_minor=fields.whole(amount_minor),
        )
        for kind, count, amount_minor in _KINDS
        if document.get(count)
    ]


def _lines(documents: Sequence[Document]) -> list[BoardLine]:
    lines = []
    for document in documents:
        with suppress(RecordCorrupt, InvalidValue):
            lines.append(_line(document))
    return lines


def _line(document: Document) -> BoardLine:
    fields = StoredFields(document, document.get("order_id", document["_id"]))
    key = fields.part_or_none("key", read_key)
    place = (
        Place(at=fields.moment("created_at"), order_id=fields.text("_id"))
        if key is None
        else Place(
            at=fields.moment("at"), order_id=fields.text("order_id"), ordinal=fields.whole("n")
        )
    )
    return BoardLine(
        place=place,
        status=fields.choice("status", OrderStatus),
        amount=read_money(fields.part("amount")),
        expires_at=fields.moment_or_none("expires_at"),
        name=fields.text_or_none("name"),
        customer_id=fields.part_or_none("customer", lambda part: part.text("customer_id")),
        key=key,
    )
