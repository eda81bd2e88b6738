"""The day's allowance on MongoDB: a document for each day and currency, changed only by its sum."""

from datetime import date

from pymongo.errors import DuplicateKeyError

from adapters.mongodb.database import MongoDatabase, beside
from domain.money import Money

_COLLECTION = "refund_allowances"


class MongoRefundAllowance:
    """A `RefundAllowance` on one collection; `_id` is the day and the currency."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def take(self, refund_id: str, amount: Money, day: date, limit: Money, /) -> bool:
        of_day = {"_id": f"{day.isoformat()}/{amount.currency_code}"}
        room_minor = limit.amount_minor - amount.amount_minor
        async with self._database.question() as orders:
            allowances = beside(orders, _COLLECTION)
            # The second try is for two first refunds of a day at once: one makes the document.
            for _ in range(2 if room_minor >= 0 else 0):
                try:
                    await allowances.update_one(
                        {
                            **of_day,
                            "taken_minor": {"$lte": room_minor},
                            "refunds": {"$ne": refund_id},
                        },
                        {
                            "$inc": {"taken_minor": amount.amount_minor},
                            "$push": {"refunds": refund_id},
                        },
                        upsert=True,
                    )
                except DuplicateKeyError:
                    continue  # the day has its document, and it is full or has the refund
                return True
            return await allowances.find_one({**of_day, "refunds": refund_id}, {}) is not None
