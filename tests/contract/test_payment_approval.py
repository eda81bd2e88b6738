"""Every gateway that waits for our word takes the money once, and says so."""

from dataclasses import replace

import pytest

from domain.errors import InvalidValue
from domain.payment import Payment, PaymentStatus
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from ports.payment_approval import ApprovalDeclined
from tests.contract.gateways import Can, GatewayWorld, on_those_that, worlds_that
from tests.support.factories import ORDER_ID, won

world = worlds_that(Can.APPROVE)


async def allowed(world: GatewayWorld) -> str:
    payment_id = await world.open()
    await world.allow(payment_id)
    return payment_id


async def approve(world: GatewayWorld, payment_id: str) -> Payment | ApprovalDeclined:
    return await world.approval.approve(
        payment_id, ORDER_ID, won(1000), await world.approval_token(payment_id)
    )


async def now_of(world: GatewayWorld, payment_id: str) -> Payment:
    payment = await world.gateway.find_payment(payment_id)
    assert payment is not None
    return payment


async def test_what_the_buyer_has_allowed_waits_for_our_word(world: GatewayWorld) -> None:
    payment_id = await allowed(world)

    waiting = await now_of(world, payment_id)
    assert (waiting.status, waiting.awaits_approval) == (PaymentStatus.OPENED, True)


@on_those_that(Can.APPROVE, Can.TELL_ALLOWED)
async def test_a_window_that_is_only_open_waits_for_the_buyer(world: GatewayWorld) -> None:
    payment_id = await world.open()

    assert not (await now_of(world, payment_id)).awaits_approval


async def test_our_word_takes_the_money(world: GatewayWorld) -> None:
    payment_id = await allowed(world)

    answer = await approve(world, payment_id)

    assert isinstance(answer, Payment)
    assert (answer.status, answer.total, answer.order_id) == (
        PaymentStatus.PAID,
        won(1000),
        ORDER_ID,
    )
    assert not answer.awaits_approval
    assert answer.says_the_same_as(await now_of(world, payment_id))


async def test_our_word_given_twice_takes_it_once(world: GatewayWorld) -> None:
    payment_id = await allowed(world)

    first, again = await approve(world, payment_id), await approve(world, payment_id)

    assert isinstance(first, Payment)
    assert isinstance(again, Payment)
    assert first.says_the_same_as(again)


async def test_a_decline_is_an_answer_and_takes_nothing(world: GatewayWorld) -> None:
    payment_id = await allowed(world)
    await world.decline_approval(payment_id)

    answer = await approve(world, payment_id)

    assert isinstance(answer, ApprovalDeclined)
    assert answer.reason.isprintable()
    assert not (await now_of(world, payment_id)).holds_money


async def test_a_lost_reply_is_unknown_and_the_money_is_found(world: GatewayWorld) -> None:
    payment_id = await allowed(world)
    await world.lose_reply()

    with pytest.raises(GatewayUnavailable):
        await approve(world, payment_id)

    assert (await now_of(world, payment_id)).status is PaymentStatus.PAID


async def test_a_lost_request_is_unknown_and_may_be_sent_again(world: GatewayWorld) -> None:
    payment_id = await allowed(world)
    await world.lose_request()

    with pytest.raises(GatewayUnavailable):
        await approve(world, payment_id)
    answer = await approve(world, payment_id)

    assert isinstance(answer, Payment)
    assert answer.status is PaymentStatus.PAID


@pytest.mark.parametrize(
    ("trouble", "error"), [("refuse", GatewayRefused), ("babble", GatewayProtocolError)]
)
async def test_whose_fault_it_is_is_told(
    world: GatewayWorld, trouble: str, error: type[PortError]
) -> None:
    payment_id = await allowed(world)
    await getattr(world, trouble)()

    with pytest.raises(error):
        await approve(world, payment_id)


async def test_what_cannot_be_an_id_is_never_asked_about(world: GatewayWorld) -> None:
    with pytest.raises(InvalidValue):
        await approve(world, "../x")

    assert await world.questions() == 0


async def test_another_amount_than_the_payments_takes_nothing(world: GatewayWorld) -> None:
    payment_id = await allowed(world)

    amount = replace(won(1000), amount_minor=999)
    answer = await world.approval.approve(
        payment_id, ORDER_ID, amount, await world.approval_token(payment_id)
    )

    assert isinstance(answer, ApprovalDeclined)
    assert not (await now_of(world, payment_id)).holds_money
