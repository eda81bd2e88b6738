"""The board of orders on MongoDB: lists read, and sums added up, out of the orders' documents."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from adapters.mongodb.board_stages import (
    FORGERIES,
    SURPLUSES,
    forged_within,
    line_fields,
    paid_within,
    place_before,
    shares_of,
)
from adapters.mongodb.database import MongoDatabase
from adapters.mongodb.stored_fields import Document, StoredFields, moment_text
from adapters.mongodb.value_fields import read_key, read_money
from domain.errors import InvalidValue
from domain.money import Currency
from domain.order import OrderStatus
from domain.outcome import OutcomeKind
from ports.errors import RecordCorrupt
from ports.order_board import BoardLine, BoardList, Place, Takings, TakingsKind

_NEWEST_FIRST = [("created_at", -1), ("_id", -1)]
_UNWOUND = {BoardList.FORGED: FORGERIES, BoardList.SURPLUS: SURPLUSES}
# An hour of every currency in a day of weeks: far more than there can be.
_MAX_SUMS = 100_000


class MongoOrderBoard:
    """An `OrderBoard` on the orders' own documents.

    Sums are added up when they are asked for: a single document keeps them nowhere. Forgeries and
    surplus payments lie within orders; all of them are sorted for a page, and there are few.
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def takings(self, since: datetime, until: datetime, /) -> Sequence[Takings]:
        window = {"$gte": moment_text(since), "$lt": moment_text(until)}
        paid = await self._aggregate(paid_within(window), batch=_MAX_SUMS)
        forged = await self._aggregate(forged_within(window), batch=_MAX_SUMS)
        sums: dict[tuple[str, TakingsKind, str], tuple[int, int]] = {}
        for row in (*paid, *forged):
            for name, count, amount_minor in shares_of(row):
                hour, currency = row["_id"]["hour"], row["_id"]["currency"]
                known = sums.get((hour, name, currency), (0, 0))
                sums[hour, name, currency] = (known[0] + count, known[1] + amount_minor)
        found = []
        for (hour, kind, currency), (count, amount_minor) in sorted(sums.items()):
            with suppress(InvalidValue, ValueError):
                found.append(
                    Takings(
                        hour=datetime.fromisoformat(f"{hour}:00:00+00:00"),
                        kind=kind,
                        currency=Currency(currency),
                        count=count,
                        amount_minor=amount_minor,
                    )
                )
        return found

    async def page(
        self, which: BoardList, after: Place | None, limit: int, /
    ) -> Sequence[BoardLine]:
        if which in _UNWOUND:
            following = [] if after is None else [{"$match": place_before(after, "at", "n")}]
            return await self._unwound([*_UNWOUND[which], *following], limit)
        if which is BoardList.AWAITING_DEPOSIT:
            query = {"status": OrderStatus.AWAITING_DEPOSIT.value}
            return await self._orders(query, "open_by_age", after, limit)
        return await self._orders({}, "newest", after, limit)

    async def count(self, which: BoardList, at_most: int, /) -> int:
        if which in _UNWOUND:
            stages = [*_UNWOUND[which], {"$limit": at_most}, {"$project": {"_id": 1}}]
            return len(await self._aggregate(stages, batch=at_most))
        query: Document = {"status": OrderStatus.AWAITING_DEPOSIT.value}
        if which is BoardList.NEWEST:
            query = {"created_at": {"$gt": ""}}
        async with self._database.question() as orders:
            cursor = orders.find(query, {"_id": 1}).limit(at_most)
            return len(await cursor.to_list(at_most))

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
            cursor = orders.find(query, line_fields()).sort([("_id", 1)]).limit(limit)
            return _lines(await cursor.to_list(limit))

    async def refused(self, payment_id: str, limit: int, /) -> Sequence[BoardLine]:
        wanted = {"outcome": OutcomeKind.FORGED.value, "key.payment_id": payment_id}
        stages = [
            {"$match": {"history": {"$elemMatch": wanted}}},
            *FORGERIES[1:],
            {"$match": {"key.payment_id": payment_id}},
        ]
        return await self._unwound(stages, limit)

    async def _orders(
        self, query: Document, index: str, after: Place | None, limit: int
    ) -> list[BoardLine]:
        # A document that only waits for its order was made at no time.
        begun = {"created_at": {"$gt": ""}} if after is None else place_before(after, "created_at")
        async with self._database.question() as orders:
            cursor = orders.find(query | begun, line_fields()).sort(_NEWEST_FIRST).hint(index)
            return _lines(await cursor.limit(limit).to_list(limit))

    async def _unwound(self, stages: Sequence[Document], limit: int) -> list[BoardLine]:
        latest_first = {"$sort": {"at": -1, "_id": -1, "n": -1}}
        return _lines(
            await self._aggregate([*stages, latest_first, {"$limit": limit}], batch=limit)
        )

    async def _aggregate(self, stages: Sequence[Document], *, batch: int) -> list[Document]:
        # As a command, because the two drivers differ in how they hand out this cursor. One batch
        # holds all that is asked for.
        command: dict[str, Any] = {
            "aggregate": "orders",
            "pipeline": list(stages),
            "cursor": {"batchSize": batch},
        }
        async with self._database.question() as orders:
            answer = await orders.database.command(command)
        return list(answer["cursor"]["firstBatch"])


def _lines(documents: Sequence[Document]) -> list[BoardLine]:
    lines = []
    for document in documents:
        with suppress(RecordCorrupt, InvalidValue):
            lines.append(_line(StoredFields(document, document.get("_id"))))
    return lines


def _line(fields: StoredFields) -> BoardLine:
    key = fields.part_or_none("key", read_key)
    place = Place(
        at=fields.moment("created_at" if key is None else "at"),
        order_id=fields.text("_id"),
        ordinal=fields.whole_or_none("n") or 0,
    )
    return BoardLine(
        place=place,
        status=fields.choice("status", OrderStatus),
        amount=read_money(fields.part("amount")),
        name=fields.text_or_none("name"),
        customer_id=fields.part_or_none("customer", lambda part: part.text("customer_id")),
        key=key,
    )
