"""Each of those that travel together gets what the server says of it, and no more than that."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from bson.errors import InvalidBSON
from pymongo import UpdateOne
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DocumentTooLarge,
    DuplicateKeyError,
    WriteConcernError,
    WriteError,
)
from pymongo.results import BulkWriteResult, UpdateResult

from adapters.mongodb.order_trips import Fields, OrderTrips, Write
from adapters.mongodb.stored_fields import Document

FIELDS = Fields({"version": 1})


class Cursor:
    def __init__(self, documents: list[Document] | Exception) -> None:
        self.documents = documents

    async def to_list(self, _length: int) -> list[Document]:
        if isinstance(self.documents, Exception):
            raise self.documents
        return self.documents


class Orders:
    """Says of writes together what it is told to; `poison` is what fails alone, by id."""

    def __init__(self) -> None:
        self.documents = {order_id: {"_id": order_id} for order_id in "abc"}
        self.calls: list[str] = []
        self.told: dict[str, Any] = {}
        self.error: Exception | None = None
        self.poison: dict[str, Exception] = {}
        self.matched = 1

    async def find_one(self, query: Document, _projection: Document) -> Document | None:
        self.calls.append("find_one")
        if error := self.poison.get(query["_id"]):
            raise error
        return self.documents.get(query["_id"])

    def find(self, query: Document, _projection: Document) -> Cursor:
        self.calls.append("find")
        wanted = query["_id"]["$in"]
        return Cursor(
            self.error or [self.documents[each] for each in self.documents if each in wanted]
        )

    async def update_one(
        self, query: Document, _change: Document, *, upsert: bool = False
    ) -> UpdateResult:
        self.calls.append("update_one")
        if error := self.poison.get(query["_id"]):
            raise error
        raw = {"n": self.matched, "upserted": "new"} if upsert else {"n": self.matched}
        return UpdateResult(raw, acknowledged=True)

    async def bulk_write(self, writes: Sequence[UpdateOne], *, ordered: bool) -> BulkWriteResult:
        assert not ordered
        self.calls.append("bulk_write")
        nothing = {"nMatched": 0, "nUpserted": 0, "writeErrors": [], "writeConcernErrors": []}
        result = {**nothing, "nMatched": len(writes), **self.told}
        if self.error:
            raise self.error
        if result["writeErrors"] or result["writeConcernErrors"]:
            raise BulkWriteError(result)
        return BulkWriteResult(result, acknowledged=True)


@pytest.fixture
def orders() -> Orders:
    return Orders()


def trips(orders: Orders, *, apart: bool = False) -> OrderTrips:
    return OrderTrips(orders, apart=lambda: apart)


async def find(orders: Orders, *order_ids: str, apart: bool = False) -> list[Any]:
    way = trips(orders, apart=apart)
    asked = (way.find(each, FIELDS) for each in order_ids)
    return await asyncio.gather(*asked, return_exceptions=True)


async def write(orders: Orders, *order_ids: str, apart: bool = False) -> list[Any]:
    way = trips(orders, apart=apart)
    asked = (way.write(Write(query={"_id": each}, change={})) for each in order_ids)
    return await asyncio.gather(*asked, return_exceptions=True)


def failure(index: int, code: int) -> dict[str, Any]:
    return {"index": index, "code": code, "errmsg": "quotes data"}


async def test_each_reader_gets_its_own_document(orders: Orders) -> None:
    found = await find(orders, "c", "missing", "a", "c")

    assert found == [{"_id": "c"}, None, {"_id": "a"}, {"_id": "c"}]
    assert orders.calls == ["find"]


async def test_other_fields_are_other_trips(orders: Orders) -> None:
    way = trips(orders)

    await asyncio.gather(way.find("a", FIELDS), way.find("a", Fields({})))

    assert orders.calls == ["find_one", "find_one"]


async def test_one_that_cannot_be_read_harms_no_other(orders: Orders) -> None:
    orders.error = orders.poison["b"] = InvalidBSON("quotes data")

    found = await find(orders, "a", "b", "c")

    assert found == [{"_id": "a"}, orders.poison["b"], {"_id": "c"}]
    assert orders.calls == ["find", "find_one", "find_one", "find_one"]


async def test_a_lost_connection_is_told_to_all_without_asking_again(orders: Orders) -> None:
    orders.error = AutoReconnect("away")

    assert await find(orders, "a", "b") == [orders.error] * 2
    assert await write(orders, "a", "b") == [orders.error] * 2
    assert orders.calls == ["find", "bulk_write"]


async def test_when_all_matched_all_are_written(orders: Orders) -> None:
    assert await write(orders, "a", "b") == [True, True]
    assert orders.calls == ["bulk_write"]


async def test_one_made_anew_is_written_too(orders: Orders) -> None:
    orders.told = {"nMatched": 1, "nUpserted": 1}

    assert await write(orders, "a", "b") == [True, True]


async def test_when_one_has_not_matched_all_are_in_doubt(orders: Orders) -> None:
    orders.told = {"nMatched": 2}

    assert await write(orders, "a", "b", "c") == [None, None, None]


async def test_a_failed_write_is_its_own_callers(orders: Orders) -> None:
    orders.told = {"nMatched": 1, "writeErrors": [failure(0, 11000), failure(2, 2)]}

    duplicate, written, refused = await write(orders, "a", "b", "c")

    assert (type(duplicate), written, type(refused)) == (DuplicateKeyError, True, WriteError)
    assert "quotes data" not in f"{duplicate} {refused}"


async def test_a_failed_write_beside_one_that_has_not_matched(orders: Orders) -> None:
    orders.told = {"nMatched": 1, "writeErrors": [failure(1, 11000)]}

    first, duplicate, third = await write(orders, "a", "b", "c")

    assert (first, type(duplicate), third) == (None, DuplicateKeyError, None)


async def test_what_is_not_replicated_is_unknown_to_all_that_have_not_failed(
    orders: Orders,
) -> None:
    orders.told = {
        "writeErrors": [failure(0, 11000)],
        "writeConcernErrors": [{"code": 64, "errmsg": "waiting for replication timed out"}],
    }

    told = await write(orders, "a", "b")

    assert [type(each) for each in told] == [DuplicateKeyError, WriteConcernError]


async def test_one_that_cannot_be_written_harms_no_other(orders: Orders) -> None:
    orders.error = orders.poison["b"] = DocumentTooLarge("quotes data")

    assert await write(orders, "a", "b") == [True, orders.poison["b"]]
    assert orders.calls == ["bulk_write", "update_one", "update_one"]


async def test_a_write_made_twice_that_matches_no_more_is_in_doubt(orders: Orders) -> None:
    orders.error = OverflowError()
    orders.matched = 0

    assert await write(orders, "a", "b") == [None, None]


async def test_one_alone_is_told_exactly(orders: Orders) -> None:
    assert await write(orders, "a") == [True]
    orders.matched = 0
    assert await write(orders, "a") == [False]
    new = Write(query={"_id": "d"}, change={}, upsert=True)
    assert await trips(orders).write(new) is True
    assert orders.calls == ["update_one"] * 3


async def test_each_goes_alone_where_shards_can_be_away(orders: Orders) -> None:
    assert await find(orders, "a", "b", apart=True) == [{"_id": "a"}, {"_id": "b"}]
    assert await write(orders, "a", "b", apart=True) == [True, True]
    assert orders.calls == ["find_one"] * 2 + ["update_one"] * 2
