"""What the operator's board asks of the orders' documents, as stages of an aggregation."""

from collections.abc import Iterator
from typing import Any

from adapters.mongodb.stored_fields import Document, moment_text
from domain.outcome import OutcomeKind
from domain.payment import HOLDS_MONEY, PaymentStatus
from ports.order_board import Place, TakingsKind

_MONEY = [status.value for status in HOLDS_MONEY]
_CAME_IN = [*_MONEY, PaymentStatus.CANCELLED.value]
# When a payment was made that does not say it.
_UNTOLD = "1970-01-01T00:00:00.000000+00:00"
_OF_ORDER: Document = {"status": 1, "name": 1, "customer": 1}
_HOUR_DIGITS = 13  # of a time as text: 2026-11-27T09

# Each gives one row for a verdict or a payment: `at`, `n` and `key` besides the order's fields.
FORGERIES: list[Document] = [
    {"$match": {"history.outcome": OutcomeKind.FORGED.value}},
    {"$project": {**_OF_ORDER, "amount": 1, "history": 1}},
    {"$unwind": "$history"},
    {"$match": {"history.outcome": OutcomeKind.FORGED.value}},
    {
        "$project": {
            **_OF_ORDER,
            "amount": 1,
            "at": "$history.at",
            "n": "$history.version",
            "key": "$history.key",
        }
    },
]
_IS_SURPLUS: Document = {
    "$and": [
        {"$in": ["$payments.status", _MONEY]},
        {"$ne": [{"$ifNull": ["$settled_by", None]}, None]},
        {"$ne": ["$payments.key", "$settled_by"]},
    ]
}
_LEFT: Document = {
    "$subtract": ["$payments.total.amount_minor", "$payments.cancelled.amount_minor"]
}
SURPLUSES: list[Document] = [
    {"$match": {"has_surplus": True}},
    {"$project": {**_OF_ORDER, "payments": 1, "settled_by": 1}},
    {"$unwind": {"path": "$payments", "includeArrayIndex": "n"}},
    {
        "$project": {
            **_OF_ORDER,
            "amount": {"amount_minor": _LEFT, "currency": "$payments.total.currency"},
            "at": {"$ifNull": ["$payments.paid_at", _UNTOLD]},
            "n": 1,
            "key": "$payments.key",
            "is_surplus": _IS_SURPLUS,
        }
    },
    {"$match": {"is_surplus": True}},
]


def line_fields() -> Document:
    """What a line of an order's own shows."""
    return {**_OF_ORDER, "amount": 1, "created_at": 1}


def place_before(after: Place, at_field: str, ordinal: str | None = None) -> Document:
    """What follows that place in a list that begins with the newest."""
    at = moment_text(after.at)
    ties: list[Document] = [{at_field: {"$lt": at}}, {"_id": {"$lt": after.order_id}}]
    if ordinal is not None:
        ties.append({"_id": after.order_id, ordinal: {"$lt": after.ordinal}})
    # The first bounds the index; the others settle ties.
    return {at_field: {"$lte": at}, "$or": ties}


def paid_within(window: Document) -> list[Document]:
    """Sums of the payments that came in then: by hour, currency, and what became of them."""
    return [
        {"$match": {"payments.paid_at": window}},
        {"$project": {"payments": 1, "settled_by": 1}},
        {"$unwind": "$payments"},
        {
            "$match": {
                "payments.paid_at": window,
                "payments.status": {"$in": _CAME_IN},
                "payments.total.amount_minor": {"$gte": 0},
                "payments.cancelled.amount_minor": {"$gte": 0},
            }
        },
        {
            "$project": {
                "hour": {"$substr": ["$payments.paid_at", 0, _HOUR_DIGITS]},
                "currency": "$payments.total.currency",
                "total": "$payments.total.amount_minor",
                "cancelled": "$payments.cancelled.amount_minor",
                "is_refunded": {"$gt": ["$payments.cancelled.amount_minor", 0]},
                "is_surplus": _IS_SURPLUS,
            }
        },
        _summed("is_refunded", "is_surplus", total="$total", cancelled="$cancelled"),
    ]


def forged_within(window: Document) -> list[Document]:
    """Sums of the forgeries refused then, by hour and currency of their orders."""
    forged = {"outcome": OutcomeKind.FORGED.value, "at": window}
    return [
        {"$match": {"history": {"$elemMatch": forged}}},
        {"$project": {"history": 1, "amount": 1}},
        {"$unwind": "$history"},
        {"$match": {"history.outcome": OutcomeKind.FORGED.value, "history.at": window}},
        {
            "$project": {
                "hour": {"$substr": ["$history.at", 0, _HOUR_DIGITS]},
                "currency": "$amount.currency",
                "total": "$amount.amount_minor",
            }
        },
        _summed(total="$total"),
    ]


def shares_of(row: Document) -> Iterator[tuple[TakingsKind, int, int]]:
    """What one row of sums adds: kind, count and amount."""
    by, count, total = row["_id"], int(row["count"]), int(row["total"])
    if "is_surplus" not in by:
        yield TakingsKind.FORGED, count, total
        return
    cancelled = int(row["cancelled"])
    yield TakingsKind.PAID, count, total
    if by["is_refunded"]:
        yield TakingsKind.REFUNDED, count, cancelled
    if by["is_surplus"]:
        yield TakingsKind.SURPLUS, count, total - cancelled


def _summed(*flags: str, **sums: str) -> Document:
    by: dict[str, Any] = {name: f"${name}" for name in ("hour", "currency", *flags)}
    added = {name: {"$sum": value} for name, value in sums.items()}
    return {"$group": {"_id": by, "count": {"$sum": 1}, **added}}
