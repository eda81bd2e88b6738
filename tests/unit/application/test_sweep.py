"""The sweep goes on where the last one ended: once for all workers, through crashes and outages."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from application.sweep import (
    FURTHEST,
    LEASE,
    LONG_OVERLAP,
    OPEN_OVERLAP,
    OVERLAP,
    REPORTS_KEPT_FOR,
    Sweep,
)
from application.tend_strays import TendStrays
from domain.order import OrderStatus
from domain.payment import Payment, PaymentStatus
from ports.errors import GatewayUnavailable, RepositoryUnavailable
from ports.sweep_log import SweepLease, SweepReport
from tests.support.factories import GATEWAY, NOON, a_key, a_payment, an_order
from tests.support.shop import Shop

PERIOD_S = 300
PAID = a_payment()


def another_worker(shop: Shop, every_s: int = PERIOD_S) -> Sweep:
    tend = TendStrays(shop.strays, shop.record, shop.settle_difference, shop.keep_stray)
    return Sweep(shop.reconcile, tend, shop.record, shop.sweeps, shop.clock, every_s=every_s)


async def swept(shop: Shop, sweep: Sweep | None = None) -> SweepReport:
    report = await (sweep or shop.sweep).run_due()
    assert report is not None
    return report


def put_money(shop: Shop, number: int, **changes: Any) -> Payment:
    """An order, and a payment for it that nobody tells us of."""
    order_id = f"order-{number}"
    shop.keep(an_order(order_id=order_id, created_at=shop.clock.now()))
    payment = a_payment(key=a_key(f"imp_{number}"), order_id=order_id, **changes)
    shop.gateway.put(payment)
    return payment


async def test_all_that_nobody_told_us_of_is_paid_after_one_sweep() -> None:
    shop = Shop()
    for number in range(50):
        put_money(shop, number)
        shop.clock.advance(10)

    report = await swept(shop)

    assert {order.status for order in shop.store.orders.values()} == {OrderStatus.PAID}
    assert report.found == {"missingHere": 50}
    assert (report.by, report.stopped, report.until) == ("worker", "", shop.clock.now())
    assert list(await shop.sweeps.latest(5)) == [report]


async def test_the_next_sweep_overlaps_the_last_one_and_finds_nothing() -> None:
    shop = Shop()
    put_money(shop, 1)
    shop.clock.advance(60)
    first = await swept(shop)
    shop.clock.advance(PERIOD_S)

    second = await swept(shop)

    assert second.since == first.until - OVERLAP
    assert (second.found, second.questions, second.payments) == ({}, 0, 1)


async def test_the_first_sweep_of_a_new_shop_asks_for_nothing_before_it() -> None:
    shop = Shop()

    report = await swept(shop)

    assert report.since == NOON - OVERLAP


async def test_the_first_sweep_begins_with_the_oldest_open_order() -> None:
    shop = Shop()
    shop.keep(an_order(created_at=NOON - timedelta(days=30)))
    shop.gateway.put(PAID, at=NOON - timedelta(days=29))

    report = await swept(shop)

    assert report.since == NOON - timedelta(days=30) - OVERLAP
    assert shop.order().status is OrderStatus.PAID


async def test_it_never_begins_further_back_than_the_gateway_remembers() -> None:
    shop = Shop()
    shop.keep(an_order(created_at=NOON - timedelta(days=900)))

    report = await swept(shop)

    assert report.since == NOON - FURTHEST - OVERLAP


async def test_once_a_day_it_looks_further_back() -> None:
    shop = Shop()
    first = await swept(shop)
    shop.clock.advance(timedelta(hours=13).total_seconds())

    tomorrow = await swept(shop)
    shop.clock.advance(PERIOD_S)
    after = await swept(shop)

    assert tomorrow.since == first.until - LONG_OVERLAP
    assert after.since == tomorrow.until - OVERLAP


async def test_open_orders_are_asked_for_while_a_buyer_may_be_paying() -> None:
    shop = Shop()
    await swept(shop)
    for minutes in range(0, 60, 10):
        shop.keep(
            an_order(order_id=f"order-{minutes}", created_at=NOON + timedelta(minutes=minutes))
        )
    shop.clock.advance(3600)
    await swept(shop)
    asked = shop.gateway.faults.calls["find_payments_of_order"]
    shop.clock.advance(PERIOD_S)

    await swept(shop)

    again = shop.gateway.faults.calls["find_payments_of_order"] - asked
    assert timedelta(minutes=10) < OPEN_OVERLAP < timedelta(minutes=20)
    assert (asked, again) == (6, 1)


async def test_an_awaited_deposit_is_looked_at_however_old_it_is() -> None:
    shop = Shop()
    await swept(shop)
    awaiting = put_money(shop, 1, status=PaymentStatus.AWAITING_DEPOSIT)
    shop.clock.advance(PERIOD_S)
    await swept(shop)
    # The bank reports a deposit under a time that no sweep walks any more.
    paid = a_payment(key=awaiting.key, order_id=awaiting.order_id)
    shop.gateway.put(paid, at=NOON - timedelta(days=20))
    shop.clock.advance(PERIOD_S)

    report = await swept(shop)

    assert report.found == {"missingHere": 1}
    assert shop.order("order-1").status is OrderStatus.PAID


async def test_strays_are_tended() -> None:
    shop = Shop()
    shop.gateway.put(PAID)
    shop.clock.advance(1)
    first = await swept(shop)
    shop.keep()
    shop.clock.advance(timedelta(hours=9).total_seconds())

    second = await swept(shop)

    assert (first.found, second.found) == (
        {"missingHereWithoutOrder": 1},
        {"missingHere": 1},
    )
    assert shop.store.strays == {}


# --- one sweep for all workers


async def test_two_workers_never_sweep_at_once_nor_one_after_the_other() -> None:
    shop = Shop()
    put_money(shop, 1)
    shop.clock.advance(1)
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_about: str) -> None:
        entered.set()
        await go_on.wait()

    shop.gateway.before_answer = wait
    sweeping = asyncio.create_task(shop.sweep.run_due())
    await entered.wait()

    other = await another_worker(shop).run_due()
    go_on.set()
    report = await sweeping
    too_early = await another_worker(shop).run_due()

    assert (other, too_early) == (None, None)
    assert report is not None
    assert report.found == {"missingHere": 1}


async def test_a_crashed_sweep_is_taken_up_at_its_cursor() -> None:
    shop = Shop()
    shop.keep(an_order(created_at=NOON - timedelta(days=3)))
    walked: list[Any] = []

    async def crash(_about: str) -> None:
        walked.append(shop.store.sweeps[GATEWAY].cursor)
        if len(walked) == 5:
            raise asyncio.CancelledError

    shop.gateway.before_answer = crash
    with pytest.raises(asyncio.CancelledError):
        await shop.sweep.run_due()
    reached = walked[-1]
    at_once = await another_worker(shop).run_due()
    shop.clock.advance(LEASE.total_seconds())

    report = await swept(shop, another_worker(shop))

    assert at_once is None
    assert NOON - timedelta(days=3) < reached < NOON
    assert report.since == reached - LONG_OVERLAP
    assert report.stopped == ""


async def test_an_outage_ends_it_where_it_is_and_the_next_goes_on() -> None:
    shop = Shop()
    shop.keep(an_order(created_at=NOON - timedelta(days=3)))
    shop.gateway.put(PAID, at=NOON - timedelta(hours=2))
    shop.gateway.faults.fail("find_payment", GatewayUnavailable("timeout"))

    stopped = await swept(shop)
    shop.clock.advance(PERIOD_S)
    report = await swept(shop)

    assert stopped.stopped == "timeout"
    assert stopped.found == {}
    assert stopped.since < stopped.until < NOON - timedelta(hours=2)
    assert report.since == stopped.until - LONG_OVERLAP
    assert report.found == {"missingHere": 1}
    assert shop.order().status is OrderStatus.PAID


async def test_an_outage_from_the_start_moves_no_cursor() -> None:
    shop = Shop()
    shop.gateway.faults.fail_always("pages", GatewayUnavailable("timeout"))

    report = await swept(shop)

    assert report.until == report.since
    assert shop.store.sweeps[GATEWAY].cursor is None


async def test_the_cursor_never_goes_back() -> None:
    shop = Shop()
    await swept(shop)
    cursors: list[Any] = []

    async def note(_about: str) -> None:
        cursors.append(shop.store.sweeps[GATEWAY].cursor)

    shop.gateway.before_answer = note
    shop.clock.advance(timedelta(hours=13).total_seconds())
    await swept(shop)

    assert len(cursors) > 2
    assert cursors == sorted(cursors)
    assert cursors[0] == NOON


async def test_a_long_slice_keeps_its_lease() -> None:
    shop = Shop()
    for number in range(10):
        put_money(shop, number)
    shop.clock.advance(1)
    others: list[SweepReport | None] = []

    async def take_long(about: str) -> None:
        if about:
            shop.clock.advance(LEASE.total_seconds() / 2 + 1)
            others.append(await another_worker(shop).run_due())

    shop.gateway.before_answer = take_long
    report = await swept(shop)

    assert others == [None] * 10
    assert report.found == {"missingHere": 10}


async def test_a_worker_that_was_too_slow_leaves_it_to_the_other() -> None:
    shop = Shop()
    for number in range(3):
        put_money(shop, number)
    shop.clock.advance(1)
    taken: list[SweepLease | None] = []

    async def hang(about: str) -> None:
        if about == "imp_1":
            shop.clock.advance(LEASE.total_seconds() + 1)
            now = shop.clock.now()
            taken.append(await shop.sweeps.begin(GATEWAY, now, now + LEASE, now))

    shop.gateway.before_answer = hang
    report = await swept(shop)

    (lease,) = taken
    assert lease is not None
    assert (report.stopped, report.found) == ("leaseLost", {"missingHere": 2})
    assert shop.store.sweeps[GATEWAY].token == lease.token


# --- until told to stop


async def test_told_to_stop_it_ends_at_its_next_step_and_another_goes_on_at_once() -> None:
    shop = Shop()
    for number in range(3):
        put_money(shop, number)
    shop.clock.advance(1)
    stop = asyncio.Event()

    async def tell(about: str) -> None:
        if about == "imp_0":
            stop.set()

    shop.gateway.before_answer = tell
    stopped = await shop.sweep.run_due(stop)
    shop.gateway.before_answer = another_quiet_time
    report = await another_worker(shop).run_due()

    assert stopped is not None
    assert (stopped.stopped, stopped.found) == ("stopped", {"missingHere": 1})
    assert report is not None
    assert report.found == {"missingHere": 2}


async def another_quiet_time(_about: str) -> None:
    """Nothing happens."""


async def run_for_a_while(sweep: Sweep, seconds: float) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(sweep.run_until(stop))
    await asyncio.sleep(seconds)
    stop.set()
    await running


async def test_it_sweeps_until_told_to_stop() -> None:
    shop = Shop()
    put_money(shop, 1)
    shop.clock.advance(1)

    await run_for_a_while(another_worker(shop, every_s=1), 0.05)

    assert shop.order("order-1").status is OrderStatus.PAID


async def test_neither_an_outage_nor_a_mistake_ends_it(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    put_money(shop, 1)
    shop.clock.advance(1)
    shop.faults.fail("begin", RepositoryUnavailable("databaseBusy"), nth=1)
    shop.faults.fail("begin", ZeroDivisionError("ours"), nth=2)

    await run_for_a_while(another_worker(shop, every_s=1), 1.0)

    assert shop.order("order-1").status is OrderStatus.PAID
    assert "databaseBusy" in caplog.text
    assert "ZeroDivisionError" in caplog.text


async def test_an_outage_of_the_store_is_no_end(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    shop.faults.fail("end", RepositoryUnavailable("databaseBusy"))

    with pytest.raises(RepositoryUnavailable):
        await shop.sweep.run_due()
    shop.clock.advance(LEASE.total_seconds())

    assert await shop.sweep.run_due() is not None


async def test_differences_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    shop = Shop()
    put_money(shop, 1)
    shop.clock.advance(1)

    await swept(shop)

    assert "missingHere: payment portone-v1/imp_1, order order-1" in caplog.text


async def test_old_reports_are_forgotten() -> None:
    shop = Shop()
    old = await swept(shop)
    shop.clock.advance(REPORTS_KEPT_FOR.total_seconds() + 1)

    new = await swept(shop)

    assert old not in await shop.sweeps.latest(10)
    assert new in await shop.sweeps.latest(10)
