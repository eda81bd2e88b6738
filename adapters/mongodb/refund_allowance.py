"""The day's allowance on MongoDB: a document for each day and currency, changed only by its sum."""

from datetime import date

from pymongo.errors import DuplicateKeyError

from adapters.mongodb.database import MongoDatabase, beside
from adapters.mongodb.stored_fields import Document
from domain.money import Money

COLLECTION = "refund_allowances"


class MongoRefundAllowance:
    """A `RefundAllowance` on one collection; `_id` is the day and the currency."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def take(self, refund_id: str, amount: Money, day: date, limit: Money, /) -> bool:
        of_day = {"_id": day_id(day, amount)}
        has_taken = {**of_day, "refunds.refund_id": refund_id}
        room_minor = limit.amount_minor - amount.amount_minor
        async with self._database.question() as orders:
            allowances = beside(orders, COLLECTION)
            # The second try is for two first refunds of a day at once: one makes the document.
            for _ in range(2 if room_minor >= 0 else 0):
                try:
                    await allowances.update_one(
                        {
                            **of_day,
                            "taken_minor": {"$lte": room_minor},
                            "refunds.refund_id": {"$ne": refund_id},
                        },
                        taking(refund_id, amount),
                        upsert=True,
                    )
                except DuplicateKeyError:
                    continue  # the day has its document, and it is full or has the refund
                return True
            return await allowances.find_one(has_taken, {}) is not None


def day_id(day: date, amount: Money) -> str:
    """The document that counts refunds of that day and currency."""
    return f"{day.isoformat()}/{amount.currency_code}"


def taking(refund_id: str, amount: Money) -> Document:
    """The change that counts the refund."""
    entry = {"refund_id": refund_id, "amount_minor": amount.amount_minor}
    return {"$inc": {"taken_minor": amount.amount_minor}, "$push": {"refunds": entry}}
