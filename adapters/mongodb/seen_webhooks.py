"""Webhooks that were dealt with, on MongoDB: a document each, in a collection of their own."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from adapters.mongodb.database import Collection, MongoDatabase, beside
from adapters.mongodb.documents import SCHEMA
from adapters.mongodb.stored_fields import Document, StoredFields, moment_text
from domain.errors import InvalidValue
from ports.errors import RecordCorrupt
from ports.seen_webhooks import SeenWebhook

COLLECTION = "seen_webhooks"

# finds those to be forgotten; no TTL index, whose clock would be the server's
INDEXES = (IndexModel([("seen_at", 1)], name="by_age"),)


class MongoSeenWebhooks:
    """`SeenWebhooks` on one collection; `_id` is the gateway and the message's id."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._is_indexed = False

    async def has_seen(self, gateway: str, delivery_id: str, /) -> bool:
        async with self._database.question() as orders:
            seen = beside(orders, COLLECTION)
            return await seen.find_one({"_id": f"{gateway}/{delivery_id}"}, {}) is not None

    async def mark_seen(self, webhook: SeenWebhook, forget_before: datetime, /) -> None:
        async with self._database.question() as orders:
            seen = await self._seen(orders)
            with suppress(DuplicateKeyError):  # two tries of one message at once
                await seen.update_one(
                    seen_identity(webhook), {"$setOnInsert": seen_fields(webhook)}, upsert=True
                )
            await seen.delete_many({"seen_at": {"$lt": moment_text(forget_before)}})

    async def _seen(self, orders: Collection) -> Any:
        seen = beside(orders, COLLECTION)
        if not self._is_indexed:
            await seen.create_indexes(list(INDEXES))
            self._is_indexed = True
        return seen


def seen_identity(webhook: SeenWebhook) -> Document:
    return {"_id": f"{webhook.gateway}/{webhook.delivery_id}"}


def seen_fields(webhook: SeenWebhook) -> Document:
    return {"seen_at": moment_text(webhook.seen_at), "schema": SCHEMA}


def read_seen(document: Document) -> SeenWebhook:
    fields = StoredFields(document, "")
    gateway, _, delivery_id = fields.text("_id").partition("/")
    try:
        return SeenWebhook(
            gateway=gateway, delivery_id=delivery_id, seen_at=fields.moment("seen_at")
        )
    except InvalidValue as error:
        raise RecordCorrupt("recordCorrupt", field=error.field) from None
