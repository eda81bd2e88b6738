"""A payment that waits for our word gets it at a buyer's knock, once, if nothing speaks against."""

import asyncio
from dataclasses import replace

import pytest

from application.retry_schedule import MAX_ATTEMPTS_FOR_ABSENT
from application.run_tasks import Done, TryLater
from application.verify_payment import Settled, Verdict, VerifyPayment
from domain.approval import APPROVAL_TAKES, noted
from domain.errors import InvalidValue
from domain.history import MAX_HISTORY
from domain.order import OrderStatus, Trigger
from domain.outcome import AwaitingDeposit, Failed, Forged, Paid, Pending
from domain.payment import PaymentStatus
from domain.recorded_payment import RecordedPayment
from domain.tasks import AlertReason, TaskKind, recheck
from ports.errors import (
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    PortError,
    RepositoryUnavailable,
)
from tests.support.factories import (
    NOON,
    ORDER_ID,
    PAYMENT_ID,
    a_key,
    a_payment,
    an_account,
    an_order,
    won,
)
from tests.support.shop import Shop, a_knock, settled_order

WAITING = a_payment(status=PaymentStatus.OPENED, awaits_approval=True, paid_at=None)
BUYERS = [Trigger.BROWSER, Trigger.REDIRECT]
UNKNOWN = [GatewayUnavailable("timeout"), GatewayProtocolError("nonsense")]


def a_shop() -> Shop:
    shop = Shop()
    shop.keep()
    shop.gateway.put(WAITING)
    return shop


def outcome(verdict: Verdict) -> object:
    assert isinstance(verdict, Settled)
    return verdict.outcome


@pytest.mark.parametrize("trigger", BUYERS)
async def test_a_buyers_knock_takes_the_money(trigger: Trigger) -> None:
    shop = a_shop()

    verdict = await shop.verify_payment(a_knock(trigger))

    assert outcome(verdict) == Paid()
    assert shop.order().status is OrderStatus.PAID
    assert shop.gateway.approvals == [PAYMENT_ID]
    assert shop.asked == [
        "orders.find_by_id",
        "gateway.find_payment",
        "orders.save",
        "approval.approve",
        "orders.save",
    ]


@pytest.mark.parametrize("trigger", [each for each in Trigger if each not in BUYERS])
async def test_nobody_elses_knock_does(trigger: Trigger) -> None:
    shop = a_shop()

    verdict = await shop.verify_payment(a_knock(trigger, claimed=PaymentStatus.UNKNOWN))

    assert outcome(verdict) == Pending()
    assert shop.gateway.approvals == []


async def test_a_gateway_that_needs_no_word_is_given_none() -> None:
    shop = a_shop()
    verify = VerifyPayment(
        shop.orders, shop.queue, shop.gateways, shop.clock, shop.policy, shop.budget
    )

    assert outcome(await verify(a_knock())) == Pending()


async def test_a_forged_amount_is_not_taken() -> None:
    shop = a_shop()
    shop.gateway.put(replace(WAITING, total=won(100)))

    verdict = await shop.verify_payment(a_knock())

    assert isinstance(outcome(verdict), Forged)
    assert shop.gateway.approvals == []


async def test_a_second_payment_is_not_taken() -> None:
    shop = Shop()
    shop.keep(settled_order(a_payment(key=a_key("imp_first"))))
    shop.gateway.put(WAITING)

    verdict = await shop.verify_payment(a_knock())

    assert outcome(verdict) == Pending()
    assert shop.gateway.approvals == []
    assert shop.order().status is OrderStatus.PAID


OTHER = replace(WAITING, key=a_key("imp_other"))


async def test_of_two_that_wait_at_once_one_alone_is_taken() -> None:
    shop = a_shop()
    shop.gateway.put(OTHER)
    met = asyncio.Barrier(2)
    questions: list[str] = []

    async def meet(about: str) -> None:
        questions.append(about)
        if len(questions) <= 2:  # both have read the order, and both know what they ask about
            await met.wait()

    shop.gateway.before_answer = meet

    verdicts = await asyncio.gather(
        shop.verify_payment(a_knock()), shop.verify_payment(a_knock(payment_id="imp_other"))
    )

    assert len(shop.gateway.approvals) == 1
    assert {type(outcome(each)) for each in verdicts} == {Paid, Pending}
    assert shop.order().status is OrderStatus.PAID


async def test_while_nobody_knows_what_came_of_one_no_other_is_taken() -> None:
    shop = a_shop()
    shop.gateway.put(OTHER)
    shop.gateway.faults.fail("approve", GatewayUnavailable("cut"))
    with pytest.raises(GatewayUnavailable):
        await shop.verify_payment(a_knock())
    before = shop.order()

    verdict = await shop.verify_payment(a_knock(payment_id="imp_other"))

    assert outcome(verdict) == Pending()
    assert isinstance(verdict, Settled)
    assert verdict.awaits_approval
    assert shop.order() == before
    shop.clock.advance(APPROVAL_TAKES.total_seconds())
    assert outcome(await shop.verify_payment(a_knock(payment_id="imp_other"))) == Paid()
    assert shop.gateway.approvals == ["imp_other"]


async def test_by_an_old_note_nothing_is_taken_if_the_order_has_news() -> None:
    shop = a_shop()
    shop.gateway.put(OTHER)
    shop.gateway.faults.fail("approve", GatewayUnavailable("cut"))
    with pytest.raises(GatewayUnavailable):
        await shop.verify_payment(a_knock())
    asked: list[str] = []

    async def pay_by_another(about: str) -> None:
        asked.append(about)
        if len(asked) == 1:  # the order was read, and the answer about the payment is on its way
            shop.gateway.put(replace(OTHER, status=PaymentStatus.PAID, awaits_approval=False))
            await shop.verify_payment(a_knock(Trigger.WEBHOOK, payment_id="imp_other"))

    shop.gateway.before_answer = pay_by_another

    await shop.verify_payment(a_knock())

    assert shop.order().status is OrderStatus.PAID
    assert shop.gateway.approvals == []


async def forgotten_after(shop: Shop) -> None:
    """One payment was noted, and taken, and nobody could hear of it; its note has grown old."""
    shop.gateway.put(OTHER)
    shop.gateway.faults.fail("approve", GatewayUnavailable("cut"), after=True)
    shop.gateway.faults.fail("find_payment", GatewayUnavailable("cut"), nth=2)
    with pytest.raises(GatewayUnavailable):
        await shop.verify_payment(a_knock())
    shop.clock.advance(APPROVAL_TAKES.total_seconds())


async def test_before_another_is_taken_the_gateway_tells_what_came_of_the_first() -> None:
    shop = a_shop()
    await forgotten_after(shop)

    verdict = await shop.verify_payment(a_knock(payment_id="imp_other"))

    assert outcome(verdict) == Pending()
    assert shop.gateway.approvals == [PAYMENT_ID]
    assert shop.order().status is OrderStatus.PAID
    assert shop.order().settled_by == a_key()


async def test_no_other_is_taken_while_the_gateway_cannot_tell() -> None:
    shop = a_shop()
    await forgotten_after(shop)
    shop.gateway.faults.fail("find_payment", GatewayUnavailable("cut"), nth=2)

    with pytest.raises(GatewayUnavailable):
        await shop.verify_payment(a_knock(payment_id="imp_other"))

    assert shop.gateway.approvals == [PAYMENT_ID]


async def test_what_no_gateway_knows_any_more_holds_nobody_up() -> None:
    shop = a_shop()
    await forgotten_after(shop)
    shop.gateway.forget(PAYMENT_ID)

    assert outcome(await shop.verify_payment(a_knock(payment_id="imp_other"))) == Paid()


async def test_nor_does_a_gateway_that_was_taken_out_of_the_settings() -> None:
    shop = a_shop()
    elsewhere = a_payment(status=PaymentStatus.OPENED, key=a_key(gateway="elsewhere"), paid_at=None)
    order = noted(an_order(), elsewhere, NOON - APPROVAL_TAKES, Trigger.BROWSER)
    assert order is not None
    shop.keep(order)

    assert outcome(await shop.verify_payment(a_knock())) == Paid()


async def test_what_another_order_holds_is_not_taken_for_this_one() -> None:
    shop = a_shop()
    theirs = a_payment(status=PaymentStatus.OPENED, paid_at=None)
    shop.keep(an_order(), an_order(order_id="order-0002", payments=(theirs,)))

    verdict = await shop.verify_payment(a_knock())

    assert isinstance(outcome(verdict), Forged)
    assert shop.gateway.approvals == []


async def test_an_order_that_is_full_takes_no_money() -> None:
    shop = Shop()
    entry = settled_order(OTHER).history[0]
    shop.keep(an_order(history=(entry,) * MAX_HISTORY, version=MAX_HISTORY))
    shop.gateway.put(WAITING)

    assert outcome(await shop.verify_payment(a_knock())) == Pending()
    assert shop.gateway.approvals == []


async def test_an_approval_may_issue_an_account() -> None:
    shop = a_shop()
    shop.gateway.put(replace(WAITING, virtual_account=an_account()))

    verdict = await shop.verify_payment(a_knock())

    assert outcome(verdict) == AwaitingDeposit(account=an_account())
    assert shop.tasks(TaskKind.TELL_BUYER_ACCOUNT)


async def test_a_decline_is_a_failure_with_its_reason() -> None:
    shop = a_shop()
    shop.gateway.declines[PAYMENT_ID] = "the card has expired"

    verdict = await shop.verify_payment(a_knock())

    assert outcome(verdict) == Failed(reason="the card has expired")
    assert shop.order().status is OrderStatus.PENDING


async def test_after_a_decline_the_gateways_own_word_counts() -> None:
    shop = a_shop()
    shop.gateway.declines[PAYMENT_ID] = "already approved"
    asked: list[str] = []

    async def pay_meanwhile(about: str) -> None:
        asked.append(about)
        if len(asked) == 3:  # found, declined, looked up
            shop.gateway.put(a_payment())

    shop.gateway.before_answer = pay_meanwhile

    assert outcome(await shop.verify_payment(a_knock())) == Paid()


async def test_a_payment_that_vanishes_at_a_decline_has_failed() -> None:
    shop = a_shop()
    shop.gateway.declines[PAYMENT_ID] = "expired"
    asked: list[str] = []

    async def vanish(about: str) -> None:
        asked.append(about)
        if len(asked) == 3:
            shop.gateway.forget(PAYMENT_ID)

    shop.gateway.before_answer = vanish

    assert outcome(await shop.verify_payment(a_knock())) == Failed(reason="expired")


@pytest.mark.parametrize("unknown", UNKNOWN)
async def test_a_lost_reply_is_looked_up(unknown: PortError) -> None:
    shop = a_shop()
    shop.gateway.faults.fail("approve", unknown, after=True)

    verdict = await shop.verify_payment(a_knock())

    assert outcome(verdict) == Paid()
    assert shop.gateway.approvals == [PAYMENT_ID]


@pytest.mark.parametrize("unknown", UNKNOWN)
async def test_what_nobody_knows_is_unknown_and_looked_at_again(unknown: PortError) -> None:
    shop = a_shop()
    shop.gateway.faults.fail("approve", unknown)

    with pytest.raises(type(unknown)):
        await shop.verify_payment(a_knock())

    assert shop.order().status is OrderStatus.PENDING
    assert [each.task.key for each in shop.tasks(TaskKind.RECHECK)] == [a_key()]


async def test_what_has_vanished_is_unknown_too() -> None:
    shop = a_shop()
    shop.gateway.faults.fail("approve", GatewayUnavailable("cut"))

    async def forget(_about: str) -> None:
        if "approval.approve" in shop.asked:
            shop.gateway.forget(PAYMENT_ID)

    shop.gateway.before_answer = forget

    with pytest.raises(GatewayUnavailable):
        await shop.verify_payment(a_knock())


async def test_the_buyer_may_try_again_and_is_charged_once() -> None:
    shop = a_shop()
    shop.gateway.faults.fail("approve", GatewayUnavailable("cut"))
    with pytest.raises(GatewayUnavailable):
        await shop.verify_payment(a_knock())

    assert outcome(await shop.verify_payment(a_knock())) == Paid()
    assert outcome(await shop.verify_payment(a_knock())) == Paid()
    assert shop.gateway.approvals == [PAYMENT_ID]


async def test_refused_credentials_are_told() -> None:
    shop = a_shop()
    shop.gateway.faults.fail("approve", GatewayRefused("key"))

    with pytest.raises(GatewayRefused):
        await shop.verify_payment(a_knock())


async def test_money_taken_just_before_the_record_goes_away_is_found_again() -> None:
    shop = a_shop()
    shop.faults.fail("save", RepositoryUnavailable("cut"), nth=2)  # the first is the note
    with pytest.raises(RepositoryUnavailable):
        await shop.verify_payment(a_knock())
    shop.faults.stop()

    verdict = await shop.verify_payment(a_knock(Trigger.RECONCILE, claimed=PaymentStatus.UNKNOWN))

    assert outcome(verdict) == Paid()
    assert shop.gateway.approvals == [PAYMENT_ID]


async def test_the_pages_token_reaches_the_gateway() -> None:
    shop = a_shop()
    tokens: list[str | None] = []
    approve = shop.gateway.approve

    async def noted(payment_id: str, order_id: str, amount: object, token: str | None, /) -> object:
        tokens.append(token)
        if token == "bad":
            raise InvalidValue("approval_token", "is not one")
        return await approve(payment_id, order_id, amount, token)  # type: ignore[arg-type]

    shop.gateway.approve = noted  # type: ignore[method-assign, assignment]

    with pytest.raises(InvalidValue):
        await shop.verify_payment(a_knock(approval_token="bad"))
    await shop.verify_payment(a_knock(approval_token="good"))

    assert tokens == ["bad", "good"]
    assert "good" not in repr(a_knock(approval_token="good"))


async def test_a_recheck_waits_a_while_for_what_may_have_been_approved() -> None:
    shop = a_shop()
    task = recheck(ORDER_ID, a_key(), NOON)

    early = await shop.recheck_payment(task, 1)
    late = await shop.recheck_payment(task, MAX_ATTEMPTS_FOR_ABSENT)

    assert early == TryLater(why="awaitsApproval")
    assert late == Done()
    assert shop.gateway.approvals == []


async def test_a_stray_that_waits_is_kept_as_an_open_payment() -> None:
    shop = Shop()

    await shop.keep_stray(WAITING, AlertReason.WITHOUT_ORDER)

    assert [each.payment for each in shop.store.strays.values()] == [
        replace(WAITING, awaits_approval=False)
    ]


async def test_the_sweep_finds_nothing_new_in_what_waits() -> None:
    shop = Shop()
    order = settled_order(WAITING)
    ours = RecordedPayment(payment=order.payments[0], settles=False)

    assert ours.agrees_with(WAITING, NOON, shop.policy)
