"""Stray payments on MongoDB: a document each, in a collection of their own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from adapters.mongodb.database import MongoDatabase, beside
from adapters.mongodb.documents import SCHEMA, payment_fields, read_payment
from adapters.mongodb.stored_fields import Document, StoredFields, moment_text
from domain.errors import InvalidValue
from domain.payment import Payment, PaymentKey
from domain.tasks import AlertReason
from ports.errors import RecordCorrupt, RepositoryUnavailable
from ports.stray_payments import StrayPayment

COLLECTION = "stray_payments"
_MAX_OF_ORDER = 100
_PAGE = 500
# A first `keep` by two processes at once; the second try finds what the other has written.
_TRIES = 2

# finds the strays that name an order
INDEXES = (IndexModel([("payment.order_id", 1), ("_id", 1)], name="of_order"),)


class MongoStrayPayments:
    """`StrayPayments` on one collection; `_id` is the payment's key."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._is_indexed = False

    async def keep(self, payment: Payment, reason: AlertReason, now: datetime, /) -> StrayPayment:
        mine = {"_id": str(payment.key)}
        newest = {"payment": payment_fields(payment)}
        async with self._question() as strays:
            for _ in range(_TRIES):
                kept = await strays.update_one({**mine, "reason": reason.value}, {"$set": newest})
                if not kept.matched_count:
                    # Not kept yet, or for another reason: then a person is to be told anew.
                    fields = {**newest, "reason": reason.value, "told": False, "schema": SCHEMA}
                    try:
                        await strays.update_one(
                            mine | {"reason": {"$ne": reason.value}},
                            {"$set": fields, "$setOnInsert": {"found_at": moment_text(now)}},
                            upsert=True,
                        )
                    except DuplicateKeyError:
                        continue
                break
            stored = await strays.find_one(mine, {})
        if stored is None:
            raise RepositoryUnavailable("strayVanished")
        return read_stray(stored)

    async def mark_told(self, key: PaymentKey, /) -> None:
        async with self._question() as strays:
            await strays.update_one({"_id": str(key)}, {"$set": {"told": True}})

    async def drop(self, key: PaymentKey, /) -> bool:
        async with self._question() as strays:
            return bool((await strays.delete_one({"_id": str(key)})).deleted_count)

    async def walk(self) -> AsyncIterator[Sequence[StrayPayment]]:
        above = ""
        while documents := await self._page(above):
            yield _readable(documents)
            above = str(documents[-1]["_id"])

    async def _page(self, above: str) -> list[Document]:
        async with self._question() as strays:
            cursor = strays.find({"_id": {"$gt": above}}, {}).sort([("_id", 1)]).limit(_PAGE)
            documents: list[Document] = await cursor.to_list(_PAGE)
        return documents

    async def find_by_order(self, order_id: str, /) -> Sequence[PaymentKey]:
        async with self._question() as strays:
            cursor = strays.find({"payment.order_id": order_id}, {"_id": 1}).sort([("_id", 1)])
            documents = await cursor.limit(_MAX_OF_ORDER).to_list(_MAX_OF_ORDER)
        return [_key(document["_id"]) for document in documents]

    @asynccontextmanager
    async def _question(self) -> AsyncIterator[Any]:
        async with self._database.question() as orders:
            strays = beside(orders, COLLECTION)
            if not self._is_indexed:
                await strays.create_indexes(list(INDEXES))
                self._is_indexed = True
            yield strays


def _readable(documents: Sequence[Document]) -> list[StrayPayment]:
    strays = []
    for document in documents:
        try:
            strays.append(read_stray(document))
        except RecordCorrupt:
            continue
    return strays


def _key(stored: object) -> PaymentKey:
    gateway, _, payment_id = str(stored).partition("/")
    try:
        return PaymentKey(gateway=gateway, payment_id=payment_id)
    except InvalidValue as error:
        raise RecordCorrupt("recordCorrupt", field=error.field) from None


def read_stray(document: Document) -> StrayPayment:
    fields = StoredFields(document, "")
    return StrayPayment(
        payment=read_payment(fields.part("payment")),
        reason=fields.choice("reason", AlertReason),
        found_at=fields.moment("found_at"),
        told=fields.flag("told"),
    )
