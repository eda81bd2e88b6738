"""Who names a payment alone gets its order from our record, or else from the gateway."""

import pytest

from application.verify_payment import OrderNotFound, PaymentNotFound, TooManyQuestions
from domain.errors import InvalidValue
from ports.errors import GatewayUnavailable, RepositoryUnavailable
from tests.support.factories import GATEWAY, ORDER_ID, PAYMENT_ID, a_key, a_payment
from tests.support.shop import Shop, settled_order


async def test_what_is_recorded_is_known_without_asking_the_gateway() -> None:
    shop = Shop()
    shop.keep(settled_order(a_payment()))

    assert await shop.name_order(a_key()) == ORDER_ID
    assert shop.asked == ["orders.find_order_id_by_payment"]


async def test_the_gateway_knows_the_others() -> None:
    shop = Shop()
    shop.gateway.put(a_payment(order_id="order-7"))

    assert await shop.name_order(a_key()) == "order-7"
    assert shop.gateway.questions[PAYMENT_ID] == 1


async def test_a_payment_that_nobody_knows_has_no_order() -> None:
    assert await Shop().name_order(a_key()) == PaymentNotFound()


@pytest.mark.parametrize("order_id", ["", "주문 1", "../x", "x" * 41])
async def test_text_that_is_no_order_id_of_ours_names_none(order_id: str) -> None:
    shop = Shop()
    shop.gateway.put(a_payment(order_id=order_id))

    assert await shop.name_order(a_key()) == OrderNotFound()


async def test_a_flood_of_names_does_not_reach_the_gateway() -> None:
    shop = Shop(questions_per_window=1)
    shop.gateway.put(a_payment())
    await shop.name_order(a_key())

    answer = await shop.name_order(a_key())

    assert isinstance(answer, TooManyQuestions)
    assert answer.retry_after_s > 0
    assert shop.gateway.questions[PAYMENT_ID] == 1


async def test_nor_does_a_flood_of_names_that_differ() -> None:
    shop = Shop(strange_names_per_window=2)
    shop.keep(settled_order(a_payment()))

    answers = [await shop.name_order(a_key(f"imp_{number}")) for number in range(3)]

    assert answers[:2] == [PaymentNotFound(), PaymentNotFound()]
    assert isinstance(answers[2], TooManyQuestions)
    # What we know ourselves is still told.
    assert await shop.name_order(a_key()) == ORDER_ID


@pytest.mark.parametrize(
    ("gateway", "payment_id", "field"),
    [("paypal", PAYMENT_ID, "gateway"), (GATEWAY, "not-one", "payment_id")],
)
async def test_what_cannot_be_is_refused_before_anybody_is_asked(
    gateway: str, payment_id: str, field: str
) -> None:
    shop = Shop()
    shop.gateway.is_payment_id = lambda text, /: text != "not-one"  # type: ignore[method-assign]

    with pytest.raises(InvalidValue) as error:
        await shop.name_order(a_key(payment_id, gateway))

    assert error.value.field == field
    assert shop.asked == []


async def test_an_outage_is_told() -> None:
    shop = Shop()
    shop.gateway_fails(GatewayUnavailable("cut"))

    with pytest.raises(GatewayUnavailable):
        await shop.name_order(a_key())

    shop.faults.fail("find_order_id_by_payment", RepositoryUnavailable("cut"))
    with pytest.raises(RepositoryUnavailable):
        await shop.name_order(a_key())
