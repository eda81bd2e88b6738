"""What stands in the database but should not, and what no longer fits."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.mongodb import order_repository as repository_module
from adapters.mongodb import task_ledger as ledger_module
from adapters.mongodb import task_queue as task_queue_module
from adapters.mongodb.order_repository import MongoOrderRepository
from adapters.mongodb.task_ledger import MAX_TASKS
from adapters.mongodb.task_queue import MongoTaskQueue
from domain.errors import InvalidValue
from domain.tasks import TaskKind
from ports.errors import ConcurrentUpdate, RecordCorrupt, RepositoryUnavailable
from ports.order_repository import UnreadableOrder
from tests.contract.evolution import next_version
from tests.integration.mongodb.conftest import RawDatabase
from tests.support.factories import NOON, ORDER_ID, a_key, a_payment, a_task, an_order

LEASE_UNTIL = NOON + timedelta(minutes=1)


def spoil(raw: RawDatabase, order_id: str, **fields: Any) -> None:
    result = raw.orders.update_one({"_id": order_id}, {"$set": fields})
    assert result.matched_count == 1


async def test_a_tampered_order_is_refused_by_id_and_field(
    orders: MongoOrderRepository, raw: RawDatabase
) -> None:
    await orders.add(an_order(), [])
    spoil(raw, ORDER_ID, **{"amount.amount_minor": "1"})

    with pytest.raises(RecordCorrupt) as refusal:
        await orders.find_by_id(ORDER_ID)

    assert (refusal.value.order_id, refusal.value.field) == (ORDER_ID, "amount.amount_minor")


async def test_pages_go_on_after_a_tampered_order(
    orders: MongoOrderRepository, raw: RawDatabase
) -> None:
    for order_id in ("a", "b", "c"):
        await orders.add(an_order(order_id=order_id), [])
        spoil(raw, order_id, awaits_approval=True)
    spoil(raw, "b", schema=99)

    before = await orders.list_awaiting_approval("", 10)
    with pytest.raises(RecordCorrupt) as refusal:
        await orders.list_awaiting_approval(before[-1].order_id, 10)
    after = await orders.list_awaiting_approval(refusal.value.order_id, 10)

    assert [order.order_id for order in (*before, *after)] == ["a", "c"]


async def test_an_order_that_cannot_be_read_keeps_no_other_back(
    orders: MongoOrderRepository, raw: RawDatabase
) -> None:
    for order_id in ("a", "b", "c"):
        await orders.add(an_order(order_id=order_id), [])
    spoil(raw, "b", **{"amount.amount_minor": "1"})

    found = await orders.list_all("", 10)

    assert [each.order_id for each in found] == ["a", "b", "c"]
    assert found[1] == UnreadableOrder(order_id="b", field="amount.amount_minor")


async def test_a_page_of_none_is_empty(orders: MongoOrderRepository, tasks: MongoTaskQueue) -> None:
    await orders.add(an_order(), [])
    await tasks.put(a_task())

    assert list(await orders.list_awaiting_approval("", 0)) == []
    assert list(await tasks.claim(TaskKind.RECHECK, NOON, LEASE_UNTIL, 0)) == []


@pytest.mark.parametrize("limit", [1, 2, 10])
async def test_tampered_tasks_stop_no_worker(
    limit: int, tasks: MongoTaskQueue, raw: RawDatabase
) -> None:
    for order_id in ("a", "b", "c"):
        await tasks.put(a_task(order_id=order_id))
    spoil(raw, "a", tasks="none")
    spoil(raw, "b", **{"tasks.0.attempts": "many"})

    claimed = await tasks.claim(TaskKind.RECHECK, NOON, LEASE_UNTIL, limit)

    assert [each.task.order_id for each in claimed] == ["c"]
    assert await tasks.count() == {"waiting": 0, "leased": 1, "done": 0, "parked": 1}
    assert "next_due" not in (raw.orders.find_one({"_id": "a"}) or {})


async def test_a_due_time_that_is_wrong_is_mended(tasks: MongoTaskQueue, raw: RawDatabase) -> None:
    await tasks.put(a_task(order_id="a", due_at=NOON + timedelta(days=1)))
    spoil(raw, "a", next_due={"recheck": "2020-01-01T00:00:00.000000+00:00"})

    assert await tasks.claim(TaskKind.RECHECK, NOON, LEASE_UNTIL, 1) == []

    stored = raw.orders.find_one({"_id": "a"})
    assert stored is not None
    assert stored["next_due"] == {"recheck": stored["tasks"][0]["ready_at"]}


async def test_a_task_of_another_version_is_left_to_it(
    tasks: MongoTaskQueue, raw: RawDatabase
) -> None:
    await tasks.put(a_task())
    spoil(raw, ORDER_ID, **{"tasks.0.kind": "dance"})

    for kind in TaskKind:
        assert await tasks.claim(kind, NOON, LEASE_UNTIL, 10) == []

    assert (await tasks.count())["waiting"] == 1


async def test_a_task_of_another_order_is_refused_with_nothing_written(
    orders: MongoOrderRepository,
) -> None:
    await orders.add(an_order(), [])

    with pytest.raises(InvalidValue, match="tasks"):
        await orders.save(next_version(an_order()), [a_task(order_id="other")])

    assert await orders.find_by_id(ORDER_ID) == an_order()


async def test_the_list_of_tasks_is_bounded(
    tasks: MongoTaskQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The stand-in takes seconds for a thousand.
    monkeypatch.setattr(task_queue_module, "MAX_TASKS", 20)
    monkeypatch.setattr(ledger_module, "MAX_TASKS", 20)
    for number in range(20):
        await tasks.put(a_task(detail=str(number)))

    with pytest.raises(RepositoryUnavailable, match="tooManyTasks"):
        await tasks.put(a_task(detail="one too many"))
    await tasks.put(a_task(detail="5"))
    counted = await tasks.count()
    (claimed,) = await tasks.claim(TaskKind.RECHECK, NOON, LEASE_UNTIL, 1)
    await tasks.complete(claimed)
    await tasks.put(a_task(detail="one too many"))

    assert counted["waiting"] == 20
    assert await tasks.count() == counted


async def test_money_is_recorded_however_full_the_list_of_tasks(
    orders: MongoOrderRepository, raw: RawDatabase
) -> None:
    await orders.add(an_order(), [])
    raw.orders.update_one(
        {"_id": ORDER_ID},
        {
            "$set": {
                "tasks": [{"task_id": str(number), "state": "done"} for number in range(MAX_TASKS)]
            }
        },
    )
    paid = next_version(an_order(), a_payment())

    await orders.save(paid, [a_task()])

    assert await orders.find_by_id(ORDER_ID) == paid


async def test_a_document_past_the_limit_of_mongodb_is_refused_whole(
    orders: MongoOrderRepository,
) -> None:
    await orders.add(an_order(), [])
    vast = next_version(an_order(), a_payment(failure_reason="x" * 17_000_000))

    with pytest.raises(RepositoryUnavailable, match="documentTooLarge"):
        await orders.save(vast, [])

    assert await orders.find_by_id(ORDER_ID) == an_order()


async def test_only_the_last_stamps_are_kept(
    orders: MongoOrderRepository, raw: RawDatabase
) -> None:
    order = an_order()
    await orders.add(order, [])
    for _ in range(20):
        order = next_version(order)
        await orders.save(order, [])

    stored = raw.orders.find_one({"_id": ORDER_ID})

    assert stored is not None
    assert [trace["version"] for trace in stored["writes"]] == list(range(5, 21))


async def test_a_lost_write_that_others_have_long_overtaken_is_unknown(
    orders: MongoOrderRepository, raw: RawDatabase
) -> None:
    await orders.add(an_order(), [])
    spoil(raw, ORDER_ID, version=40, writes=[{"version": 40, "stamp": "theirs"}])
    stored = raw.orders.find_one({"_id": ORDER_ID})
    assert stored is not None

    with pytest.raises(RepositoryUnavailable, match="writeOvertaken"):
        repository_module._is_ours(stored, 2, "ours", is_in_doubt=True)

    assert not repository_module._is_ours(stored, 2, "ours", is_in_doubt=False)
    with pytest.raises(ConcurrentUpdate):
        await orders.save(next_version(replace(an_order(), version=1)), [])


async def test_an_order_fills_the_stub_that_its_tasks_made(
    orders: MongoOrderRepository, tasks: MongoTaskQueue
) -> None:
    await tasks.put(a_task())

    seen = [await orders.find_by_id(ORDER_ID), list(await orders.list_awaiting_approval("", 10))]
    with pytest.raises(ConcurrentUpdate):
        await orders.save(next_version(an_order()), [])

    assert seen == [None, []]
    assert await orders.add(an_order(), [])
    assert not await orders.add(an_order(), [])
    assert (await tasks.count())["waiting"] == 1


async def test_a_stub_is_not_filled_by_a_payment_bound_elsewhere(
    orders: MongoOrderRepository, tasks: MongoTaskQueue
) -> None:
    await orders.add(an_order(order_id="owner", payments=(a_payment(order_id="owner"),)), [])
    await tasks.put(a_task())

    with pytest.raises(Exception, match="boundElsewhere"):
        await orders.add(an_order(payments=(a_payment(),)), [])

    assert await orders.find_by_id(ORDER_ID) is None
    assert await orders.find_order_id_by_payment(a_key()) == "owner"
