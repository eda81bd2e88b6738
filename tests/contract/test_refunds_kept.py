"""Refunds are kept with their order, each as it was last written, and those that wait are found."""

from dataclasses import replace

import pytest

from domain.errors import InvalidValue
from domain.order import Order, Trigger
from domain.refund import Refund, RefundStatus, Requester
from domain.refund_steps import approved, asked, done, refused, requested
from domain.tasks import refund_task
from ports.errors import ConcurrentUpdate
from ports.order_repository import OrderRepository
from ports.task_queue import TaskQueue
from tests.contract.evolution import stored
from tests.support.factories import (
    NOON,
    a_key,
    a_payment,
    a_refund,
    a_refund_account,
    an_order,
    won,
)

AWAITING, REQUESTED, ASKED, DONE, REFUSED = RefundStatus


def numbered(number: int, **changes: object) -> Refund:
    return a_refund(refund_id=f"rf-{number:020}-order-0001", **changes)


async def saved(orders: OrderRepository, order: Order) -> Order:
    await orders.save(order, [])
    found = await orders.find_by_id(order.order_id)
    assert found == order
    return order


@pytest.mark.parametrize("status", RefundStatus)
async def test_a_refund_comes_back_as_it_went_in(
    orders: OrderRepository, status: RefundStatus
) -> None:
    order = await stored(orders, an_order(), a_payment())
    account = None if status in (DONE, REFUSED) else a_refund_account()
    refund = a_refund(status=status, account=account, operator="김운영", reason="단순 변심 · 💸")

    await saved(orders, requested(order, refund, NOON, Trigger.SHOP))


@pytest.mark.parametrize("requester", Requester)
async def test_what_may_be_missing_stays_missing(
    orders: OrderRepository, requester: Requester
) -> None:
    order = await stored(orders, an_order(), a_payment())
    account = a_refund_account(phone=None)
    refund = a_refund(requested_by=requester, account=account, key=a_key("imp_forged"))

    await saved(orders, requested(order, refund, NOON, Trigger.POLICY))


async def test_each_step_replaces_the_one_before_and_is_added_to_the_history(
    orders: OrderRepository,
) -> None:
    order = await stored(orders, an_order(), a_payment())
    first = numbered(1, status=AWAITING, account=a_refund_account())
    second = numbered(2, amount=won(1))

    order = await saved(orders, requested(order, first, NOON, Trigger.POLICY))
    order = await saved(orders, requested(order, second, NOON, Trigger.SHOP))
    order = await saved(orders, approved(order, first.refund_id, NOON, "kim", Trigger.CLI))
    order = await saved(orders, asked(order, first.refund_id, NOON, won(0)))
    order = await saved(orders, refused(order, second.refund_id, NOON, "no", Trigger.REFUND))
    order = await saved(orders, done(order, first.refund_id, NOON))

    assert [each.status for each in order.refunds] == [DONE, REFUSED]
    assert [entry.outcome for entry in order.history[1:]] == [
        "refundRequested",
        "refundRequested",
        "refundApproved",
        "refundAsked",
        "refundRefused",
        "refundDone",
    ]


async def test_refund_and_task_are_one_write(orders: OrderRepository, tasks: TaskQueue) -> None:
    order = await stored(orders, an_order(), a_payment())
    grown = requested(order, a_refund(), NOON, Trigger.SHOP)
    stale = replace(grown, version=grown.version + 1)

    with pytest.raises(ConcurrentUpdate):
        await orders.save(stale, [refund_task(order.order_id, a_refund(), NOON)])

    assert await orders.find_by_id(order.order_id) == order
    assert (await tasks.count())["waiting"] == 0


async def waiting(orders: OrderRepository, order_id: str, status: RefundStatus) -> None:
    order = await stored(orders, an_order(order_id=order_id))
    refund = a_refund(refund_id=f"rf-{order_id}", status=status, key=a_key(f"imp-{order_id}"))
    await orders.save(requested(order, refund, NOON, Trigger.POLICY), [])


async def page(orders: OrderRepository, after: str, limit: int) -> list[str]:
    found = await orders.list_awaiting_approval(after, limit)
    return [order.order_id for order in found]


async def test_orders_that_await_approval_are_listed_page_by_page(
    orders: OrderRepository,
) -> None:
    for order_id in ("c", "B", "a", "d"):
        await waiting(orders, order_id, AWAITING)
    for status in (REQUESTED, ASKED, DONE, REFUSED):
        await waiting(orders, f"b-{status}", status)

    assert await page(orders, "", 10) == ["B", "a", "c", "d"]
    assert await page(orders, "", 3) == ["B", "a", "c"]
    assert await page(orders, "c", 3) == ["d"]
    assert await page(orders, "", 0) == []


async def test_an_order_with_two_that_wait_is_listed_once_and_whole(
    orders: OrderRepository,
) -> None:
    order = await stored(orders, an_order(), a_payment())
    for number in (1, 2):
        refund = numbered(number, status=AWAITING)
        order = await saved(orders, requested(order, refund, NOON, Trigger.POLICY))

    assert list(await orders.list_awaiting_approval("", 10)) == [order]


async def test_what_is_approved_waits_no_more(orders: OrderRepository) -> None:
    order = await stored(orders, an_order(), a_payment())
    order = await saved(orders, requested(order, a_refund(status=AWAITING), NOON, Trigger.POLICY))

    await saved(orders, approved(order, a_refund().refund_id, NOON, "kim", Trigger.CLI))

    assert await page(orders, "", 10) == []


def test_a_step_of_a_refund_that_the_order_does_not_have_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"^refund_id: "):
        done(an_order(), "rf-none", NOON)
