"""What this server proves. What the adapter relies on must hold; the rest is told, loudly."""

from collections.abc import Callable
from itertools import product
from random import Random
from typing import Any

import pytest
from pymongo import UpdateOne
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    DuplicateKeyError,
    OperationFailure,
)
from pymongo.write_concern import WriteConcern

from adapters.mongodb.layout import indexes
from domain.tasks import TaskKind
from tests.integration.mongodb.conftest import RawDatabase
from tests.support.mongodb_server import MongoServer


def inserts_an_id_once(raw: RawDatabase) -> bool:
    raw.orders.insert_one({"_id": "a"})
    return _collides(lambda: raw.orders.insert_one({"_id": "a"}))


def an_upsert_that_matches_nothing_collides(raw: RawDatabase) -> bool:
    raw.orders.insert_one({"_id": "a", "n": 1})
    upsert = lambda: raw.orders.update_one({"_id": "a", "n": 2}, {"$set": {"n": 3}}, upsert=True)  # noqa: E731
    return _collides(upsert) and raw.orders.find_one({"_id": "a"}) == {"_id": "a", "n": 1}


def an_update_that_matches_nothing_changes_nothing(raw: RawDatabase) -> bool:
    raw.orders.insert_one({"_id": "a", "n": 1})
    result = raw.orders.update_one({"_id": "a", "n": 2}, {"$set": {"n": 3}})
    return result.matched_count == 0 and raw.orders.find_one() == {"_id": "a", "n": 1}


def updates_together_are_all_tried_and_tell_failures_by_index(raw: RawDatabase) -> bool:
    raw.orders.insert_many([{"_id": each, "n": 1} for each in "abc"])
    step = {"$set": {"n": 2}}
    updates = [
        UpdateOne({"_id": "a", "n": 1}, step),
        UpdateOne({"_id": "b", "n": 7}, step, upsert=True),
        UpdateOne({"_id": "a", "n": 1}, step),
        UpdateOne({"_id": "c", "n": 1}, step),
    ]
    with pytest.raises(BulkWriteError) as caught:
        raw.orders.bulk_write(updates, ordered=False)
    told = caught.value.details
    failed = [(each["index"], each["code"]) for each in told["writeErrors"]]
    return (failed, told["nMatched"]) == ([(1, 11000)], 2)


def an_element_is_unique_over_arrays(raw: RawDatabase) -> bool:
    raw.orders.create_index("bound", unique=True)
    raw.orders.insert_many([{"_id": "a", "bound": ["1", "2"]}, {"_id": "b", "bound": ["3"]}])
    add = {"$addToSet": {"bound": {"$each": ["3", "2"]}}, "$set": {"n": 1}}
    collides = _collides(lambda: raw.orders.update_one({"_id": "b"}, add))
    return collides and raw.orders.find_one({"_id": "b"}) == {"_id": "b", "bound": ["3"]}


def a_push_keeps_the_last(raw: RawDatabase) -> bool:
    raw.orders.insert_one({"_id": "a", "writes": [1, 2]})
    raw.orders.update_one({"_id": "a"}, {"$push": {"writes": {"$each": [3], "$slice": -2}}})
    return raw.orders.find_one() == {"_id": "a", "writes": [2, 3]}


def a_minimum_is_set_where_none_was(raw: RawDatabase) -> bool:
    raw.orders.insert_one({"_id": "a", "due": "2"})
    for step in ({"$unset": {"due": ""}}, {"$min": {"due": "5"}}, {"$min": {"due": "7"}}):
        raw.orders.update_one({"_id": "a"}, step)
    return raw.orders.find_one() == {"_id": "a", "due": "5"}


def a_place_in_a_list_is_looked_at(raw: RawDatabase) -> bool:
    raw.orders.insert_one({"_id": "a", "tasks": [1, 2]})
    found = [raw.orders.count_documents({f"tasks.{n}": {"$exists": False}}) for n in (1, 2)]
    return found == [0, 1]


def text_is_never_less_than_what_is_missing(raw: RawDatabase) -> bool:
    raw.orders.insert_many([{"_id": "a"}, {"_id": "b", "due": None}, {"_id": "c", "due": "1"}])
    return [each["_id"] for each in raw.orders.find({"due": {"$lte": "2"}})] == ["c"]


def text_sorts_by_code_point(raw: RawDatabase) -> bool:
    raw.orders.insert_many([{"_id": each} for each in ("a", "B", "_", "0", ":", "-")])
    return [each["_id"] for each in raw.orders.find().sort("_id")] == ["-", "0", ":", "B", "_", "a"]


def a_majority_can_be_asked_for(raw: RawDatabase) -> bool:
    majority = raw.orders.with_options(write_concern=WriteConcern("majority", j=True))
    return majority.insert_one({"_id": "a"}).acknowledged


def an_index_changes_no_answer(raw: RawDatabase) -> bool:
    dice = Random(1)
    words, bounds = [None, 1, True, *"abcde"], ["$gt", "$gte", "$lt", "$lte"]
    documents = [
        {"_id": f"{n:03}", "a": dice.choice(words), "b": dice.choice(words)}
        | {"parts": [{each: dice.choice(words) for each in "cd"} for _ in range(dice.randrange(3))]}
        for n in range(60)
    ]
    kinds: list[Callable[[], Any]] = [
        lambda: dice.choice("abcde"),
        lambda: {"$in": dice.sample("abcde", 2)},
        lambda: {dice.choice(bounds): dice.choice("abcde")},
        lambda: {"$gt": "a", "$lte": dice.choice("abcde")},
        lambda: {"$not": {"$gt": dice.choice("abcde")}},
    ]

    def asked(fields: str) -> dict[str, Any]:
        return {each: dice.choice(kinds)() for each in fields}

    queries = [asked(dice.choice(["a", "b", "ab"])) for _ in range(120)]
    queries += [{"parts": {"$elemMatch": asked(dice.choice(["c", "cd"]))}} for _ in range(60)]
    queries += [{"parts.c": dice.choice(kinds)()} for _ in range(20)]
    orders = [
        [("a", way), ("b", other), ("_id", last)]
        for way, other, last in product((1, -1), (1, -1), (1, -1))
    ]
    raw.orders.insert_many(documents)
    answers = []
    keys = [[("a", 1), ("b", -1), ("_id", -1)], [("parts.c", 1), ("parts.d", 1)], [("b", -1)]]
    for key in (None, *keys):
        if key is not None:
            raw.orders.create_index(key)
        found = [
            [each["_id"] for each in raw.orders.find(query).sort(order).limit(7)]
            for query, order in zip(queries, orders * 25, strict=True)
        ]
        answers.append((found, [raw.orders.count_documents(each) for each in queries]))
    return all(each == answers[0] for each in answers)


def explains_its_plans(raw: RawDatabase) -> bool:
    return "queryPlanner" in raw.command("explain", {"find": "orders", "filter": {}})


def repeats_a_write_once(raw: RawDatabase) -> bool:
    return "setName" in raw.client.admin.command("isMaster")


def forces_an_index(raw: RawDatabase) -> bool:
    raw.orders.insert_one({"_id": "a"})
    try:
        list(raw.orders.find({}).hint("no such index"))
    except OperationFailure:
        return True
    return False


RELIED_ON: dict[str, Callable[[RawDatabase], bool]] = {
    probe.__name__: probe
    for probe in (
        inserts_an_id_once,
        an_upsert_that_matches_nothing_collides,
        an_update_that_matches_nothing_changes_nothing,
        updates_together_are_all_tried_and_tell_failures_by_index,
        an_element_is_unique_over_arrays,
        a_push_keeps_the_last,
        a_minimum_is_set_where_none_was,
        a_place_in_a_list_is_looked_at,
        text_is_never_less_than_what_is_missing,
        text_sorts_by_code_point,
        a_majority_can_be_asked_for,
        an_index_changes_no_answer,
    )
}
# Behaviours of real servers: what the tests cannot prove where they are missing.
TOLD: dict[str, Callable[[RawDatabase], bool]] = {
    probe.__name__: probe for probe in (explains_its_plans, forces_an_index, repeats_a_write_once)
}
ON_EVERY_REAL_SERVER = frozenset({"explains_its_plans", "forces_an_index"})


def proves(behaviour: str, raw: RawDatabase) -> bool:
    raw.drop_collection("orders")
    try:
        return (RELIED_ON | TOLD)[behaviour](raw)
    except (OperationFailure, ConfigurationError):
        return False


def test_what_this_server_proves_is_printed(
    raw: RawDatabase, mongodb_server: MongoServer, capsys: pytest.CaptureFixture[str]
) -> None:
    proved = {behaviour: proves(behaviour, raw) for behaviour in RELIED_ON | TOLD}

    with capsys.disabled():
        kind = "a real server" if mongodb_server.is_real else "a stand-in in memory"
        lines = [f"  {'proves' if proved[name] else 'CANNOT PROVE':12} {name}" for name in proved]
        print(f"\nMongoDB for these tests is {kind}:", *lines, sep="\n")  # noqa: T201
    assert any(proved.values())


@pytest.mark.parametrize("behaviour", RELIED_ON)
def test_what_the_adapter_relies_on_holds(behaviour: str, raw: RawDatabase) -> None:
    assert proves(behaviour, raw)


@pytest.mark.parametrize("behaviour", TOLD)
def test_what_only_a_real_server_proves(
    behaviour: str, raw: RawDatabase, mongodb_server: MongoServer
) -> None:
    holds = proves(behaviour, raw)

    if not holds and not (mongodb_server.is_real and behaviour in ON_EVERY_REAL_SERVER):
        pytest.skip(f"NOT PROVABLE on this MongoDB: {behaviour}")
    assert holds


@pytest.mark.parametrize("claims_apart", [False, True])
def test_the_indexes_are_plain_and_full(claims_apart: bool) -> None:
    options: list[dict[str, Any]] = [index.document for index in indexes(claims_apart=claims_apart)]

    assert not [each for each in options if {"partialFilterExpression", "sparse"} & set(each)]
    # A cluster sharded by another key than that of the index could not keep it unique.
    assert [each["name"] for each in options if each.get("unique")] == ["bound"] * (
        not claims_apart
    )
    assert len(options) == 9 + len(TaskKind)


def _collides(write: Callable[[], object]) -> bool:
    try:
        write()
    except DuplicateKeyError:
        return True
    return False
