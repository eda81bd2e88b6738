"""A person's word lets a refund go on, or ends it; nobody's word counts twice."""

from dataclasses import replace

import pytest

from application.approve_refund import (
    ApproveRefund,
    Decided,
    NotWaiting,
    RefundNotFound,
    WaitingRefund,
)
from domain.errors import InvalidValue
from domain.order import Trigger
from domain.refund import RefundStatus, RefundStep
from domain.tasks import TaskKind
from ports.errors import ConcurrentUpdate, RecordCorrupt
from ports.order_repository import UnreadableOrder
from tests.support.factories import a_key, a_payment, a_refund, an_order
from tests.support.shop import Shop

PAID = a_payment()
WAITS = a_refund(status=RefundStatus.AWAITING_APPROVAL)
ORDER = an_order(payments=(PAID,), settled_by=PAID.key, refunds=(WAITS,))


def a_shop() -> Shop:
    shop = Shop()
    shop.keep(ORDER)
    shop.gateway.put(PAID)
    return shop


def approving(shop: Shop) -> ApproveRefund:
    return ApproveRefund(shop.orders, shop.clock)


async def test_an_approved_refund_is_carried_out() -> None:
    shop = a_shop()

    answer = await approving(shop)(WAITS.refund_id, operator="kim", approves=True)

    assert isinstance(answer, Decided)
    assert (answer.refund.status, answer.refund.operator) == (RefundStatus.REQUESTED, "kim")
    entry = shop.order().history[-1]
    assert (entry.outcome, entry.trigger) == (RefundStep.REFUND_APPROVED, Trigger.CLI)
    await shop.work_to_rest()
    assert shop.order().refunds[0].status is RefundStatus.DONE
    assert len(shop.gateway.refunds) == 1


async def test_a_declined_refund_ends_and_frees_its_amount() -> None:
    shop = a_shop()

    answer = await approving(shop)(WAITS.refund_id, operator="kim", approves=False)

    assert isinstance(answer, Decided)
    assert (answer.refund.refused_because, answer.refund.operator) == ("notApproved", "kim")
    assert shop.tasks(TaskKind.REFUND) == []


@pytest.mark.parametrize("approves", [True, False])
async def test_the_record_says_which_door_the_word_came_through(approves: bool) -> None:
    shop = a_shop()

    await approving(shop)(
        WAITS.refund_id, operator="kim", approves=approves, trigger=Trigger.CONSOLE
    )

    assert shop.order().history[-1].trigger is Trigger.CONSOLE


@pytest.mark.parametrize("approves", [True, False])
async def test_the_second_word_changes_nothing(approves: bool) -> None:
    shop = a_shop()
    await approving(shop)(WAITS.refund_id, operator="kim", approves=True)
    before = shop.order()

    answer = await approving(shop)(WAITS.refund_id, operator="lee", approves=approves)

    assert isinstance(answer, NotWaiting)
    assert shop.order() == before


async def test_what_names_no_refund_is_told() -> None:
    approve = approving(a_shop())
    unknown = WAITS.refund_id.replace("rf-0", "rf-1")

    assert await approve(unknown, operator="kim", approves=True) == RefundNotFound()
    elsewhere = WAITS.refund_id.replace("order-0001", "order-9")
    assert await approve(elsewhere, operator="kim", approves=True) == RefundNotFound()
    with pytest.raises(InvalidValue, match=r"^refund_id: "):
        await approve("order-0001", operator="kim", approves=True)
    with pytest.raises(InvalidValue, match=r"^operator: "):
        await approve(WAITS.refund_id, operator="", approves=True)


async def test_who_loses_a_race_decides_anew() -> None:
    shop = a_shop()
    shop.faults.fail("save", ConcurrentUpdate("version"))

    assert isinstance(
        await approving(shop)(WAITS.refund_id, operator="kim", approves=True), Decided
    )
    shop.faults.fail_always("save", ConcurrentUpdate("version"))
    shop.keep(ORDER)
    with pytest.raises(ConcurrentUpdate):
        await approving(shop)(WAITS.refund_id, operator="kim", approves=True)


async def test_all_that_wait_are_listed_over_many_pages() -> None:
    shop = Shop()
    for number in range(250):
        waits = [replace(WAITS, refund_id=f"rf-{number}-{each}") for each in range(1 + number % 2)]
        over = a_refund(refund_id=f"rf-{number}-over", status=RefundStatus.REFUSED)
        shop.keep(
            an_order(
                order_id=f"order-{number:04}",
                payments=(a_payment(key=a_key(f"imp_{number}")),),
                refunds=(over, *waits),
            )
        )
    shop.keep(an_order(order_id="order-without"))

    found = [each async for each in approving(shop).waiting()]
    listed = [each.refund.refund_id for each in found if isinstance(each, WaitingRefund)]

    assert len(listed) == len(set(listed)) == 375
    assert not [each for each in listed if each.endswith("over")]


async def test_an_order_that_cannot_be_read_is_told_in_its_place_and_hides_no_other() -> None:
    shop = a_shop()
    shop.faults.fail(
        "list_awaiting_approval", RecordCorrupt("recordCorrupt", order_id="order-0", field="amount")
    )

    found = [each async for each in approving(shop).waiting()]

    assert found == [
        UnreadableOrder(order_id="order-0", field="amount"),
        WaitingRefund(order=shop.order(), refund=WAITS),
    ]


async def test_a_list_that_cannot_be_turned_past_what_is_broken_says_so() -> None:
    shop = a_shop()
    shop.faults.fail_always("list_awaiting_approval", RecordCorrupt("recordCorrupt"))

    with pytest.raises(RecordCorrupt):
        [each async for each in approving(shop).waiting()]
