"""Tasks by rank, whatever order a server hands their orders out in, and in few bounded reads."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Self, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mongodb.database import Collection
from adapters.mongodb.stored_fields import Document
from adapters.mongodb.task_ledger import RANK
from adapters.mongodb.task_walk import TaskWalk

# Few of each, so that many ranks begin alike.
entries = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["waiting", "waiting", "waiting", "parked"]),
        "kind": st.sampled_from(["alert", "recheck", "tellShop", None]),
        "ready_at": st.sampled_from(["1", "2", "3", None]),
    }
)
stores = st.lists(st.lists(entries, max_size=3), max_size=40)


def stored(tasks_of_orders: Sequence[Sequence[Document]]) -> list[Document]:
    return [
        {
            "_id": f"order-{order}",
            "tasks": [
                {name: value for name, value in each.items() if value is not None}
                | {"task_id": f"{order:05}/{number}"}
                for number, each in enumerate(tasks)
            ],
        }
        for order, tasks in enumerate(tasks_of_orders)
    ]


class FakeOrders:
    """Answers as MongoDB does, in an order of its own."""

    def __init__(self, documents: Sequence[Document], arranged: Callable[[Any], Any]) -> None:
        self._documents = documents
        self._arranged = arranged
        self.reads: list[int] = []

    def find(self, query: Document, _projection: Document) -> Self:
        wanted = query["tasks"]["$elemMatch"]
        self._found = self._arranged(
            [each for each in self._documents if any(fits(task, wanted) for task in each["tasks"])]
        )
        return self

    def hint(self, _index: str) -> Self:
        return self

    def limit(self, limit: int) -> Self:
        self._found = self._found[:limit]
        return self

    async def to_list(self, length: int) -> list[Document]:
        assert len(self._found) <= length
        self.reads.append(length)
        return list(self._found)


def fits(task: Document, wanted: Document) -> bool:
    return all(is_so(task.get(field), asked) for field, asked in wanted.items())


def is_so(value: object, asked: object) -> bool:
    if not isinstance(asked, dict):
        return value == asked
    if "$not" in asked:
        return not is_so(value, asked["$not"])
    return isinstance(value, str) and all(
        value > bound if which == "$gt" else value <= bound for which, bound in asked.items()
    )


def shuffled(found: list[Document]) -> list[Document]:
    return Random(1).sample(found, len(found))


def by_index(found: list[Document]) -> list[Document]:
    """As a single server walks its index."""
    return sorted(found, key=lambda document: min(map(rank, document["tasks"])))


def rank(task: Document) -> tuple[str, ...]:
    return tuple(task.get(field, "") for field in RANK)


async def walked(orders: FakeOrders, after: Sequence[str] | None, limit: int) -> list[Document]:
    walk = TaskWalk(cast(Collection, orders), "waiting", limit)
    await walk.walk(after)
    return [entry for entry, _ in walk.found]


@given(tasks=stores, limit=st.integers(1, 8), arranged=st.sampled_from([shuffled, by_index]))
async def test_the_first_by_rank_are_found(
    tasks: list[list[Document]], limit: int, arranged: Callable[[Any], Any]
) -> None:
    documents = stored(
        [[each | {"kind": each["kind"] or "none"} for each in order] for order in tasks]
    )
    all_ranks = sorted(
        rank(task) for order in documents for task in order["tasks"] if task["state"] == "waiting"
    )

    found = await walked(FakeOrders(documents, arranged), None, limit)

    assert [rank(task) for task in found[:limit]] == all_ranks[:limit]


@given(tasks=stores, limit=st.integers(1, 8), place=st.integers(0, 119))
async def test_what_follows_a_task_is_found(
    tasks: list[list[Document]], limit: int, place: int
) -> None:
    readable = [
        [
            each | {"kind": each["kind"] or "none", "ready_at": each["ready_at"] or "0"}
            for each in one
        ]
        for one in tasks
    ]
    documents = stored(readable)
    all_ranks = sorted(
        rank(task) for order in documents for task in order["tasks"] if task["state"] == "waiting"
    )
    after = all_ranks[place % len(all_ranks)] if all_ranks else ("recheck", "1", "00000/0")

    found = await walked(FakeOrders(documents, shuffled), after, limit)

    following = [each for each in all_ranks if each > after]
    assert [rank(task) for task in found[:limit]] == following[:limit]


async def test_what_no_worker_can_read_is_found_first() -> None:
    junk: Document = {"state": "waiting", "kind": None, "ready_at": None}
    readable = {"state": "waiting", "kind": "recheck", "ready_at": "1"}
    documents = stored([*([[readable]] * 30), [junk]])

    found = await walked(FakeOrders(documents, by_index), None, 3)

    assert [task.get("kind") for task in found[:2]] == [None, "recheck"]


@pytest.mark.parametrize("arranged", [shuffled, by_index])
async def test_no_read_is_for_more_than_twice_of_what_is_asked(
    arranged: Callable[[Any], Any],
) -> None:
    dice = Random(2)
    documents = stored(
        [
            [{"state": "waiting", "kind": "recheck", "ready_at": f"{dice.randrange(10**6):06}"}]
            for _ in range(5_000)
        ]
    )
    orders = FakeOrders(documents, arranged)

    found = await walked(orders, None, 50)

    first = sorted(rank(task) for order in documents for task in order["tasks"])[:50]
    assert [rank(task) for task in found[:50]] == first
    assert set(orders.reads) == {101}
    assert len(orders.reads) <= (4 if arranged is by_index else 12)


async def test_one_moment_may_have_more_than_a_read_takes() -> None:
    documents = stored([[{"state": "waiting", "kind": "recheck", "ready_at": "1"}]] * 500)
    orders = FakeOrders(documents, by_index)

    found = await walked(orders, None, 10)

    assert [task["task_id"] for task in found[:10]] == [f"{number:05}/0" for number in range(10)]
    assert len(orders.reads) <= 6
