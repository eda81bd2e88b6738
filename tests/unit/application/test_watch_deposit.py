"""When an account's time is over, the gateway has the last word."""

from datetime import timedelta

from application.run_tasks import Done
from application.watch_deposit import WatchDeposit
from domain.order import OrderStatus
from domain.payment import PaymentStatus
from domain.tasks import TaskKind
from ports.errors import GatewayUnavailable
from tests.support.factories import a_payment, a_task, an_account, an_order
from tests.support.shop import Shop, a_knock

AWAITING = a_payment(status=PaymentStatus.AWAITING_DEPOSIT)


async def a_shop_that_waits() -> Shop:
    shop = Shop()
    shop.keep(an_order())
    shop.gateway.put(AWAITING)
    await shop.verify_payment(a_knock())
    await shop.run_tasks.run_due()
    return shop


async def test_an_order_expires_that_the_gateway_says_is_unpaid() -> None:
    shop = await a_shop_that_waits()

    await shop.work_to_rest()

    assert shop.order().status is OrderStatus.EXPIRED
    assert await shop.read_order.waiting_accounts("customer-1") == []
    due_at = an_account().due_at
    assert due_at is not None
    assert shop.clock.now() >= due_at + timedelta(minutes=10)


async def test_an_order_that_was_paid_meanwhile_is_settled_and_not_expired() -> None:
    shop = await a_shop_that_waits()
    shop.gateway.put(a_payment(virtual_account=an_account()))

    await shop.work_to_rest()

    assert shop.order().status is OrderStatus.PAID


async def test_an_order_does_not_expire_while_the_gateway_is_away() -> None:
    shop = await a_shop_that_waits()
    shop.gateway.faults.fail_always("find_payment", GatewayUnavailable("timeout"))
    (record,) = shop.tasks(TaskKind.DEPOSIT_DEADLINE)
    shop.clock.jump_to(record.ready_at)

    await shop.run_tasks.run_due()

    assert shop.order().status is OrderStatus.AWAITING_DEPOSIT
    assert [each.state for each in shop.tasks(TaskKind.DEPOSIT_DEADLINE)] == ["waiting"]


async def test_a_person_is_shown_an_account_that_the_gateway_has_forgotten() -> None:
    shop = Shop()
    shop.keep(an_order(payments=(AWAITING,), status=OrderStatus.AWAITING_DEPOSIT))
    await shop.queue.put(a_task(kind=TaskKind.DEPOSIT_DEADLINE))

    await shop.work_to_rest()

    (record,) = shop.tasks(TaskKind.DEPOSIT_DEADLINE)
    assert (record.state, record.reason) == ("parked", "paymentNotFound")
    assert shop.order().status is OrderStatus.AWAITING_DEPOSIT


async def test_the_gateway_is_not_asked_about_what_no_longer_waits() -> None:
    shop = Shop()
    shop.keep(an_order(payments=(a_payment(),)))
    watch = WatchDeposit(shop.orders, shop.recheck_payment)

    results = [
        await watch(a_task(), 1),
        await watch(a_task(order_id="order-gone"), 1),
    ]

    assert results == [Done(), Done()]
    assert shop.gateway.questions.total() == 0


async def test_the_buyer_is_not_told_an_account_that_lapsed() -> None:
    shop = Shop()
    shop.keep(an_order())
    shop.gateway.put(AWAITING)
    await shop.verify_payment(a_knock())
    due_at = an_account().due_at
    assert due_at is not None
    shop.clock.jump_to(due_at + timedelta(days=1))
    await shop.verify_payment(a_knock())

    await shop.work_to_rest()

    assert shop.notifier.accepted == []


async def test_a_watch_that_began_by_a_wrong_clock_goes_on_until_the_time_is_over() -> None:
    shop = await a_shop_that_waits()
    right = shop.clock.now()
    (record,) = shop.tasks(TaskKind.DEPOSIT_DEADLINE)

    async def set_clock_right(_payment_id: str) -> None:
        shop.clock.jump_to(right)

    shop.gateway.before_answer = set_clock_right
    shop.clock.jump_to(record.ready_at)
    await shop.run_tasks.run_due()

    assert shop.order().status is OrderStatus.AWAITING_DEPOSIT
    assert [each.state for each in shop.tasks(TaskKind.DEPOSIT_DEADLINE)] == ["waiting"]


async def test_a_watch_ends_when_the_account_has_no_deadline_any_more() -> None:
    shop = await a_shop_that_waits()
    (record,) = shop.tasks(TaskKind.DEPOSIT_DEADLINE)
    endless = an_account(due_at=None)
    shop.gateway.put(a_payment(status=PaymentStatus.AWAITING_DEPOSIT, virtual_account=endless))
    shop.clock.jump_to(record.ready_at)

    await shop.run_tasks.run_due()

    assert [each.state for each in shop.tasks(TaskKind.DEPOSIT_DEADLINE)] == ["done"]


async def test_a_watch_ends_when_the_deadline_was_put_off_and_has_another_watch() -> None:
    shop = await a_shop_that_waits()
    (record,) = shop.tasks(TaskKind.DEPOSIT_DEADLINE)
    put_off = an_account(due_at=record.ready_at + timedelta(days=1))
    shop.gateway.put(a_payment(status=PaymentStatus.AWAITING_DEPOSIT, virtual_account=put_off))
    shop.clock.jump_to(record.ready_at)

    await shop.run_tasks.run_due()

    assert sorted(each.state for each in shop.tasks(TaskKind.DEPOSIT_DEADLINE)) == [
        "done",
        "waiting",
    ]


async def test_a_watch_ends_when_the_gateway_takes_the_account_for_one_of_another_order() -> None:
    shop = await a_shop_that_waits()
    (record,) = shop.tasks(TaskKind.DEPOSIT_DEADLINE)
    shop.gateway.put(a_payment(status=PaymentStatus.AWAITING_DEPOSIT, order_id="order-0002"))
    shop.clock.jump_to(record.ready_at)

    await shop.run_tasks.run_due()

    assert [each.state for each in shop.tasks(TaskKind.DEPOSIT_DEADLINE)] == ["done"]
    assert [task.task.detail for task in shop.tasks(TaskKind.ALERT_OPERATOR)] == ["forged"]
