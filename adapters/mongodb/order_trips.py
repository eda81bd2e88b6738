"""Single orders' documents read and written together, each caller with its own result.

Theory of operation. Each document is found by its id, and each write's filter decides alone, so
nothing depends on who travels with whom. The server says which of several writes failed and how
many matched, but not which: unless all did, each that has not failed is in doubt, and its caller
looks for its stamp, as after a lost reply.

On a sharded cluster each goes alone: together they would need several shards, and one that is away
would take the orders of the others with it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from pymongo import UpdateOne
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    WriteConcernError,
    WriteError,
)

from adapters.mongodb.round_trips import Answer, Asked, RoundTrips
from adapters.mongodb.stored_fields import Document

_DUPLICATE_KEY = 11_000


class OrderDocuments(Protocol):
    """The collection of orders, as far as single ones are read and written here."""

    async def find_one(self, query: Document, projection: Document, /) -> Document | None: ...
    def find(self, query: Document, projection: Document, /) -> Any: ...
    async def update_one(
        self, query: Document, change: Document, /, *, upsert: bool = False
    ) -> Any: ...
    async def bulk_write(self, writes: Sequence[UpdateOne], /, *, ordered: bool) -> Any: ...


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """Which fields of a document are wanted. Made once: who wants the same names the same value."""

    projection: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A change of the one document that the query finds, or of a new one if it may be made."""

    query: Document
    change: Document
    upsert: bool = False


class OrderTrips:
    """The documents of one collection; `apart` says, when asked, that each has to go alone."""

    def __init__(self, orders: OrderDocuments, *, apart: Callable[[], bool]) -> None:
        self._orders = orders
        self._apart = apart
        self._reads: dict[Fields, RoundTrips[str, Document | None]] = {}
        self._writes: RoundTrips[Write, bool | None] = RoundTrips(self._write, self._write_together)

    async def find(self, order_id: str, fields: Fields) -> Document | None:
        """Those fields of the document of that id, as they are now, or None."""
        if self._apart():
            return await self._find(fields, order_id)
        return await self._finding(fields)(order_id)

    async def write(self, write: Write) -> bool | None:
        """Whether the write found its document or made it; None if that has to be looked up.

        Raises what the driver would for this write alone; after an error that is not
        `DuplicateKeyError` it may or may not have happened.
        """
        return await (self._write(write) if self._apart() else self._writes(write))

    async def end(self) -> None:
        """Returns when all that was begun before is answered."""
        await asyncio.gather(self._writes.end(), *(reads.end() for reads in self._reads.values()))

    def _finding(self, fields: Fields) -> RoundTrips[str, Document | None]:
        """The trips of those who want the same fields."""
        if fields not in self._reads:
            self._reads[fields] = RoundTrips(
                partial(self._find, fields), partial(self._find_together, fields)
            )
        return self._reads[fields]

    async def _find(self, fields: Fields, order_id: str) -> Document | None:
        return await self._orders.find_one({"_id": order_id}, fields.projection)

    async def _find_together(
        self, fields: Fields, order_ids: Sequence[str]
    ) -> Sequence[Document | Exception | None]:
        query = {"_id": {"$in": list(order_ids)}}
        try:
            documents = await self._orders.find(query, fields.projection).to_list(len(order_ids))
        except ConnectionFailure:
            raise
        except Exception:  # noqa: BLE001 - perhaps one of them alone cannot be read
            return await _each_alone(partial(self._find, fields), order_ids)
        found = {document["_id"]: document for document in documents}
        return [found.get(order_id) for order_id in order_ids]

    async def _write(self, write: Write) -> bool | None:
        result = await self._orders.update_one(write.query, write.change, upsert=write.upsert)
        return bool(result.matched_count or result.upserted_id is not None)

    async def _write_together(self, writes: Sequence[Write]) -> Sequence[bool | Exception | None]:
        updates = [UpdateOne(each.query, each.change, upsert=each.upsert) for each in writes]
        try:
            result = await self._orders.bulk_write(updates, ordered=False)
        except BulkWriteError as error:
            return _results(error.details, len(writes))
        except ConnectionFailure:
            raise
        except Exception:  # noqa: BLE001 - perhaps one of them alone cannot be written
            # Perhaps some are written already, and then match no more.
            alone = await _each_alone(self._write, writes)
            return [each or None if isinstance(each, bool) else each for each in alone]
        return _results(result.bulk_api_result, len(writes))


async def _each_alone(
    ask: Callable[[Asked], Awaitable[Answer]], asked: Sequence[Asked]
) -> Sequence[Answer | Exception]:
    async def answer(each: Asked) -> Answer | Exception:
        try:
            return await ask(each)
        except Exception as error:  # noqa: BLE001 - it is the caller's
            return error

    return await asyncio.gather(*map(answer, asked))


def _results(told: Mapping[str, Any], count: int) -> Sequence[bool | Exception | None]:
    """What became of each of so many writes that went together, as far as the server tells."""
    failed = {error["index"]: _own_error(error) for error in told["writeErrors"]}
    rest: bool | Exception | None = None
    if told["writeConcernErrors"]:
        rest = WriteConcernError("not replicated")
    elif told["nMatched"] + told["nUpserted"] == count - len(failed):
        rest = True
    return [failed.get(index, rest) for index in range(count)]


def _own_error(error: Document) -> Exception:
    kind = DuplicateKeyError if error["code"] == _DUPLICATE_KEY else WriteError
    return kind("not written", error["code"])
