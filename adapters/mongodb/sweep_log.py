"""The log of sweeps on MongoDB: a document a gateway, and one a report."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from adapters.mongodb.database import Collection, MongoDatabase, beside, new_stamp
from adapters.mongodb.documents import SCHEMA
from adapters.mongodb.stored_fields import Document, StoredFields, moment_text
from ports.errors import RecordCorrupt
from ports.sweep_log import SweepLease, SweepReport

CURSORS = "sweep_cursors"
REPORTS = "sweeps"
# Before any time that is written down: text sorts by time.
NEVER = ""

# lists the newest reports, and forgets the oldest
INDEXES = (IndexModel([("ended_at", -1), ("_id", -1)], name="by_end"),)


class MongoSweepLog:
    """A `SweepLog` on two small collections."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._is_indexed = False

    async def begin(
        self, gateway: str, now: datetime, lease_until: datetime, ended_by: datetime, /
    ) -> SweepLease | None:
        token = new_stamp()
        free = {
            "_id": gateway,
            "lease_until": {"$lte": moment_text(now)},
            "ended_at": {"$lte": moment_text(ended_by)},
        }
        lent = {"$set": {"token": token, "lease_until": moment_text(lease_until)}}
        never_swept = {"lease_until": NEVER, "ended_at": NEVER, "cursor": None, "schema": SCHEMA}
        async with self._database.question() as orders:
            cursors = beside(orders, CURSORS)
            if not (await cursors.update_one(free, lent)).matched_count:
                with suppress(DuplicateKeyError):  # two first sweeps at once
                    await cursors.update_one(
                        {"_id": gateway}, {"$setOnInsert": never_swept}, upsert=True
                    )
                await cursors.update_one(free, lent)
            stored = await cursors.find_one({"_id": gateway}, {})
        fields = StoredFields(stored, gateway)
        if fields.text_or_none("token") != token:
            return None
        return SweepLease(gateway=gateway, token=token, cursor=fields.moment_or_none("cursor"))

    async def advance(self, lease: SweepLease, cursor: datetime | None, until: datetime, /) -> bool:
        moved = {} if cursor is None else {"cursor": moment_text(cursor)}
        return await self._change(lease, {"$set": {"lease_until": moment_text(until), **moved}})

    async def end(self, lease: SweepLease, now: datetime, /) -> bool:
        return await self._change(
            lease,
            {"$set": {"token": None, "lease_until": NEVER, "ended_at": moment_text(now)}},
        )

    async def add_report(self, report: SweepReport, forget_before: datetime, /) -> None:
        async with self._database.question() as orders:
            reports = await self._reports(orders)
            # A stamp as the id, so that a lost reply does not write it twice.
            await reports.update_one(
                {"_id": new_stamp()}, {"$setOnInsert": report_fields(report)}, upsert=True
            )
            await reports.delete_many({"ended_at": {"$lt": moment_text(forget_before)}})

    async def latest(self, limit: int, /) -> Sequence[SweepReport]:
        async with self._database.question() as orders:
            reports = await self._reports(orders)
            newest_first = reports.find({}, {}).sort([("ended_at", -1), ("_id", -1)])
            documents = await newest_first.limit(limit).to_list(limit)
        found = []
        for document in documents:
            try:
                found.append(read_report(document))
            except RecordCorrupt:
                continue
        return found

    async def _change(self, lease: SweepLease, change: Document) -> bool:
        held = {"_id": lease.gateway, "token": lease.token}
        async with self._database.question() as orders:
            return bool((await beside(orders, CURSORS).update_one(held, change)).matched_count)

    async def _reports(self, orders: Collection) -> Any:
        reports = beside(orders, REPORTS)
        if not self._is_indexed:
            await reports.create_indexes(list(INDEXES))
            self._is_indexed = True
        return reports


def report_fields(report: SweepReport) -> Document:
    return {
        "schema": SCHEMA,
        "gateway": report.gateway,
        "by": report.by,
        "since": moment_text(report.since),
        "until": moment_text(report.until),
        "began_at": moment_text(report.began_at),
        "ended_at": moment_text(report.ended_at),
        "pages": report.pages,
        "payments": report.payments,
        "questions": report.questions,
        "found": [{"kind": kind, "times": times} for kind, times in report.found.items()],
        "stopped": report.stopped,
    }


def read_report(document: Document) -> SweepReport:
    fields = StoredFields(document, "")
    return SweepReport(
        gateway=fields.text("gateway"),
        by=fields.text("by"),
        since=fields.moment("since"),
        until=fields.moment("until"),
        began_at=fields.moment("began_at"),
        ended_at=fields.moment("ended_at"),
        pages=fields.whole("pages"),
        payments=fields.whole("payments"),
        questions=fields.whole("questions"),
        found={each.text("kind"): each.whole("times") for each in fields.parts("found")},
        stopped=fields.text("stopped"),
    )
