"""`payproof tasks` and `payproof events`, on a database that a service has filled."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.task_desk import SqliteTaskDesk
from adapters.sqlite.task_queue import SqliteTaskQueue
from application.tell_shop import event_id
from domain.events import Event, EventType
from domain.tasks import Task, TaskKind
from ports.task_desk import TaskStanding
from tests.support.commands import RunCommand
from tests.support.factories import NOON, a_key, a_task

SHOP = {
    "MERCHANT_WEBHOOK_URL": "https://shop.example/hooks",
    "MERCHANT_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}
PARKED = a_task(kind=TaskKind.TELL_BUYER_ACCOUNT, order_id="order-7", key=a_key("imp_7"))
WAITING = a_task(order_id="order-8")
NEWS = a_task(
    kind=TaskKind.TELL_SHOP,
    order_id="order-9",
    detail=str(Event(version=1, type=EventType.ORDER_PAID)),
    lane="shop",
    position=10,
)
RETRIED = a_task(kind=TaskKind.TELL_SHOP, order_id="order-6")


def in_database(folder: Path, work: Callable[[SqliteDatabase], Awaitable[Any]]) -> Any:
    async def opened() -> Any:
        database = SqliteDatabase(folder / "payproof.db")
        await database.open()
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(opened())


@pytest.fixture(autouse=True)
def _filled(tmp_path: Path) -> None:
    async def fill(database: SqliteDatabase) -> None:
        queue = SqliteTaskQueue(database)
        await queue.put(PARKED)
        (claimed,) = await queue.claim(PARKED.kind, NOON, NOON, 1)
        await queue.park(claimed, "number-refused", NOON)
        await queue.put(NEWS)
        (claimed,) = await queue.claim(NEWS.kind, NOON, NOON, 1)
        await queue.complete(claimed)
        await queue.put(WAITING)

    in_database(tmp_path, fill)


def give_back(folder: Path) -> None:
    """Has a task wait for its next try, the shop having answered 500."""

    async def fill(database: SqliteDatabase) -> None:
        queue = SqliteTaskQueue(database)
        await queue.put(RETRIED)
        (claimed,) = await queue.claim(RETRIED.kind, NOON, NOON, 1)
        await queue.retry(claimed, NOON + timedelta(minutes=5), "http-500")

    in_database(folder, fill)


def standing(folder: Path, task: Task) -> TaskStanding:
    found = in_database(folder, lambda database: SqliteTaskDesk(database).find(task.task_id))
    assert isinstance(found, TaskStanding)
    return found


def test_what_is_parked_and_what_waits_is_one_table(payproof: RunCommand) -> None:
    ended = payproof("tasks")

    assert ended.exit_code == 0
    shown = "".join(ended.out.split())
    for word in ("order-7", "portone-v1/imp_7", "number-refused", "2026-03-0212:00:00", "order-8"):
        assert word in shown
    assert shown.index("order-7") < shown.index("order-8")
    assert "order-9" not in ended.out
    assert ended.out.endswith("1 waiting, 0 leased, 1 done, 1 parked\n")


def test_each_task_is_a_line_of_json(payproof: RunCommand) -> None:
    ended = payproof("tasks", "--json")

    assert ended.exit_code == 0
    parked, waiting = map(json.loads, ended.out.splitlines())
    assert parked == {
        "task_id": PARKED.task_id,
        "kind": "tellBuyerAccount",
        "order_id": "order-7",
        "payment": "portone-v1/imp_7",
        "state": "parked",
        "attempts": 1,
        "due_at": None,
        "parked_at": "2026-03-02T12:00:00.123456Z",
        "reason": "number-refused",
    }
    assert (waiting["state"], waiting["due_at"]) == ("waiting", "2026-03-02T12:00:00.123456Z")
    assert waiting["reason"] is None


def test_a_task_that_will_be_tried_again_says_why(payproof: RunCommand, tmp_path: Path) -> None:
    give_back(tmp_path)

    table = payproof("tasks", "--state", "waiting")
    lines = [json.loads(line) for line in payproof("tasks", "--json").out.splitlines()]

    assert "http-500" in table.out
    (retried,) = [line for line in lines if line["order_id"] == "order-6"]
    assert (retried["state"], retried["attempts"], retried["reason"]) == ("waiting", 1, "http-500")
    assert (retried["due_at"], retried["parked_at"]) == ("2026-03-02T12:05:00.123456Z", None)


def test_one_state_alone_can_be_listed_and_a_long_list_cut(payproof: RunCommand) -> None:
    waiting = payproof("tasks", "--json", "--state", "waiting")
    cut = payproof("tasks", "--limit", "1")

    assert [json.loads(line)["order_id"] for line in waiting.out.splitlines()] == ["order-8"]
    assert "order-8" not in cut.out
    assert cut.err == "there are more than 1: see --limit and --json\n"


def test_a_parked_task_is_tried_again(payproof: RunCommand, tmp_path: Path) -> None:
    ended = payproof("tasks", "retry", PARKED.task_id)
    again = payproof("tasks", "retry", PARKED.task_id)

    assert (ended.exit_code, ended.out) == (0, f"{PARKED.task_id} waits again, and is due now\n")
    assert standing(tmp_path, PARKED).state == "waiting"
    assert again.exit_code == 1
    assert again.out == f"{PARKED.task_id} is waiting, not parked: nothing was changed\n"


def test_a_parked_task_is_dropped_for_good(payproof: RunCommand, tmp_path: Path) -> None:
    ended = payproof("tasks", "drop", PARKED.task_id, "--reason", "told by phone")
    again = payproof("tasks", "retry", PARKED.task_id)

    assert (ended.exit_code, ended.out) == (0, f"{PARKED.task_id} was dropped\n")
    note = standing(tmp_path, PARKED).drop_note
    assert note is not None
    assert note.endswith(": told by phone")
    assert again.exit_code == 1
    assert again.out == f"{PARKED.task_id} is dropped, not parked: nothing was changed\n"


@pytest.mark.parametrize("command", [["retry"], ["drop", "--reason", "x"]])
def test_a_task_that_nobody_knows_is_refused(payproof: RunCommand, command: list[str]) -> None:
    ended = payproof("tasks", *command, "recheck/\x1b[2J")

    assert (ended.exit_code, ended.out) == (1, "no such task: recheck/?[2J\n")


@pytest.mark.parametrize("named", ["order-9", event_id(NEWS)])
def test_an_event_is_sent_again_by_its_order_or_its_id(
    payproof: RunCommand, tmp_path: Path, named: str
) -> None:
    ended = payproof("events", "resend", named, **SHOP)

    assert ended.exit_code == 0
    assert ended.out == f"{event_id(NEWS)} order.paid of order order-9 is sent again\n"
    assert standing(tmp_path, NEWS).state == "waiting"


@pytest.mark.parametrize("named", ["order-7", f"evt_{0:032x}", "\x1b[2J"])
def test_no_event_is_refused(payproof: RunCommand, named: str) -> None:
    ended = payproof("events", "resend", named, **SHOP)

    assert ended.exit_code == 1
    assert ended.out.startswith("no event of that order or id: ")
    assert "\x1b" not in ended.out


def test_with_nobody_to_tell_nothing_is_sent_again(payproof: RunCommand, tmp_path: Path) -> None:
    ended = payproof("events", "resend", "order-9")

    assert ended.exit_code == 2
    assert "PAYPROOF_MERCHANT_WEBHOOK_URL" in ended.err
    assert standing(tmp_path, NEWS).state == "done"
