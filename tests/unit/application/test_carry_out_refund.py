"""A refund is looked at, written down, asked for, and concluded; whatever is lost, never twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from application.carry_out_refund import (
    ALERT_AT_ATTEMPT,
    EARLIER_ASKS_ARE_OVER_AFTER,
    CarryOutRefund,
)
from application.retry_schedule import MAX_ATTEMPTS_FOR_REFUND
from application.run_tasks import Done, GiveUp, TaskResult, TryLater
from domain.money import Money
from domain.order import Order, OrderStatus, Trigger
from domain.outcome import OutcomeKind
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.refund import Refund, RefundStatus, RefundStep, Requester
from domain.refund_request import RefundRequest
from domain.tasks import Task, TaskKind, refund_task
from ports.errors import (
    ConcurrentUpdate,
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    PortError,
)
from ports.refund_desk import RefundDeclined, RefundOrder
from tests.support.factories import (
    GATEWAY,
    NOON,
    ORDER_ID,
    PAYMENT_ID,
    a_key,
    a_payment,
    a_refund,
    a_refund_account,
    an_account,
    an_entry,
    an_order,
    evidence,
    won,
)
from tests.support.shop import Shop

PAID = a_payment()
ASKED, DONE, REFUSED = RefundStatus.ASKED, RefundStatus.DONE, RefundStatus.REFUSED


def paid_order(*refunds: Refund, payment: Payment = PAID) -> Order:
    return an_order(
        payments=(payment,),
        settled_by=payment.key,
        status=OrderStatus.PAID,
        version=1,
        history=(an_entry(),),
        refunds=refunds,
    )


def a_shop(*refunds: Refund, payment: Payment = PAID) -> Shop:
    shop = Shop()
    shop.keep(paid_order(*(refunds or (a_refund(),)), payment=payment))
    shop.gateway.put(payment)
    return shop


def task_of(shop: Shop) -> Task:
    return refund_task(ORDER_ID, shop.order().refunds[0], NOON)


async def carry_out(shop: Shop, attempts: int = 1) -> TaskResult:
    return await shop.carry_out_refund(task_of(shop), attempts)


def refund_of(shop: Shop) -> Refund:
    return shop.order().refunds[0]


def steps(shop: Shop) -> list[str]:
    return [entry.outcome for entry in shop.order().history[1:]]


def cancelled_minor(shop: Shop) -> int:
    payment = shop.gateway._payments[PAYMENT_ID]
    assert isinstance(payment.cancelled, Money)
    return payment.cancelled.amount_minor


def given_back(amount: int) -> Payment:
    return a_payment(
        status=PaymentStatus.PARTIALLY_CANCELLED,
        cancelled=won(amount),
        evidence=evidence(f"{amount} given back"),
    )


@pytest.mark.parametrize(
    ("refund", "result", "status"),
    [
        (a_refund(), Done(), REFUSED),
        (
            a_refund(status=ASKED),
            TryLater(why="paymentBoundElsewhere", max_attempts=MAX_ATTEMPTS_FOR_REFUND),
            ASKED,
        ),
    ],
)
async def test_what_the_record_has_as_another_orders_is_not_asked_for(
    refund: Refund, result: TaskResult, status: RefundStatus
) -> None:
    shop = Shop()
    shop.keep(an_order(refunds=(refund,)))
    shop.gateway.put(PAID)
    shop.store.bindings[PAID.key] = "order-0002"

    assert await carry_out(shop) == result

    assert refund_of(shop).status is status
    assert cancelled_minor(shop) == 0


async def test_money_is_given_back_and_order_and_history_follow() -> None:
    shop = a_shop()

    assert await carry_out(shop) == Done()

    order = shop.order()
    assert cancelled_minor(shop) == 300
    assert refund_of(shop).status is DONE
    assert order.status is OrderStatus.PARTIALLY_REFUNDED
    assert steps(shop) == [
        RefundStep.REFUND_ASKED,
        OutcomeKind.CANCELLED,
        RefundStep.REFUND_DONE,
    ]
    assert {entry.trigger for entry in order.history[1:]} == {Trigger.REFUND}
    assert [entry.version for entry in order.history] == list(range(1, order.version + 1))


async def test_what_is_asked_says_what_was_left_and_names_the_refund() -> None:
    shop = a_shop(a_refund(account=a_refund_account()), payment=given_back(200))

    await carry_out(shop)

    assert shop.gateway.refunds == [
        RefundOrder(
            refund_id=a_refund().refund_id,
            payment_id=PAYMENT_ID,
            amount=won(300),
            remaining=won(800),
            reason=a_refund().reason,
            account=a_refund_account(),
        )
    ]
    assert refund_of(shop).account is None


async def test_what_was_given_back_elsewhere_meanwhile_is_settled_on_the_way() -> None:
    shop = a_shop()
    shop.gateway.put(given_back(200))

    assert await carry_out(shop) == Done()

    assert cancelled_minor(shop) == 500
    assert refund_of(shop).cancelled_before == won(200)
    assert steps(shop) == ["cancelled", "refundAsked", "cancelled", "refundDone"]


async def test_the_intent_is_written_before_the_gateway_is_asked() -> None:
    shop = a_shop()
    seen: list[RefundStatus] = []

    async def look(call: str) -> None:
        if call == "desk.refund":
            seen.append(refund_of(shop).status)

    shop.around = look
    await carry_out(shop)

    assert seen[0] is ASKED


UNKNOWNS = [
    GatewayUnavailable("timeout"),
    GatewayProtocolError("envelope"),
    GatewayRefused("credentials"),
]


@pytest.mark.parametrize("error", UNKNOWNS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("after", [False, True], ids=["not done", "done"])
async def test_an_unknown_result_is_looked_up_before_it_is_asked_again(
    error: PortError, after: bool
) -> None:
    shop = a_shop()
    shop.gateway.faults.fail("refund", error, after=after)

    first = await carry_out(shop)
    between = refund_of(shop).status
    second = await carry_out(shop)

    assert first == TryLater(why=error.code, max_attempts=MAX_ATTEMPTS_FOR_REFUND)
    assert between is ASKED
    assert second == Done()
    assert refund_of(shop).status is DONE
    assert cancelled_minor(shop) == 300
    assert len(shop.gateway.refunds) == 1


async def test_it_is_asked_again_in_the_same_words() -> None:
    shop = a_shop()
    orders: list[RefundOrder] = []

    class Silent:
        async def refund(self, order: RefundOrder, /) -> Payment | RefundDeclined:
            orders.append(order)
            raise GatewayUnavailable("timeout")

    shop.carry_out_refund._desks = {GATEWAY: Silent()}
    for attempt in (1, 2, 3):
        await carry_out(shop, attempt)

    assert len(orders) == 3
    assert len(set(orders)) == 1
    assert steps(shop) == ["refundAsked"]


async def test_a_change_by_less_ends_it_and_a_person_is_told() -> None:
    shop = a_shop(a_refund(status=ASKED))
    shop.gateway.put(given_back(100))

    assert await carry_out(shop) == Done()

    assert refund_of(shop).status is REFUSED
    assert refund_of(shop).refused_because == "changedMeanwhile"
    assert shop.gateway.refunds == []
    details = [record.task.detail for record in shop.tasks(TaskKind.ALERT_OPERATOR)]
    assert details == [f"refundRefused:{refund_of(shop).refund_id}"]


async def test_a_decline_ends_it_with_the_gateways_own_words() -> None:
    shop = a_shop(payment=a_payment(virtual_account=an_account()))

    assert await carry_out(shop) == Done()

    assert refund_of(shop).status is REFUSED
    assert refund_of(shop).refused_because == "a refund account is needed"
    assert steps(shop) == ["refundAsked", "refundRefused"]
    assert cancelled_minor(shop) == 0


class Declining:
    """Says no; `first` happens before."""

    def __init__(self, first: Any = lambda: None) -> None:
        self._first = first

    async def refund(self, _order: RefundOrder, /) -> Payment | RefundDeclined:
        self._first()
        return RefundDeclined(reason="no")


async def test_a_decline_after_an_earlier_request_came_through_is_success() -> None:
    shop = a_shop(a_refund(status=ASKED))
    shop.carry_out_refund._desks = {GATEWAY: Declining(lambda: shop.gateway.put(given_back(300)))}

    assert await carry_out(shop) == Done()

    assert refund_of(shop).status is DONE


async def test_a_decline_is_not_believed_while_an_earlier_request_may_be_under_way() -> None:
    shop = a_shop(a_refund(status=ASKED))
    shop.carry_out_refund._desks = {GATEWAY: Declining()}

    assert isinstance(await carry_out(shop), TryLater)
    assert refund_of(shop).status is ASKED

    shop.clock.advance(EARLIER_ASKS_ARE_OVER_AFTER.total_seconds())
    assert await carry_out(shop) == Done()
    assert refund_of(shop).status is REFUSED


async def test_a_decline_because_of_a_change_ends_it_at_once() -> None:
    shop = a_shop(a_refund(status=ASKED))
    shop.carry_out_refund._desks = {GATEWAY: Declining(lambda: shop.gateway.put(given_back(100)))}

    assert await carry_out(shop) == Done()

    assert refund_of(shop).status is REFUSED


@pytest.mark.parametrize("then", ["forgotten", "mode not told"])
async def test_after_a_decline_what_cannot_be_seen_is_looked_at_later(then: str) -> None:
    shop = a_shop(a_refund(status=ASKED))
    happens = {
        "forgotten": lambda: shop.gateway.forget(PAYMENT_ID),
        "mode not told": lambda: shop.gateway.put(replace(PAID, mode=Mode.UNKNOWN)),
    }[then]
    shop.carry_out_refund._desks = {GATEWAY: Declining(happens)}

    assert isinstance(await carry_out(shop), TryLater)
    assert refund_of(shop).status is ASKED


async def test_an_answer_that_does_not_show_the_refund_proves_nothing() -> None:
    shop = a_shop()

    class Vague:
        async def refund(self, _order: RefundOrder, /) -> Payment | RefundDeclined:
            return PAID

    shop.carry_out_refund._desks = {GATEWAY: Vague()}

    assert isinstance(await carry_out(shop), TryLater)
    assert refund_of(shop).status is ASKED


@pytest.mark.parametrize(
    ("status", "result", "then"),
    [(RefundStatus.REQUESTED, Done, REFUSED), (ASKED, TryLater, ASKED)],
)
async def test_a_gateway_that_no_longer_refunds(
    status: RefundStatus, result: type[TaskResult], then: RefundStatus
) -> None:
    shop = a_shop(a_refund(status=status))
    shop.carry_out_refund._desks = {}

    assert isinstance(await carry_out(shop), result)
    assert refund_of(shop).status is then


async def test_a_payment_that_the_gateway_does_not_know_is_looked_for_again() -> None:
    shop = a_shop()
    shop.gateway.forget(PAYMENT_ID)

    assert isinstance(await carry_out(shop), TryLater)
    assert refund_of(shop).status is RefundStatus.REQUESTED


async def test_too_little_left_by_now_is_refused_unasked() -> None:
    shop = a_shop()
    shop.gateway.put(given_back(800))

    assert await carry_out(shop) == Done()

    assert refund_of(shop).refused_because == "aboveRemaining"
    assert shop.gateway.refunds == []


@pytest.mark.parametrize("status", [DONE, REFUSED, RefundStatus.AWAITING_APPROVAL])
async def test_what_is_over_or_not_approved_is_left_alone(status: RefundStatus) -> None:
    shop = a_shop(a_refund(status=status))

    assert await carry_out(shop) == Done()
    assert shop.asked == ["orders.find_by_id"]


async def test_a_task_without_its_refund_is_shown_to_a_person() -> None:
    shop = a_shop()
    lost = replace(task_of(shop), detail="rf-gone")

    assert await shop.carry_out_refund(lost, 1) == GiveUp(why="refundNotFound")
    gone = replace(task_of(shop), order_id="order-9")
    assert await shop.carry_out_refund(gone, 1) == GiveUp(why="refundNotFound")


async def test_not_knowing_for_long_is_told_to_a_person_once() -> None:
    shop = a_shop()
    shop.gateway.faults.fail_always("find_payment", GatewayUnavailable("timeout"))

    for attempt in range(1, ALERT_AT_ATTEMPT + 3):
        await carry_out(shop, attempt)

    details = [record.task.detail for record in shop.tasks(TaskKind.ALERT_OPERATOR)]
    assert details == [f"refundUnknown:{refund_of(shop).refund_id}"]


async def test_who_loses_every_race_tries_later() -> None:
    shop = a_shop()
    shop.faults.fail_always("save", ConcurrentUpdate("version"))

    assert isinstance(await carry_out(shop), TryLater)
    assert cancelled_minor(shop) == 0


async def test_two_refunds_of_one_payment_take_turns() -> None:
    first = a_refund(refund_id="rf-first", status=ASKED)
    shop = a_shop(a_refund(), first)

    assert isinstance(await carry_out(shop), TryLater)
    assert cancelled_minor(shop) == 0


async def test_a_forged_payment_is_given_back_without_becoming_the_orders() -> None:
    forged = a_payment(key=a_key("imp_forged"), total=won(4))
    shop = Shop()
    entry = an_entry(outcome=OutcomeKind.FORGED, key=forged.key)
    shop.keep(an_order(version=1, history=(entry,)))
    shop.gateway.put(forged)
    request = RefundRequest(
        order_id=ORDER_ID,
        key=forged.key,
        number=None,
        reason="not the order's amount",
        requested_by=Requester.CLI,
        idempotency_key="1",
    )
    await shop.request_refund(request)

    await shop.work_to_rest()

    order = shop.order()
    assert (order.status, order.payments) == (OrderStatus.PENDING, ())
    assert [each.status for each in order.refunds] == [DONE]
    assert [each.amount for each in shop.gateway.refunds] == [won(4)]


async def test_the_shop_hears_of_the_order_by_the_settle_rule() -> None:
    shop = a_shop()
    shop.carry_out_refund = CarryOutRefund(
        shop.orders,
        shop.queue,
        shop.gateways,
        {GATEWAY: shop.gateway},
        shop.clock,
        Policy(mode=Mode.LIVE, tells_shop=True),
    )

    await carry_out(shop)

    told = [record.task.detail for record in shop.tasks(TaskKind.TELL_SHOP)]
    assert told == ["3:order.partially_refunded:300:0"]


async def test_one_that_was_set_aside_does_not_keep_back_the_one_it_waits_for() -> None:
    first = a_refund(refund_id="rf-1", amount=won(300))
    second = a_refund(
        refund_id="rf-2", amount=won(300), status=ASKED, asked_at=NOON, cancelled_before=won(0)
    )
    shop = a_shop(first, second)
    earlier, later = [refund_task(ORDER_ID, each, NOON) for each in shop.order().refunds]
    await shop.queue.put(earlier)
    (claimed,) = await shop.queue.claim(TaskKind.REFUND, NOON, NOON + timedelta(minutes=1), 1)
    assert await shop.queue.park(claimed, "by a mistake of ours", NOON)
    await shop.queue.put(later)

    # A person lets the first go on, while nobody knows yet what came of the second.
    await shop.review_tasks.retry(earlier.task_id)
    for _ in range(3):
        await shop.run_tasks.run_due()
        shop.clock.advance(60)

    assert [each.status for each in shop.order().refunds] == [DONE, DONE]
    assert cancelled_minor(shop) == 600
