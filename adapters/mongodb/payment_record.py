"""The record of payments on MongoDB: read out of their orders' documents."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.mongodb.database import Cursor, MongoDatabase
from adapters.mongodb.documents import OPEN_STATUSES, read_payment
from adapters.mongodb.stored_fields import Document, StoredFields, moment_text
from adapters.mongodb.value_fields import read_key
from domain.payment import Payment, PaymentKey, PaymentStatus
from domain.recorded_payment import RecordedPayment
from ports.errors import RecordCorrupt
from ports.payment_record import RecordedPayments

_PAGE = 500
_PAYMENTS_ONLY: Document = {"payments": 1, "settled_by": 1}
_WITH_MONEY = (PaymentStatus.PAID, PaymentStatus.PARTIALLY_CANCELLED)


class MongoPaymentRecord:
    """A `PaymentRecord` on the orders' documents.

    A walk is one cursor of the server, asked for page after page; it does not outlive the server.
    """

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def find_recorded(
        self, gateway: str, payment_ids: Sequence[str], /
    ) -> Mapping[str, RecordedPayment]:
        wanted = {f"{gateway}/{payment_id}" for payment_id in payment_ids}
        if not wanted:
            return {}
        async with self._database.question() as orders:
            cursor = orders.find({"bound": {"$in": sorted(wanted)}}, _PAYMENTS_ONLY).hint("bound")
            documents = await cursor.to_list(len(wanted))
        found = {}
        for document in documents:
            for recorded in _read(document).payments:
                key = recorded.payment.key
                if str(key) in wanted:
                    found[key.payment_id] = recorded
        return found

    async def paid_between(
        self, gateway: str, since: datetime, until: datetime, /
    ) -> AsyncIterator[RecordedPayments]:
        def is_wanted(payment: Payment) -> bool:
            paid_at = payment.paid_at
            if payment.key.gateway != gateway or paid_at is None:
                return False
            return payment.holds_money and since <= paid_at < until

        paid_at = {"$gte": moment_text(since), "$lt": moment_text(until)}
        query = {
            "payments": {
                "$elemMatch": {
                    "key.gateway": gateway,
                    "paid_at": paid_at,
                    "status": {"$in": list(_WITH_MONEY)},
                }
            }
        }
        async for documents in self._pages(query, _PAYMENTS_ONLY, "paid"):
            yield _page(documents, is_wanted)

    async def awaiting_deposit(self, gateway: str, /) -> AsyncIterator[RecordedPayments]:
        def is_wanted(payment: Payment) -> bool:
            return payment.key.gateway == gateway and payment.awaits_deposit

        async for documents in self._pages(
            {"awaits_deposit": True}, _PAYMENTS_ONLY, "awaiting", [("_id", 1)]
        ):
            yield _page(documents, is_wanted)

    async def open_orders(
        self, since: datetime, until: datetime, /
    ) -> AsyncIterator[Sequence[str]]:
        query = {
            "status": {"$in": list(OPEN_STATUSES)},
            "created_at": {"$gte": moment_text(since), "$lt": moment_text(until)},
        }
        by_age = [("created_at", 1), ("_id", 1)]
        async for documents in self._pages(query, {"_id": 1}, "open_by_age", by_age):
            yield [str(document["_id"]) for document in documents]

    async def oldest_open_order(self) -> datetime | None:
        query = {"status": {"$in": list(OPEN_STATUSES)}}
        async with self._database.question() as orders:
            cursor = orders.find(query, {"created_at": 1}).hint("open_by_age")
            documents = await cursor.sort([("created_at", 1)]).limit(1).to_list(1)
        if not documents:
            return None
        return StoredFields(documents[0], documents[0].get("_id")).moment("created_at")

    async def known_orders(self, order_ids: Sequence[str], /) -> frozenset[str]:
        # A document that only waits for its order holds tasks, and is no order yet.
        query = {"_id": {"$in": list(order_ids)}, "stub": {"$exists": False}}
        async with self._database.question() as orders:
            documents = await orders.find(query, {"_id": 1}).to_list(len(order_ids) or 1)
        return frozenset(str(document["_id"]) for document in documents)

    async def _pages(
        self,
        query: Document,
        projection: Document,
        index: str,
        order: Sequence[tuple[str, int]] = (),
    ) -> AsyncIterator[list[Document]]:
        cursor: Cursor | None = None
        while True:
            async with self._database.question() as orders:
                if cursor is None:
                    # Named, lest a planner walk all the orders to find a few.
                    cursor = orders.find(query, projection).hint(index)
                    cursor = cursor.sort(order) if order else cursor
                documents = await cursor.to_list(_PAGE)
            if not documents:
                return
            yield documents


def _page(documents: Sequence[Document], is_wanted: Any) -> RecordedPayments:
    payments: list[RecordedPayment] = []
    unreadable: list[str] = []
    for document in documents:
        found = _read(document)
        payments += [each for each in found.payments if is_wanted(each.payment)]
        unreadable += found.unreadable
    return RecordedPayments(payments=payments, unreadable=unreadable)


def _read(document: Document) -> RecordedPayments:
    """The payments of one order, or its id if one of them cannot be understood."""
    fields = StoredFields(document, document.get("_id"))
    try:
        settled_by: PaymentKey | None = fields.part_or_none("settled_by", read_key)
        payments = [read_payment(payment) for payment in fields.parts("payments")]
    except RecordCorrupt as error:
        return RecordedPayments(payments=[], unreadable=[error.order_id])
    return RecordedPayments(
        payments=[
            RecordedPayment(payment=payment, settles=payment.key == settled_by)
            for payment in payments
        ]
    )
