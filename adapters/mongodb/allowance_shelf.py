"""What refunds have taken of their days' allowances, to be carried from store to store."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from pymongo.errors import DuplicateKeyError

from adapters.mongodb.database import MongoDatabase, beside
from adapters.mongodb.refund_allowance import COLLECTION, day_id, taking
from adapters.mongodb.stored_fields import Document, StoredFields
from domain.errors import InvalidValue
from domain.money import Currency, Money
from ports.errors import RecordCorrupt
from ports.record_shelf import Page
from ports.taken_allowance import TakenAllowance


class MongoAllowanceShelf:
    """A `RecordShelf` of what each refund has taken. Its pages are those of the days."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def count(self) -> int:
        count, after = 0, ""
        while documents := await self._days({"$gt": after}, 500):
            count += sum(len(_entries(each)) for each in documents)
            after = documents[-1]["_id"]
        return count

    async def page(self, after: str, limit: int, /) -> Page[TakenAllowance]:
        documents = await self._days({"$gt": after}, limit)
        records: list[TakenAllowance] = []
        unreadable: list[str] = []
        for document in documents:
            for entry in _entries(document):
                try:
                    records.append(_read(document, entry))
                except RecordCorrupt as error:
                    unreadable.append(f"{document['_id']} ({error.field})")
        is_last = len(documents) < limit
        return Page(
            records=records,
            unreadable=unreadable,
            after=None if is_last else documents[-1]["_id"],
        )

    async def find(self, records: Sequence[TakenAllowance], /) -> Sequence[TakenAllowance | None]:
        ids = sorted({day_id(each.day, each.amount) for each in records})
        found: dict[tuple[str, str], TakenAllowance] = {}
        for document in await self._days({"$in": ids}, len(ids)):
            for entry in _entries(document):
                with suppress(RecordCorrupt):
                    taken = _read(document, entry)
                    found[document["_id"], taken.refund_id] = taken
        return [found.get((day_id(each.day, each.amount), each.refund_id)) for each in records]

    async def put(self, records: Sequence[TakenAllowance], /) -> None:
        for each in records:
            of_day = {"_id": day_id(each.day, each.amount)}
            is_new = {"refunds.refund_id": {"$ne": each.refund_id}}
            async with self._database.question() as orders:
                with suppress(DuplicateKeyError):  # it is there
                    await beside(orders, COLLECTION).update_one(
                        {**of_day, **is_new}, taking(each.refund_id, each.amount), upsert=True
                    )

    def name(self, record: TakenAllowance, /) -> str:
        return f"{record.refund_id} of {day_id(record.day, record.amount)}"

    async def _days(self, wanted: Document, limit: int) -> list[Document]:
        async with self._database.question() as orders:
            days = beside(orders, COLLECTION).find({"_id": wanted}, {}).sort([("_id", 1)])
            documents: list[Document] = await days.limit(limit).to_list(limit)
        return documents


def _entries(document: Document) -> list[object]:
    refunds = document.get("refunds")
    return refunds if isinstance(refunds, list) else []


def _read(document: Document, entry: object) -> TakenAllowance:
    fields = StoredFields(entry, "", "refunds")
    day, _, currency = str(document["_id"]).partition("/")
    try:
        return TakenAllowance(
            day=date.fromisoformat(day),
            refund_id=fields.text("refund_id"),
            amount=Money(amount_minor=fields.whole("amount_minor"), currency=Currency(currency)),
        )
    except (InvalidValue, ValueError):
        fields.refuse("_id")
