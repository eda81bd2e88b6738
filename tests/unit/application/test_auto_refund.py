"""What was paid too much or wrongly goes back by itself: what was paid, once, and within bounds."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from application.run_tasks import Done, GiveUp, TryLater
from domain.auto_refund import Cause, Ceilings, auto_refund_tasks, cause_of
from domain.money import Currency, Money, UnreadableAmount
from domain.order import Order, Trigger
from domain.outcome import Discrepancy, Forged
from domain.payment import Mode, Payment, PaymentStatus
from domain.policy import Policy
from domain.refund import RefundStatus, Requester
from domain.settlement import refuse, settle
from domain.tasks import AlertReason, TaskKind
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from tests.support.factories import (
    NOON,
    ORDER_ID,
    a_key,
    a_payment,
    a_refund,
    a_task,
    an_account,
    an_order,
    evidence,
    won,
)
from tests.support.shop import Shop, a_knock

ALL = Policy(mode=Mode.LIVE, refunds_surplus=True, refunds_forged=True)
SURPLUS_ONLY = replace(ALL, refunds_forged=False)
FORGED_ONLY = replace(ALL, refunds_surplus=False)
OFF = Policy(mode=Mode.LIVE)
PAID = a_payment()
SECOND = a_payment(key=a_key("imp_second"), evidence=evidence("second"))
WRONG = a_payment(key=a_key("imp_wrong"), total=won(4), evidence=evidence("wrong"))
DONE, WAITS = RefundStatus.DONE, RefundStatus.AWAITING_APPROVAL


async def seen(shop: Shop, *payments: Payment, order_id: str = ORDER_ID) -> None:
    """The gateway has these payments, and browsers show them to us in turn."""
    for payment in payments:
        shop.gateway.put(payment)
        knock = a_knock(order_id=order_id, payment_id=payment.key.payment_id)
        await shop.verify_payment(knock)


def a_shop(policy: Policy = ALL, **options: Any) -> Shop:
    shop = Shop(policy=policy, **options)
    shop.keep()
    return shop


def given(shop: Shop) -> list[tuple[str, int]]:
    return [(each.payment_id, each.amount.amount_minor) for each in shop.gateway.refunds]


async def test_what_the_gateway_took_for_a_second_payment_stays_if_it_is_another_orders() -> None:
    shop = a_shop()
    await seen(shop, PAID, SECOND)
    shop.gateway.put(replace(SECOND, order_id="order-0002"))

    await shop.work_to_rest()

    assert given(shop) == []
    assert shop.order().refunds == ()


async def test_what_a_second_look_shows_in_another_currency_is_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = a_shop()
    await seen(shop, WRONG)
    yen = Money(amount_minor=4, currency=Currency("JPY"))
    zero = replace(yen, amount_minor=0)
    answers = [WRONG, replace(WRONG, total=yen, cancelled=zero)]
    find_payment = shop.gateway.find_payment

    async def changing(payment_id: str) -> Payment | None:
        return answers.pop(0) if answers else await find_payment(payment_id)

    monkeypatch.setattr(shop.gateway, "find_payment", changing)
    await shop.work_to_rest()

    assert given(shop) == [("imp_wrong", 4)]
    assert [str(refund.amount) for refund in shop.order().refunds] == ["4 KRW"]


async def test_what_the_record_has_as_another_orders_needs_a_person() -> None:
    shop = a_shop()
    await seen(shop, WRONG)
    shop.gateway.put(replace(WRONG, total=won(1000)))
    shop.store.bindings[WRONG.key] = "order-0002"

    await shop.work_to_rest()

    assert given(shop) == []
    assert AlertReason.REFUND_NEEDS_PERSON in [
        getattr(notice, "reason", None) for notice in shop.notifier.accepted
    ]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (ALL, [("imp_second", 1000), ("imp_wrong", 4)]),
        (SURPLUS_ONLY, [("imp_second", 1000)]),
        (FORGED_ONLY, [("imp_wrong", 4)]),
        (OFF, []),
    ],
    ids=["all", "surplus", "forged", "off"],
)
async def test_what_the_policy_names_goes_back_and_nothing_else(
    policy: Policy, expected: list[tuple[str, int]]
) -> None:
    shop = a_shop(policy)
    await seen(shop, PAID, SECOND, WRONG)

    await shop.work_to_rest()

    assert sorted(given(shop)) == expected
    assert {each.requested_by for each in shop.order().refunds} <= {Requester.POLICY}
    assert shop.order().settled_by == PAID.key
    assert shop.order().status == "paid"


async def test_it_goes_back_once_however_often_it_is_seen() -> None:
    shop = a_shop()
    for _ in range(3):
        # A gateway that forgets what it gave back must not be asked for it again.
        await seen(shop, PAID, WRONG, SECOND)
        await shop.work_to_rest()

    assert len(given(shop)) == 2


async def test_what_was_paid_less_what_was_given_back_goes_back_never_what_was_expected() -> None:
    shop = a_shop()
    partly = replace(
        WRONG,
        total=won(7000),
        status=PaymentStatus.PARTIALLY_CANCELLED,
        cancelled=won(2500),
    )
    await seen(shop, partly)

    await shop.work_to_rest()

    assert given(shop) == [("imp_wrong", 4500)]


async def test_a_forgery_that_is_paid_later_goes_back_then() -> None:
    shop = a_shop()
    await seen(shop, replace(WRONG, status=PaymentStatus.OPENED, paid_at=None))
    await shop.work_to_rest()
    assert given(shop) == []

    await seen(shop, WRONG)
    await shop.work_to_rest()

    assert given(shop) == [("imp_wrong", 4)]


@pytest.mark.parametrize(
    "payment",
    [
        replace(WRONG, order_id="order-0002"),
        replace(WRONG, mode=Mode.TEST),
        replace(WRONG, mode=Mode.UNKNOWN),
        replace(WRONG, status=PaymentStatus.FAILED, paid_at=None),
        replace(WRONG, total=UnreadableAmount(number="?", currency_code="KRW")),
        replace(SECOND, mode=Mode.TEST),
        replace(SECOND, mode=Mode.UNKNOWN),
    ],
    ids=["replay", "play", "no mode", "failed", "unreadable", "play surplus", "no mode surplus"],
)
async def test_what_is_not_surely_our_real_money_stays(payment: Payment) -> None:
    shop = a_shop()
    await seen(shop, PAID, payment)

    await shop.work_to_rest()

    assert given(shop) == []
    assert shop.order().refunds == ()


async def test_the_honest_money_of_another_order_is_never_given_back() -> None:
    shop = a_shop()
    other = an_order(order_id="order-0002")
    shop.keep(other)
    honest = replace(PAID, order_id=other.order_id)
    await seen(shop, honest, order_id=other.order_id)

    await seen(shop, honest)  # shown for the first order too
    await shop.work_to_rest()

    assert given(shop) == []
    assert shop.order(other.order_id).settled_by == honest.key


def test_a_payment_that_is_bound_elsewhere_bears_no_refund() -> None:
    forgery = Forged(discrepancies=(Discrepancy(field="order_id", expected="a", actual="b"),))

    decision = refuse(an_order(), PAID, forgery, NOON, ALL, trigger=Trigger.BROWSER)

    assert TaskKind.AUTO_REFUND not in {task.kind for task in decision.tasks}


async def test_what_came_to_settle_the_order_meanwhile_is_kept() -> None:
    shop = a_shop()
    await seen(shop, PAID, SECOND)
    back = replace(PAID, status=PaymentStatus.CANCELLED, cancelled=PAID.total)
    await seen(shop, replace(back, evidence=evidence("back")))
    await shop.recheck_payment(a_task(key=PAID.key), 1)
    assert shop.order().settled_by == SECOND.key

    await shop.work_to_rest()

    assert given(shop) == []


async def test_a_policy_that_was_turned_off_since_gives_nothing_back() -> None:
    shop = a_shop()
    await seen(shop, PAID, SECOND)
    shop.auto_refund._policy = OFF

    await shop.work_to_rest()

    assert given(shop) == []


UNKNOWN = [GatewayUnavailable("x"), GatewayProtocolError("x"), GatewayRefused("x")]


@pytest.mark.parametrize("error", UNKNOWN, ids=lambda error: type(error).__name__)
async def test_while_nothing_is_known_nothing_is_requested(error: PortError) -> None:
    shop = a_shop()
    await seen(shop, PAID, SECOND)
    (record,) = shop.tasks(TaskKind.AUTO_REFUND)
    shop.gateway_fails(error)

    result = await shop.auto_refund(record.task, 1)

    assert isinstance(result, TryLater)
    assert shop.order().refunds == ()


async def test_what_is_news_on_the_way_is_settled_and_only_the_rest_goes_back() -> None:
    shop = a_shop()
    await seen(shop, PAID, SECOND)
    status = PaymentStatus.PARTIALLY_CANCELLED
    shop.gateway.put(replace(SECOND, status=status, cancelled=won(400), evidence=evidence("400")))

    await shop.work_to_rest()

    assert given(shop) == [("imp_second", 600)]
    assert Trigger.POLICY in {entry.trigger for entry in shop.order().history}


@pytest.mark.parametrize("then", ["unknown", "no mode", "gone"])
async def test_an_answer_that_is_none_is_asked_for_again(then: str) -> None:
    shop = a_shop()
    await seen(shop, PAID, SECOND)
    (record,) = shop.tasks(TaskKind.AUTO_REFUND)
    match then:
        case "unknown":
            shop.gateway.put(replace(SECOND, status=PaymentStatus.UNKNOWN))
        case "no mode":
            shop.gateway.put(replace(SECOND, mode=Mode.UNKNOWN))
        case _:
            shop.gateway.forget(SECOND.key.payment_id)

    assert isinstance(await shop.auto_refund(record.task, 1), TryLater)
    assert shop.order().refunds == ()


async def test_an_order_that_is_gone_is_shown_to_a_person() -> None:
    task = a_task(kind=TaskKind.AUTO_REFUND, order_id="order-9", detail=Cause.SURPLUS)

    assert await a_shop().auto_refund(task, 1) == GiveUp(why="orderNotFound")


# --- ceilings


async def test_above_the_ceiling_of_one_payment_it_waits_for_a_person() -> None:
    shop = a_shop(ceilings=Ceilings(per_payment=(won(999),), per_day=(won(10**6),)))
    await seen(shop, PAID, SECOND)

    await shop.work_to_rest()

    assert [each.status for each in shop.order().refunds] == [WAITS]
    assert given(shop) == []
    assert shop.store.allowances == {}


async def test_above_the_ceiling_of_the_day_it_waits_and_the_next_day_begins_anew() -> None:
    shop = a_shop(ceilings=Ceilings(per_payment=(won(1000),), per_day=(won(2500),)))
    more = [
        replace(SECOND, key=a_key(f"imp_{each}"), evidence=evidence(f"{each}")) for each in "abcd"
    ]
    await seen(shop, PAID, *more[:3])
    await shop.work_to_rest()
    assert [each.status for each in shop.order().refunds] == [DONE, DONE, WAITS]

    shop.clock.jump_to(NOON + timedelta(days=1))
    await seen(shop, more[3])
    await shop.work_to_rest()

    assert [each.status for each in shop.order().refunds] == [DONE, DONE, WAITS, DONE]
    assert sum(amount for _, amount in given(shop)) == 3000


async def test_a_currency_without_a_ceiling_waits_for_a_person() -> None:
    dollars = Money.of("1.00", Currency("USD"))
    shop = a_shop()
    await seen(shop, replace(WRONG, total=dollars, cancelled=Money.zero(dollars.currency)))

    await shop.work_to_rest()

    assert [(each.status, each.amount) for each in shop.order().refunds] == [(WAITS, dollars)]


async def test_a_deposit_needs_a_person_who_knows_an_account() -> None:
    shop = a_shop()
    await seen(shop, PAID, replace(SECOND, virtual_account=an_account()))

    await shop.work_to_rest()

    assert shop.order().refunds == ()
    alerts = [record.task.detail for record in shop.tasks(TaskKind.ALERT_OPERATOR)]
    assert "refundNeedsPerson" in alerts


async def test_what_the_shop_gives_back_itself_is_not_given_back_again() -> None:
    shop = a_shop()
    await seen(shop, PAID, SECOND)
    order = shop.order()
    shop.keep(replace(order, refunds=(a_refund(key=SECOND.key, amount=won(1000)),)))
    (record,) = shop.tasks(TaskKind.AUTO_REFUND)

    assert await shop.auto_refund(record.task, 1) == Done()
    assert len(shop.order().refunds) == 1


async def test_who_is_overtaken_by_another_refund_looks_again() -> None:
    shop = a_shop()
    await seen(shop, PAID, SECOND)
    (record,) = shop.tasks(TaskKind.AUTO_REFUND)

    async def the_shop_is_faster(call: str) -> None:
        if call == "allowance.take":
            rival = a_refund(key=SECOND.key, amount=won(300))
            shop.keep(replace(shop.order(), refunds=(rival,)))

    shop.around = the_shop_is_faster
    first = await shop.auto_refund(record.task, 1)
    shop.around = _nothing_happens
    second = await shop.auto_refund(record.task, 2)

    assert isinstance(first, TryLater)
    assert second == Done()
    assert [each.amount for each in shop.order().refunds] == [won(300), won(700)]


async def test_a_second_run_of_the_same_task_requests_nothing_more() -> None:
    shop = a_shop()
    await seen(shop, PAID, SECOND)
    (record,) = shop.tasks(TaskKind.AUTO_REFUND)

    assert [await shop.auto_refund(record.task, each) for each in (1, 2)] == [Done(), Done()]
    back = replace(shop.order(), refunds=(replace(shop.order().refunds[0], amount=won(1)),))
    shop.keep(back)
    assert await shop.auto_refund(record.task, 3) == Done()
    assert len(shop.order().refunds) == 1


async def _nothing_happens(_call: str) -> None: ...


# --- the rule alone


def after(*payments: Payment, policy: Policy = ALL) -> Order:
    order = an_order()
    for payment in payments:
        order = settle(order, payment, NOON, policy, trigger=Trigger.WEBHOOK).order
    return order


def test_the_cause_is_named_by_policy_and_record() -> None:
    assert cause_of(after(PAID, SECOND), SECOND, ALL) is Cause.SURPLUS
    assert cause_of(after(PAID, SECOND), PAID, ALL) is None
    assert cause_of(after(PAID, SECOND), SECOND, FORGED_ONLY) is None
    assert cause_of(after(WRONG), WRONG, ALL) is Cause.FORGED
    assert cause_of(after(WRONG), WRONG, SURPLUS_ONLY) is None
    assert cause_of(after(), WRONG, ALL) is None
    unknown = replace(SECOND, status=PaymentStatus.UNKNOWN)
    assert cause_of(after(PAID, SECOND), unknown, ALL) is None


def test_the_task_is_the_same_whenever_it_is_born() -> None:
    (task,) = auto_refund_tasks(after(PAID, SECOND), SECOND, NOON, ALL)

    assert task.task_id == f"autoRefund/{ORDER_ID}/{SECOND.key}/surplus"
    assert auto_refund_tasks(after(PAID), PAID, NOON, ALL) == ()


def test_ceilings_are_of_the_amounts_currency() -> None:
    dollars = Money.of("5.00", Currency("USD"))
    ceilings = Ceilings(per_payment=(won(1), dollars), per_day=(won(2),))

    assert ceilings.of_payment(dollars) == dollars
    assert ceilings.of_payment(won(9)) == won(1)
    assert ceilings.of_day(won(9)) == won(2)
    assert ceilings.of_day(dollars) == Money.zero(dollars.currency)
