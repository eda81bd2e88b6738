import asyncio
import time

import pytest

from domain.errors import InvalidValue
from domain.identifiers import check_gateway
from domain.money import UnreadableAmount
from domain.payment import Mode, Payment, PaymentKey, PaymentStatus
from ports.errors import GatewayProtocolError, GatewayRefused, GatewayUnavailable, PortError
from tests.contract.gateways import TIMEOUT_S, Can, GatewayWorld, on_those_that, worlds_that
from tests.support.factories import ORDER_ID, won

UNNAMEABLE = [
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "a b",
    "a?b",
    "a%2fb",
    "http://x/",
    "a\x00",
    "a\n",
    "\u0661",
    "a" * 10_000,
]


world = worlds_that()


async def found(world: GatewayWorld, payment_id: str) -> Payment:
    payment = await world.gateway.find_payment(payment_id)
    assert payment is not None
    return payment


async def test_the_name_is_one_that_keys_can_have(world: GatewayWorld) -> None:
    check_gateway(world.gateway.name)


async def test_a_paid_payment_is_answered_whole(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.pay(payment_id)

    payment = await found(world, payment_id)

    assert payment.key == PaymentKey(gateway=world.gateway.name, payment_id=payment_id)
    assert payment.order_id == ORDER_ID
    assert payment.mode is Mode.LIVE
    assert payment.status is PaymentStatus.PAID
    assert payment.total == won(1000)
    assert payment.cancelled == won(0)
    assert payment.discount is None
    assert payment.method == "card"
    assert len(bytes.fromhex(payment.evidence)) == 32
    assert payment.paid_at is not None
    assert payment.paid_at.tzinfo is not None


async def test_an_open_payment_is_not_paid(world: GatewayWorld) -> None:
    payment = await found(world, await world.open())

    assert payment.status is PaymentStatus.OPENED
    assert payment.paid_at is None


async def test_a_failed_payment_is_failed(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.fail(payment_id)

    payment = await found(world, payment_id)

    assert payment.status is PaymentStatus.FAILED


@on_those_that(Can.ISSUE_ACCOUNTS)
async def test_an_account_is_told_while_it_waits_and_afterwards(world: GatewayWorld) -> None:
    payment_id = await world.open(virtual_account=True)
    before = await found(world, payment_id)
    await world.issue(payment_id)
    waiting = await found(world, payment_id)
    await world.pay(payment_id)
    paid = await found(world, payment_id)

    assert before.status is PaymentStatus.OPENED
    assert before.virtual_account is None
    assert waiting.status is PaymentStatus.AWAITING_DEPOSIT
    assert waiting.virtual_account is not None
    assert waiting.virtual_account.due_at is not None
    assert paid.status is PaymentStatus.PAID
    assert paid.virtual_account == waiting.virtual_account


async def test_refunds_are_told_by_their_sum(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.pay(payment_id)
    paid = await found(world, payment_id)
    await world.refund(payment_id, 300)
    in_part = await found(world, payment_id)

    assert in_part.status is PaymentStatus.PARTIALLY_CANCELLED
    assert in_part.cancelled == won(300)
    assert in_part.total == won(1000)
    assert paid.may_become(in_part)


async def test_a_refund_of_all_is_a_cancellation(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.pay(payment_id)
    await world.refund(payment_id, 1000)

    payment = await found(world, payment_id)

    assert payment.status is PaymentStatus.CANCELLED
    assert payment.cancelled == payment.total == won(1000)


@on_those_that(Can.TELL_DISCOUNTS)
async def test_a_discount_is_a_part_of_the_total_and_kept_beside_it(world: GatewayWorld) -> None:
    payment_id = await world.open_with_discount(300)
    await world.pay(payment_id)

    payment = await found(world, payment_id)

    assert payment.status is PaymentStatus.PAID
    assert (payment.total, payment.discount) == (won(1000), won(300))


async def test_each_question_is_answered_anew(world: GatewayWorld) -> None:
    payment_id = await world.open()
    before = await found(world, payment_id)
    await world.pay(payment_id)

    after = await found(world, payment_id)

    assert before.status is PaymentStatus.OPENED
    assert after.status is PaymentStatus.PAID
    assert await world.questions() == 2


async def test_the_same_again_says_the_same(world: GatewayWorld) -> None:
    payment_id = await world.open()

    first, second = await found(world, payment_id), await found(world, payment_id)

    assert first == second


async def test_an_unknown_payment_is_none(world: GatewayWorld) -> None:
    payment_id = await world.open()
    unknown = payment_id[:-1] + "x"

    assert world.gateway.is_payment_id(unknown)
    assert await world.gateway.find_payment(unknown) is None


async def test_payments_are_told_apart(world: GatewayWorld) -> None:
    first, second = await world.open(), await world.open()
    await world.pay(second)

    statuses = [(await found(world, payment_id)).status for payment_id in (first, second)]

    assert statuses == [PaymentStatus.OPENED, PaymentStatus.PAID]


async def test_many_questions_at_once_get_each_its_own_answer(world: GatewayWorld) -> None:
    payment_ids = [await world.open() for _ in range(10)]

    payments = await asyncio.gather(*(found(world, payment_id) for payment_id in payment_ids * 3))

    assert [payment.key.payment_id for payment in payments] == payment_ids * 3


async def test_an_id_of_its_own_is_taken(world: GatewayWorld) -> None:
    assert world.gateway.is_payment_id(await world.open())
    assert await world.questions() == 0


@pytest.mark.parametrize("text", UNNAMEABLE, ids=range(len(UNNAMEABLE)))
async def test_an_id_that_names_nothing_is_refused_without_asking(
    world: GatewayWorld, text: str
) -> None:
    with pytest.raises(InvalidValue) as error:
        await world.gateway.find_payment(text)

    assert not world.gateway.is_payment_id(text)
    assert error.value.field == "payment_id"
    assert await world.questions() == 0


async def test_no_answer_is_unavailable_within_the_time(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.cut()
    started_s = time.monotonic()

    with pytest.raises(GatewayUnavailable) as error:
        await world.gateway.find_payment(payment_id)

    assert time.monotonic() - started_s < TIMEOUT_S + 3
    assert_says_nothing(error.value, payment_id)


async def test_refused_credentials_are_a_refusal(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.refuse()

    with pytest.raises(GatewayRefused) as error:
        await world.gateway.find_payment(payment_id)

    assert_says_nothing(error.value, payment_id)


async def test_nonsense_is_not_guessed_at(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.pay(payment_id)
    await world.babble()

    with pytest.raises(GatewayProtocolError) as error:
        await world.gateway.find_payment(payment_id)

    assert_says_nothing(error.value, payment_id)


async def test_half_a_character_in_an_answer_spoils_nothing(world: GatewayWorld) -> None:
    payment_id = await world.open()
    await world.pay(payment_id)
    await world.halve_a_character()

    assert (await found(world, payment_id)).status is PaymentStatus.PAID


async def test_a_question_may_be_given_up(world: GatewayWorld) -> None:
    payment_id = await world.open()
    given_up = asyncio.create_task(world.gateway.find_payment(payment_id))
    await asyncio.sleep(0)

    given_up.cancel()
    await asyncio.wait([given_up])

    assert (await found(world, payment_id)).status is PaymentStatus.OPENED


async def test_an_amount_is_never_a_float(world: GatewayWorld) -> None:
    payment = await found(world, await world.open())

    assert not isinstance(payment.total, UnreadableAmount)
    assert type(payment.total.amount_minor) is int


def assert_says_nothing(error: PortError, payment_id: str) -> None:
    assert error.code.isprintable()
    assert len(error.code) < 40
    assert payment_id not in str(error)
