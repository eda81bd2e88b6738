"""Shelves of the small collections: a document a record, to be carried from store to store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from adapters.mongodb.database import MongoDatabase, beside, new_stamp
from adapters.mongodb.documents import SCHEMA, payment_fields
from adapters.mongodb.operator_log import ACTIONS as OPERATOR_ACTIONS
from adapters.mongodb.operator_log import action_fields, read_action
from adapters.mongodb.seen_webhooks import COLLECTION as SEEN
from adapters.mongodb.seen_webhooks import read_seen, seen_fields, seen_identity
from adapters.mongodb.stored_fields import Document, StoredFields, moment_text
from adapters.mongodb.stray_payments import COLLECTION as STRAY_PAYMENTS
from adapters.mongodb.stray_payments import read_stray
from adapters.mongodb.sweep_log import CURSORS, NEVER, REPORTS, read_report, report_fields
from ports.errors import RecordCorrupt
from ports.operator_log import OperatorAction
from ports.record_shelf import Page
from ports.seen_webhooks import SeenWebhook
from ports.stray_payments import StrayPayment
from ports.sweep_log import SweepReport
from ports.sweep_state import SweepState

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[Record]):
    """One kind of record: its collection, what finds it there, and how it becomes a document."""

    collection: str
    identity: Callable[[Record], Document]
    fields: Callable[[Record], Document]
    read: Callable[[Document], Record]
    name: Callable[[Record], str]


class MongoShelf(Generic[Record]):
    """A `RecordShelf` of one small collection."""

    def __init__(self, database: MongoDatabase, kind: Kind[Record]) -> None:
        self._database = database
        self._kind = kind

    async def count(self) -> int:
        async with self._database.question() as orders:
            return int(await beside(orders, self._kind.collection).count_documents({}))

    async def page(self, after: str, limit: int, /) -> Page[Record]:
        async with self._database.question() as orders:
            found = beside(orders, self._kind.collection).find({"_id": {"$gt": after}}, {})
            documents = await found.sort([("_id", 1)]).limit(limit).to_list(limit)
        records: list[Record] = []
        unreadable: list[str] = []
        for document in documents:
            try:
                records.append(self._kind.read(document))
            except RecordCorrupt as error:
                unreadable.append(f"{document['_id']} ({error.field})")
        is_last = len(documents) < limit
        return Page(
            records=records,
            unreadable=unreadable,
            after=None if is_last else str(documents[-1]["_id"]),
        )

    async def find(self, records: Sequence[Record], /) -> Sequence[Record | None]:
        async with self._database.question() as orders:
            collection = beside(orders, self._kind.collection)
            return [await self._look_up(collection, each) for each in records]

    async def put(self, records: Sequence[Record], /) -> None:
        for each in records:
            async with self._database.question() as orders:
                await beside(orders, self._kind.collection).update_one(
                    self._kind.identity(each),
                    {"$setOnInsert": {"schema": SCHEMA, **self._kind.fields(each)}},
                    upsert=True,
                )

    def name(self, record: Record, /) -> str:
        return self._kind.name(record)

    async def _look_up(self, collection: Any, record: Record) -> Record | None:
        document = await collection.find_one(self._kind.identity(record), {})
        try:
            return None if document is None else self._kind.read(document)
        except RecordCorrupt:
            return None


def _stray_fields(stray: StrayPayment) -> Document:
    return {
        "payment": payment_fields(stray.payment),
        "reason": stray.reason.value,
        "found_at": moment_text(stray.found_at),
        "told": stray.told,
    }


def _state_fields(state: SweepState) -> Document:
    return {
        "cursor": state.cursor and moment_text(state.cursor),
        "token": state.token,
        "lease_until": moment_text(state.lease_until) if state.lease_until else NEVER,
        "ended_at": moment_text(state.ended_at) if state.ended_at else NEVER,
    }


def _read_state(document: Document) -> SweepState:
    fields = StoredFields(document, "")

    def moment(name: str) -> datetime | None:
        return None if fields.text(name) == NEVER else fields.moment(name)

    return SweepState(
        gateway=fields.text("_id"),
        cursor=fields.moment_or_none("cursor"),
        token=fields.text_or_none("token"),
        lease_until=moment("lease_until"),
        ended_at=moment("ended_at"),
    )


def _report_identity(report: SweepReport) -> Document:
    began_at = moment_text(report.began_at)
    return {"gateway": report.gateway, "by": report.by, "began_at": began_at}


def _report_rest(report: SweepReport) -> Document:
    identity = _report_identity(report)
    fields = report_fields(report) | {"_id": new_stamp()}
    return {name: value for name, value in fields.items() if name not in identity}


STRAYS: Kind[StrayPayment] = Kind(
    collection=STRAY_PAYMENTS,
    identity=lambda stray: {"_id": str(stray.payment.key)},
    fields=_stray_fields,
    read=read_stray,
    name=lambda stray: str(stray.payment.key),
)
SWEEP_STATES: Kind[SweepState] = Kind(
    collection=CURSORS,
    identity=lambda state: {"_id": state.gateway},
    fields=_state_fields,
    read=_read_state,
    name=lambda state: state.gateway,
)
SWEEPS: Kind[SweepReport] = Kind(
    collection=REPORTS,
    identity=_report_identity,
    fields=_report_rest,
    read=read_report,
    name=lambda report: f"{report.gateway}, by {report.by} at {report.began_at}",
)
ACTIONS: Kind[OperatorAction] = Kind(
    collection=OPERATOR_ACTIONS,
    identity=lambda action: {"_id": action.action_id},
    fields=action_fields,
    read=read_action,
    name=lambda action: action.action_id,
)
SEEN_WEBHOOKS: Kind[SeenWebhook] = Kind(
    collection=SEEN,
    identity=seen_identity,
    fields=seen_fields,
    read=read_seen,
    name=lambda webhook: f"{webhook.gateway}/{webhook.delivery_id}",
)
