"""The shop hears its news in order, as it was, until it accepts it or three days are over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from application.retry_schedule import MAX_ATTEMPTS_FOR_SHOP
from application.run_tasks import Done, GiveUp, RunTasks, TryLater
from application.tell_shop import TellShop, event_id
from domain.events import EventType
from domain.money import Money
from domain.order import Order, Trigger
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.settlement import settle
from domain.tasks import Task, TaskKind
from ports.errors import ShopUnavailable
from ports.shop_channel import News
from tests.support.factories import NOON, ORDER_ID, a_key, a_payment, an_account, an_order, won
from tests.support.shop import Shop

TELLING = Policy(mode=Mode.LIVE, tells_shop=True)
PAID = a_payment()
PARTLY = a_payment(status=PaymentStatus.PARTIALLY_CANCELLED, cancelled=won(300))


class Backend:
    """A shop's backend: refuses while it is down, and remembers every try."""

    def __init__(self) -> None:
        self.tried: list[News] = []
        self.accepted: list[News] = []
        self.refusals = 0

    async def tell(self, news: News, /) -> None:
        self.tried.append(news)
        if self.refusals > 0:
            self.refusals -= 1
            raise ShopUnavailable("http-500")
        self.accepted.append(news)


def settled(*snapshots: object) -> tuple[Order, list[Task]]:
    order, tasks = an_order(), []
    for minutes, snapshot in enumerate(snapshots):
        now = NOON + timedelta(minutes=minutes)
        decision = settle(order, snapshot, now, TELLING, trigger=Trigger.WEBHOOK)  # type: ignore[arg-type]
        order = decision.order
        tasks += [task for task in decision.tasks if task.kind is TaskKind.TELL_SHOP]
    return order, tasks


async def test_the_shop_is_told_what_happened() -> None:
    shop, backend = Shop(), Backend()
    order, tasks = settled(PAID, PARTLY)
    shop.keep(order)

    results = [await TellShop(shop.orders, backend)(task, 1) for task in tasks]

    assert results == [Done(), Done()]
    first, second = backend.accepted
    assert first == News(
        event_id=event_id(tasks[0]),
        type=EventType.ORDER_PAID,
        at=NOON,
        order_id=ORDER_ID,
        key=a_key(),
        amount=won(1000),
        refunded=won(0),
        late=False,
    )
    assert (second.type, second.refunded) == (EventType.ORDER_PARTIALLY_REFUNDED, won(300))
    assert second.at == NOON + timedelta(minutes=1)
    assert second.event_id != first.event_id


@pytest.mark.parametrize(
    ("second", "surplus"),
    [
        (replace(PAID, key=a_key("imp_2")), won(1000)),
        (replace(PARTLY, key=a_key("imp_2")), won(700)),
    ],
)
async def test_the_shop_hears_what_giving_back_would_cure_a_payment_too_many(
    second: Payment, surplus: Money
) -> None:
    shop, backend = Shop(), Backend()
    order, tasks = settled(PAID, second)
    shop.keep(order)

    for task in tasks[:2]:
        await TellShop(shop.orders, backend)(task, 1)

    paid, too_many = backend.accepted
    assert (paid.type, paid.surplus) == (EventType.ORDER_PAID, None)
    assert (too_many.type, too_many.surplus) == (EventType.PAYMENT_SURPLUS, surplus)
    assert too_many.key == a_key("imp_2")


async def test_news_says_the_same_after_the_order_went_on() -> None:
    shop, backend = Shop(), Backend()
    awaiting = a_payment(status=PaymentStatus.AWAITING_DEPOSIT)
    due_at = an_account().due_at
    assert due_at is not None
    late = a_payment(virtual_account=an_account(), paid_at=due_at + timedelta(hours=1))
    (before, (task,)), (after, tasks) = settled(awaiting), settled(awaiting, late)

    for order in (before, after):
        shop.keep(order)
        await TellShop(shop.orders, backend)(task, 1)
    await TellShop(shop.orders, backend)(tasks[1], 1)

    assert backend.accepted[0] == backend.accepted[1]
    assert [news.late for news in backend.accepted] == [False, False, True]


async def test_news_that_is_not_accepted_is_tried_for_long() -> None:
    shop, backend = Shop(), Backend()
    backend.refusals = 1
    order, (task,) = settled(PAID)
    shop.keep(order)

    result = await TellShop(shop.orders, backend)(task, 1)

    assert result == TryLater(why="http-500", max_attempts=MAX_ATTEMPTS_FOR_SHOP)


async def test_news_waits_while_there_is_no_shop_to_tell() -> None:
    shop = Shop()
    order, (task,) = settled(PAID)
    shop.keep(order)

    result = await TellShop(shop.orders, None)(task, 1)

    assert result == TryLater(why="noShopChannel", max_attempts=MAX_ATTEMPTS_FOR_SHOP)


async def test_news_of_no_order_is_given_up() -> None:
    _, (task,) = settled(PAID)

    assert await TellShop(Shop().orders, Backend())(task, 1) == GiveUp(why="orderNotFound")


def test_an_event_has_one_id_whenever_it_is_due() -> None:
    _, (task,) = settled(PAID)

    assert event_id(task) == event_id(replace(task, due_at=NOON + timedelta(days=1)))
    assert event_id(task).startswith("evt_")


async def test_a_shop_that_is_down_for_three_days_gets_all_its_news_in_order() -> None:
    shop, backend = Shop(), Backend()
    order, tasks = settled(PAID, PARTLY)
    shop.keep(order)
    for task in tasks:
        await shop.queue.put(task)
    handlers = {TaskKind.TELL_SHOP: TellShop(shop.orders, backend)}
    shop.run_tasks = RunTasks(shop.queue, handlers, shop.clock)
    backend.refusals = MAX_ATTEMPTS_FOR_SHOP - 1

    await shop.work_to_rest()

    assert shop.states() == ["done", "done"]
    assert shop.clock.now() - NOON >= timedelta(hours=72)
    assert {news.event_id for news in backend.tried[:-1]} == {event_id(tasks[0])}
    assert [news.event_id for news in backend.accepted] == [event_id(task) for task in tasks]


async def test_news_that_is_never_accepted_is_parked_and_lets_the_next_through() -> None:
    shop, backend = Shop(), Backend()
    order, tasks = settled(PAID, PARTLY)
    shop.keep(order)
    for task in tasks:
        await shop.queue.put(task)
    handlers = {TaskKind.TELL_SHOP: TellShop(shop.orders, backend)}
    shop.run_tasks = RunTasks(shop.queue, handlers, shop.clock)
    backend.refusals = MAX_ATTEMPTS_FOR_SHOP

    await shop.work_to_rest()

    assert shop.states() == ["parked", "done"]
