"""The shop hears an event again, under the id it had before, and in its order's turn."""

from dataclasses import replace

from application.tell_shop import event_id
from domain.events import Event, EventType
from domain.tasks import Task, TaskKind
from tests.support.factories import NOON, ORDER_ID, a_task
from tests.support.shop import Shop


def news(version: int, type_: EventType, order_id: str = ORDER_ID) -> Task:
    return a_task(
        kind=TaskKind.TELL_SHOP,
        order_id=order_id,
        detail=str(Event(version=version, type=type_)),
        lane="shop",
        position=version * 10,
    )


ISSUED, PAID = news(1, EventType.ORDER_AWAITING_DEPOSIT), news(2, EventType.ORDER_PAID)
OTHER = news(1, EventType.ORDER_PAID, "order-other")


async def a_shop_that_told() -> Shop:
    shop = Shop()
    for task in (PAID, ISSUED, OTHER, a_task()):
        await shop.queue.put(task)
        for claimed in await shop.queue.claim(task.kind, NOON, NOON, 9):
            await shop.queue.complete(claimed)
    # The lane let the earlier one go first.
    for claimed in await shop.queue.claim(TaskKind.TELL_SHOP, NOON, NOON, 9):
        await shop.queue.complete(claimed)
    assert shop.states() == ["done"] * 4
    return shop


async def test_all_events_of_an_order_are_sent_again_oldest_first() -> None:
    shop = await a_shop_that_told()
    shop.clock.advance(3600)

    resent = await shop.resend_events.of_order(ORDER_ID)

    assert [(each.event_id, each.type) for each in resent] == [
        (event_id(ISSUED), "order.awaiting_deposit"),
        (event_id(PAID), "order.paid"),
    ]
    now = shop.clock.now()
    (first,) = await shop.queue.claim(TaskKind.TELL_SHOP, now, now, 9)
    assert (first.task, first.attempts) == (replace(ISSUED, due_at=now), 1)


async def test_one_event_is_sent_again_alone() -> None:
    shop = await a_shop_that_told()

    resent = await shop.resend_events.one(event_id(OTHER))

    assert resent is not None
    assert (resent.order_id, resent.type) == ("order-other", "order.paid")
    assert sorted(shop.states()) == ["done", "done", "done", "waiting"]


async def test_nothing_is_sent_for_an_order_or_an_event_that_nobody_knows() -> None:
    shop = await a_shop_that_told()

    resent = [
        *await shop.resend_events.of_order("order-none"),
        await shop.resend_events.one(f"evt_{0:032x}"),
    ]

    assert resent == [None]
    assert shop.states() == ["done"] * 4


async def test_news_that_waits_already_stays_as_it_is() -> None:
    shop = Shop()
    await shop.queue.put(PAID)
    (claimed,) = await shop.queue.claim(TaskKind.TELL_SHOP, NOON, NOON, 1)
    await shop.queue.retry(claimed, NOON, "absent")

    await shop.resend_events.of_order(ORDER_ID)

    assert shop.store.tasks[PAID.task_id].attempts == 1


async def test_one_event_of_an_order_is_sent_again_and_none_of_another() -> None:
    shop = await a_shop_that_told()

    resent = await shop.resend_events.one_of_order(ORDER_ID, event_id(PAID))
    other = await shop.resend_events.one_of_order(ORDER_ID, event_id(OTHER))

    assert resent is not None
    assert (resent.event_id, resent.type) == (event_id(PAID), "order.paid")
    assert other is None
    assert sorted(shop.states()) == ["done", "done", "done", "waiting"]


async def test_an_order_shows_where_its_events_stand() -> None:
    shop = await a_shop_that_told()

    told = await shop.resend_events.told(ORDER_ID)

    assert [(each.event_id, each.type, each.standing.state) for each in told] == [
        (event_id(ISSUED), "order.awaiting_deposit", "done"),
        (event_id(PAID), "order.paid", "done"),
    ]


async def test_an_event_that_this_version_cannot_read_is_not_shown() -> None:
    shop = Shop()
    await shop.queue.put(replace(PAID, detail="something newer"))

    assert await shop.resend_events.told(ORDER_ID) == []


async def test_an_event_that_is_gone_meanwhile_is_not_shown() -> None:
    shop = await a_shop_that_told()

    async def forget(call: str) -> None:
        if call == "task_desk.find":
            shop.store.tasks.clear()

    shop.around = forget

    assert await shop.resend_events.told(ORDER_ID) == []
