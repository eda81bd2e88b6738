"""What becomes of the tasks within one document."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.mongodb.task_ledger import MAX_TASKS, PARKED, TaskLedger, appending, waiting_entry
from domain.tasks import Task, TaskKind
from ports.errors import RecordCorrupt, RepositoryUnavailable
from tests.support.factories import NOON, ORDER_ID, a_task

LATER = NOON + timedelta(minutes=1)
A, B = a_task(detail="a"), a_task(detail="b", due_at=LATER)


def a_ledger(*tasks: Task, **changes: Any) -> TaskLedger:
    pushed = appending(tasks)
    document = {
        "_id": ORDER_ID,
        "tasks_rev": 1,
        "tasks": pushed["$push"]["tasks"]["$each"] if tasks else [],
        "next_due": {name.rpartition(".")[2]: at for name, at in pushed.get("$min", {}).items()},
    }
    return TaskLedger(document | changes)


def test_nothing_is_written_when_nothing_changed() -> None:
    assert not a_ledger(A, B).has_changed


def test_the_first_due_is_kept_beside_the_list() -> None:
    ledger = a_ledger(A, B)

    ledger.lend(A.task_id, NOON, LATER + timedelta(hours=1), "lease")

    assert ledger.change()["$set"]["next_due"] == {"recheck": waiting_entry(B)["due_at"]}


def test_the_first_due_is_removed_with_the_last_task() -> None:
    ledger = a_ledger(A)
    claimed = ledger.lend(A.task_id, NOON, LATER, "lease")
    assert claimed is not None

    assert ledger.end_lease(claimed, "stamp", state="done")

    assert ledger.change()["$set"]["next_due"] == {}


def test_a_first_due_that_is_wrong_is_mended() -> None:
    ledger = a_ledger(A, next_due={"recheck": "2020-01-01T00:00:00.000000+00:00"})

    assert ledger.has_changed
    assert ledger.change()["$set"]["next_due"] == {"recheck": waiting_entry(A)["due_at"]}


def test_the_first_due_of_each_kind_is_kept() -> None:
    later = a_task(kind=TaskKind.TELL_SHOP, due_at=LATER)

    assert appending([B, A, later])["$min"] == {
        "next_due.recheck": waiting_entry(A)["due_at"],
        "next_due.tellShop": waiting_entry(later)["due_at"],
    }
    assert a_ledger(A, later).due(TaskKind.TELL_SHOP, LATER, "lease") == [
        (waiting_entry(later)["due_at"], later.task_id)
    ]


def test_a_task_of_another_version_is_left_to_it_and_keeps_its_place() -> None:
    theirs = waiting_entry(replace(A, lane="shop", position=1)) | {"kind": "dance"}
    ours = waiting_entry(replace(B, lane="shop", position=2, due_at=NOON))

    ledger = a_ledger(tasks=[theirs, ours], next_due={})

    assert not ledger.has_changed
    assert ledger.due(TaskKind.RECHECK, LATER, "lease") == []


def test_lending_twice_under_one_lease_counts_once() -> None:
    ledger = a_ledger(A)

    claims = [ledger.lend(A.task_id, NOON, LATER, "lease") for _ in range(2)]

    assert [claim and claim.attempts for claim in claims] == [1, 1]


@pytest.mark.parametrize("task_id", [B.task_id, "recheck/none"])
def test_what_is_not_due_or_not_there_is_not_lent(task_id: str) -> None:
    assert a_ledger(A, B).lend(task_id, NOON, LATER, "lease") is None


def test_what_is_parked_is_not_lent() -> None:
    ledger = a_ledger(A)
    claimed = ledger.lend(A.task_id, NOON, LATER, "lease")
    assert claimed is not None
    ledger.end_lease(claimed, "stamp", state=PARKED)

    assert ledger.lend(A.task_id, LATER, LATER, "another") is None


def test_a_lease_is_ended_once_but_the_same_change_is_known_again() -> None:
    ledger = a_ledger(A)
    claimed = ledger.lend(A.task_id, NOON, LATER, "lease")
    assert claimed is not None

    ended = [ledger.end_lease(claimed, stamp, state="done") for stamp in ("one", "one", "two")]

    assert ended == [True, True, False]


def test_ending_the_lease_of_a_task_that_is_gone_is_no() -> None:
    ledger = a_ledger(A)
    claimed = ledger.lend(A.task_id, NOON, LATER, "lease")
    assert claimed is not None

    assert not a_ledger().end_lease(claimed, "stamp", state="done")


def test_past_the_bound_the_longest_done_is_forgotten() -> None:
    tasks = [a_task(detail=str(number)) for number in range(MAX_TASKS)]
    ledger = a_ledger(*tasks)
    for task in tasks[3:5]:
        claimed = ledger.lend(task.task_id, NOON, LATER, "lease")
        assert claimed is not None
        ledger.end_lease(claimed, "stamp", state="done")

    ledger.put(A)

    ids = [entry["task_id"] for entry in ledger.change()["$set"]["tasks"]]
    assert len(ids) == MAX_TASKS
    assert tasks[3].task_id not in ids
    assert {tasks[4].task_id, A.task_id} < set(ids)


def test_past_the_bound_and_with_none_done_the_next_is_refused() -> None:
    ledger = a_ledger(*(a_task(detail=str(number)) for number in range(MAX_TASKS)))

    with pytest.raises(RepositoryUnavailable, match="tooManyTasks"):
        ledger.put(A)

    assert not ledger.has_changed


@pytest.mark.parametrize(
    "change",
    [
        {"attempts": "many"},
        {"ready_at": 5},
        {"ready_at": "soon"},
        {"kind": 7},
        {"kind": "dance", "lane": None},
        {"task_id": "recheck/elsewhere"},
        {"key": None},
    ],
)
def test_a_task_that_cannot_be_read_is_parked_and_stops_no_other(
    change: dict[str, object],
) -> None:
    spoilt = waiting_entry(A) | change

    ledger = a_ledger(tasks=[7, {"state": "odd"}, spoilt, waiting_entry(replace(A, detail="c"))])

    (entry,) = [each for each in ledger.change()["$set"]["tasks"] if each is spoilt]
    assert entry["state"] == PARKED
    assert entry["reason"].startswith("recordCorrupt:")
    assert [task_id for _, task_id in ledger.due(TaskKind.RECHECK, NOON, "lease")] == [
        replace(A, detail="c").task_id
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"tasks": {}}, "tasks"), ({"tasks_rev": "1"}, "tasks_rev"), ({"_id": 7}, "_id")],
)
def test_a_document_without_a_list_of_tasks_is_refused(
    change: dict[str, object], field: str
) -> None:
    with pytest.raises(RecordCorrupt) as refusal:
        a_ledger(A, **change)

    assert refusal.value.field == field


def test_no_tasks_are_appended_by_no_change() -> None:
    assert appending([]) == {}
