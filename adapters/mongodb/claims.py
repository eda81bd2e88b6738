"""Which order each payment is claimed for, where no unique index can say it: on a sharded cluster.

One document a payment, whose `_id` is its key, written before the order that lists it and never
changed. So two orders cannot list one payment, whatever fails in between. A claim whose order is
then not written is found again by that order's next try, and refuses any other order: a gateway
that names first one order and then another for one payment is not believed twice.
"""

from pymongo.errors import DuplicateKeyError

from adapters.mongodb.database import Collection, beside
from adapters.mongodb.documents import SCHEMA
from domain.order import Order

_CLAIMS = "claims"


async def claim_before_insert(orders: Collection, order: Order) -> None:
    """Claims the payments of an order that is not stored yet; see `_claim`."""
    if order.payments:
        stored = await orders.find_one({"_id": order.order_id}, {"stub": 1})
        if stored is None or "stub" in stored:
            await _claim(orders, order)


async def claim_before_replace(orders: Collection, order: Order) -> None:
    """Claims the payments of an order whose version before is stored; see `_claim`."""
    if order.payments:
        before = {"_id": order.order_id, "version": order.version - 1}
        if await orders.find_one(before, {"version": 1}) is not None:
            await _claim(orders, order)


async def _claim(orders: Collection, order: Order) -> None:
    """Claims all of the order's payments for it; `DuplicateKeyError` if one is another's.

    None is claimed then, unless two orders reach for several at the same moment.
    """
    keys = [str(payment.key) for payment in order.payments]
    claims = beside(orders, _CLAIMS)
    for is_last in (False, True):
        found = await claims.find({"_id": {"$in": keys}}, {"order_id": 1}).to_list(len(keys))
        owners = {each["_id"]: each["order_id"] for each in found}
        if any(owner != order.order_id for owner in owners.values()):
            raise DuplicateKeyError("claimed by another order")
        try:
            for key in keys:
                if key not in owners:
                    await claims.update_one(
                        {"_id": key, "order_id": order.order_id},
                        {"$setOnInsert": {"schema": SCHEMA}},
                        upsert=True,
                    )
        except DuplicateKeyError:
            # Somebody else was quicker: perhaps another try for this very order.
            if is_last:
                raise
        else:
            return
