import asyncio

import pytest

from adapters.memory.payment_gateway import MemoryPaymentGateway
from domain.errors import InvalidValue
from domain.payment import PaymentStatus
from ports.errors import GatewayUnavailable
from tests.support.factories import GATEWAY, PAYMENT_ID, a_key, a_payment


async def test_it_answers_what_was_put_in_last() -> None:
    gateway = MemoryPaymentGateway(GATEWAY)
    gateway.put(a_payment(status=PaymentStatus.OPENED))
    paid = a_payment()

    gateway.put(paid)

    assert await gateway.find_payment(PAYMENT_ID) is paid


async def test_it_forgets_on_demand() -> None:
    gateway = MemoryPaymentGateway(GATEWAY)
    gateway.put(a_payment())

    gateway.forget(PAYMENT_ID)
    gateway.forget("never-known")

    assert await gateway.find_payment(PAYMENT_ID) is None


def test_it_takes_no_payment_of_another_gateway() -> None:
    with pytest.raises(InvalidValue):
        MemoryPaymentGateway("memory").put(a_payment(key=a_key(gateway="other")))


async def test_it_counts_the_questions_by_payment() -> None:
    gateway = MemoryPaymentGateway()
    for payment_id in ("a", "a", "b"):
        await gateway.find_payment(payment_id)

    assert gateway.questions == {"a": 2, "b": 1}


async def test_it_fails_on_demand_before_it_answers() -> None:
    gateway = MemoryPaymentGateway(GATEWAY)
    gateway.put(a_payment())
    gateway.faults.fail("find_payment", GatewayUnavailable("away"), nth=2)

    assert await gateway.find_payment(PAYMENT_ID) is not None
    with pytest.raises(GatewayUnavailable):
        await gateway.find_payment(PAYMENT_ID)
    assert await gateway.find_payment(PAYMENT_ID) is not None
    assert gateway.questions[PAYMENT_ID] == 3


async def test_it_answers_what_is_so_when_the_wait_is_over() -> None:
    gateway = MemoryPaymentGateway(GATEWAY)
    gateway.put(a_payment(status=PaymentStatus.OPENED))
    asked: list[str] = []
    may_answer = asyncio.Event()

    async def wait(payment_id: str) -> None:
        asked.append(payment_id)
        await may_answer.wait()

    gateway.before_answer = wait
    question = asyncio.create_task(gateway.find_payment(PAYMENT_ID))
    await asyncio.sleep(0)
    gateway.put(a_payment())
    may_answer.set()

    payment = await question

    assert asked == [PAYMENT_ID]
    assert payment is not None
    assert payment.status is PaymentStatus.PAID
