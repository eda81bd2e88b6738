"""What giving money back keeps to at every gateway: once, or it is known that it was not."""

import time

import pytest

from domain.errors import InvalidValue
from domain.money import Currency, Money
from domain.payment import Payment, PaymentStatus
from domain.refund import RefundAccount
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable
from ports.refund_desk import RefundDeclined, RefundOrder
from tests.contract.gateways import TIMEOUT_S, Can, GatewayWorld, on_those_that, worlds_that
from tests.contract.test_payment_gateway import UNNAMEABLE
from tests.support.factories import won

USD = Currency("USD")
A_PART, ALL = won(400), won(1000)


world = worlds_that(Can.REFUND)


@pytest.fixture
async def paid(world: GatewayWorld) -> str:
    payment_id = await world.open()
    await world.pay(payment_id)
    return payment_id


def a_refund(
    payment_id: str,
    amount: Money = A_PART,
    remaining: Money = ALL,
    account: RefundAccount | None = None,
    refund_id: str = "refund-1",
) -> RefundOrder:
    return RefundOrder(
        refund_id=refund_id,
        payment_id=payment_id,
        amount=amount,
        remaining=remaining,
        reason="고객 변심",
        account=account,
    )


async def now_of(world: GatewayWorld, payment_id: str) -> Payment:
    payment = await world.gateway.find_payment(payment_id)
    assert payment is not None
    return payment


def assert_given_once(again: Payment | RefundDeclined, now: Payment) -> None:
    """The same order once more is declined, or answered as it was the first time."""
    assert now.cancelled == won(400)
    assert isinstance(again, RefundDeclined) or again.cancelled == won(400)


async def test_a_part_is_given_back(world: GatewayWorld, paid: str) -> None:
    answer = await world.refunds.refund(a_refund(paid))

    assert isinstance(answer, Payment)
    assert answer.status is PaymentStatus.PARTIALLY_CANCELLED
    assert answer.cancelled == won(400)
    assert answer.says_the_same_as(await now_of(world, paid))


async def test_part_by_part_all_is_given_back_and_no_more(world: GatewayWorld, paid: str) -> None:
    first = await world.refunds.refund(a_refund(paid))
    second = await world.refunds.refund(a_refund(paid, won(600), won(600), refund_id="refund-2"))
    third = await world.refunds.refund(a_refund(paid, won(1), won(0), refund_id="refund-3"))

    assert isinstance(first, Payment)
    assert isinstance(second, Payment)
    assert second.status is PaymentStatus.CANCELLED
    assert isinstance(third, RefundDeclined)
    assert (await now_of(world, paid)).cancelled == won(1000)


async def test_all_at_once_is_named_too(world: GatewayWorld, paid: str) -> None:
    answer = await world.refunds.refund(a_refund(paid, won(1000)))

    assert isinstance(answer, Payment)
    assert answer.status is PaymentStatus.CANCELLED


@on_those_that(Can.REFUND, Can.TAKE_ANY_CURRENCY)
async def test_cents_are_given_back_to_the_cent(world: GatewayWorld) -> None:
    paid_amount, part = Money.of("14.20", USD), Money.of("4.10", USD)
    payment_id = await world.open(amount=paid_amount)
    await world.pay(payment_id)

    answer = await world.refunds.refund(a_refund(payment_id, part, paid_amount))

    assert isinstance(answer, Payment)
    assert answer.cancelled == part


async def test_one_order_twice_gives_once(world: GatewayWorld, paid: str) -> None:
    await world.refunds.refund(a_refund(paid))

    again = await world.refunds.refund(a_refund(paid))

    assert_given_once(again, await now_of(world, paid))


@pytest.mark.parametrize(
    ("amount", "remaining"), [(1001, 1001), (1001, 1000), (400, 999), (400, 1001)]
)
async def test_what_does_not_fit_what_remains_is_declined(
    world: GatewayWorld, paid: str, amount: int, remaining: int
) -> None:
    answer = await world.refunds.refund(a_refund(paid, won(amount), won(remaining)))

    assert isinstance(answer, RefundDeclined)
    assert answer.reason.strip()
    assert (await now_of(world, paid)).cancelled == won(0)


async def test_what_was_not_paid_is_not_given_back(world: GatewayWorld) -> None:
    payment_id = await world.open()

    opened = await world.refunds.refund(a_refund(payment_id))
    unknown = await world.refunds.refund(a_refund(payment_id[:-1] + "x"))

    assert isinstance(opened, RefundDeclined)
    assert isinstance(unknown, RefundDeclined)
    assert (await now_of(world, payment_id)).status is PaymentStatus.OPENED


@on_those_that(Can.REFUND, Can.ISSUE_ACCOUNTS)
async def test_a_deposit_goes_back_to_an_account(world: GatewayWorld) -> None:
    payment_id = await world.open(virtual_account=True)
    await world.issue(payment_id)
    await world.pay(payment_id)

    without = await world.refunds.refund(a_refund(payment_id))
    to_account = await world.refunds.refund(
        a_refund(payment_id, account=world.refund_account, refund_id="refund-2")
    )

    assert isinstance(without, RefundDeclined)
    assert isinstance(to_account, Payment)
    assert to_account.cancelled == won(400)


async def test_a_lost_reply_is_unknown_and_looking_up_shows_that_it_was_done_once(
    world: GatewayWorld, paid: str
) -> None:
    await world.lose_reply()

    with pytest.raises(GatewayUnavailable):
        await world.refunds.refund(a_refund(paid))

    assert (await now_of(world, paid)).cancelled == won(400)
    again = await world.refunds.refund(a_refund(paid))
    assert_given_once(again, await now_of(world, paid))


async def test_a_lost_request_is_unknown_and_not_sent_again(world: GatewayWorld, paid: str) -> None:
    before = await world.questions()
    await world.lose_request()

    with pytest.raises(GatewayUnavailable):
        await world.refunds.refund(a_refund(paid))

    assert await world.questions() == before + world.questions_of_a_refund
    assert (await now_of(world, paid)).cancelled == won(0)


async def test_no_answer_is_unknown_within_the_time(world: GatewayWorld, paid: str) -> None:
    await world.cut()
    started_s = time.monotonic()

    with pytest.raises(GatewayUnavailable):
        await world.refunds.refund(a_refund(paid))

    assert time.monotonic() - started_s < TIMEOUT_S + 3


async def test_refused_credentials_are_a_refusal(world: GatewayWorld, paid: str) -> None:
    await world.refuse()

    with pytest.raises(GatewayRefused):
        await world.refunds.refund(a_refund(paid))


async def test_nonsense_is_not_guessed_at(world: GatewayWorld, paid: str) -> None:
    await world.babble()

    with pytest.raises(GatewayProtocolError):
        await world.refunds.refund(a_refund(paid))


async def test_what_ran_out_is_renewed_and_the_refund_made_once(
    world: GatewayWorld, paid: str
) -> None:
    await world.expire()

    answer = await world.refunds.refund(a_refund(paid))

    assert isinstance(answer, Payment)
    assert (await now_of(world, paid)).cancelled == won(400)


@pytest.mark.parametrize("text", UNNAMEABLE, ids=range(len(UNNAMEABLE)))
async def test_an_id_that_names_nothing_is_refused_without_asking(
    world: GatewayWorld, text: str
) -> None:
    with pytest.raises(InvalidValue):
        await world.refunds.refund(a_refund(text))

    assert await world.questions() == 0
