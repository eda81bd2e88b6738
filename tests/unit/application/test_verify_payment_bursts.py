"""A crowd of equal knocks becomes two questions; unequal ones never share an answer."""

import asyncio

import pytest

from application.verify_payment import Settled, TooManyQuestions, Verdict, WrongToken
from domain.order import Trigger
from domain.outcome import Cancelled, Paid
from domain.payment import PaymentStatus
from ports.errors import GatewayUnavailable
from tests.support.factories import PAYMENT_ID, a_key, a_payment, an_order, won
from tests.support.shop import Shop, a_knock


async def let_others_run(_call: str = "") -> None:
    await asyncio.sleep(0)


def a_shop(*, questions_per_window: int = 1000) -> Shop:
    shop = Shop(around=let_others_run, questions_per_window=questions_per_window)
    shop.keep(an_order())
    shop.gateway.before_answer = let_others_run
    return shop


def outcome(verdict: Verdict) -> object:
    return verdict.outcome if isinstance(verdict, Settled) else verdict


async def test_a_burst_of_equal_knocks_asks_at_most_twice() -> None:
    shop = a_shop()
    shop.gateway.put(a_payment(status=PaymentStatus.OPENED))

    verdicts = await asyncio.gather(*(shop.verify_payment(a_knock()) for _ in range(200)))

    assert shop.gateway.questions[PAYMENT_ID] <= 2
    assert all(verdict == verdicts[0] for verdict in verdicts)


async def test_a_burst_that_trickles_in_gets_the_truth_of_its_time() -> None:
    shop = a_shop()
    shop.gateway.put(a_payment(status=PaymentStatus.OPENED))
    release = asyncio.Event()

    async def hold(_payment_id: str) -> None:
        await release.wait()

    shop.gateway.before_answer = hold
    early = asyncio.ensure_future(shop.verify_payment(a_knock()))
    while not shop.gateway.questions:
        await asyncio.sleep(0)
    late = [asyncio.ensure_future(shop.verify_payment(a_knock())) for _ in range(199)]
    await asyncio.sleep(0)
    release.set()
    await early
    shop.gateway.put(a_payment())

    assert {outcome(verdict) for verdict in await asyncio.gather(*late)} == {Paid()}
    assert shop.gateway.questions[PAYMENT_ID] == 2


async def test_a_burst_during_an_outage_stores_one_look_and_tells_everybody() -> None:
    shop = a_shop()
    shop.gateway_fails(*(GatewayUnavailable("timeout") for _ in range(200)))

    answers = await asyncio.gather(
        *(shop.verify_payment(a_knock()) for _ in range(200)), return_exceptions=True
    )

    assert {type(answer) for answer in answers} == {GatewayUnavailable}
    assert shop.gateway.questions[PAYMENT_ID] <= 2
    assert shop.states() == ["waiting"]


async def test_a_buyer_who_leaves_leaves_the_verdict_to_the_others() -> None:
    shop = a_shop()
    shop.gateway.put(a_payment())
    callers = [asyncio.ensure_future(shop.verify_payment(a_knock())) for _ in range(5)]
    while not shop.gateway.questions:
        await asyncio.sleep(0)

    callers[0].cancel()
    answers = await asyncio.gather(*callers, return_exceptions=True)

    assert isinstance(answers[0], asyncio.CancelledError)
    assert [type(answer) for answer in answers[1:]] == [Settled] * 4
    assert shop.gateway.questions[PAYMENT_ID] == 1


async def test_if_all_leave_the_payment_is_settled_all_the_same() -> None:
    shop = a_shop()
    shop.gateway.put(a_payment())
    caller = asyncio.ensure_future(shop.verify_payment(a_knock()))
    while not shop.gateway.questions:
        await asyncio.sleep(0)

    caller.cancel()
    for _ in range(20):
        await asyncio.sleep(0)

    assert shop.order().settled_by == a_key()


async def test_a_wrong_token_never_shares_with_the_right_one_or_with_none() -> None:
    shop = a_shop()
    shop.gateway.put(a_payment())
    tokens = [an_order().client_token, "wrong", None, "wrong", an_order().client_token]

    verdicts = await asyncio.gather(
        *(shop.verify_payment(a_knock(client_token=token)) for token in tokens)
    )

    assert [outcome(verdict) for verdict in verdicts] == [
        Paid(),
        WrongToken(),
        Paid(),
        WrongToken(),
        Paid(),
    ]


async def test_a_claim_of_something_newer_never_shares_with_a_plain_knock() -> None:
    shop = a_shop()
    shop.gateway.put(a_payment())
    await shop.verify_payment(a_knock())
    shop.gateway.put(a_payment(status=PaymentStatus.CANCELLED))

    plain, newer = await asyncio.gather(
        shop.verify_payment(a_knock()),
        shop.verify_payment(a_knock(claimed=PaymentStatus.CANCELLED)),
    )

    assert outcome(plain) == Paid()
    assert outcome(newer) == Cancelled(refunded=won(1000))


async def test_knocks_for_two_orders_or_payments_do_not_share() -> None:
    shop = a_shop()
    shop.keep(an_order(order_id="order-0002"))
    shop.gateway.put(a_payment())
    shop.gateway.put(a_payment(key=a_key("imp_2"), order_id="order-0002"))

    verdicts = await asyncio.gather(
        shop.verify_payment(a_knock()),
        shop.verify_payment(a_knock(payment_id="imp_2")),
        shop.verify_payment(a_knock(order_id="order-0002", payment_id="imp_2")),
    )

    assert [verdict.order.order_id for verdict in verdicts if isinstance(verdict, Settled)] == [
        "order-0001",
        "order-0001",
        "order-0002",
    ]
    assert outcome(verdicts[0]) == outcome(verdicts[2]) == Paid()
    assert outcome(verdicts[1]) not in (Paid(), None)


async def test_a_recheck_never_shares_a_strangers_empty_budget() -> None:
    shop = a_shop(questions_per_window=0)
    shop.gateway.put(a_payment())

    browser, recheck = await asyncio.gather(
        shop.verify_payment(a_knock(Trigger.BROWSER)),
        shop.verify_payment(a_knock(Trigger.RECHECK)),
    )

    assert isinstance(browser, TooManyQuestions)
    assert outcome(recheck) == Paid()


@pytest.mark.parametrize("trigger", [Trigger.BROWSER, Trigger.WEBHOOK])
async def test_a_knock_beside_a_failing_recheck_still_stores_its_look(trigger: Trigger) -> None:
    shop = a_shop()
    shop.gateway_fails(GatewayUnavailable("timeout"), GatewayUnavailable("timeout"))

    answers = await asyncio.gather(
        shop.verify_payment(a_knock(Trigger.RECHECK)),
        shop.verify_payment(a_knock(trigger)),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers] == [GatewayUnavailable] * 2
    assert shop.states() == ["waiting"]


async def test_nothing_is_kept_of_a_burst() -> None:
    shop = a_shop()
    shop.gateway_fails(GatewayUnavailable("timeout"))

    await asyncio.gather(
        *(shop.verify_payment(a_knock(payment_id=f"imp_{number % 7}")) for number in range(50)),
        return_exceptions=True,
    )

    assert shop.verify_payment._coalesce._latest == {}
