"""A webhook names the payment, the order or both; all it is about is settled or stored, once."""

import pytest

from application.take_webhook import REMEMBERED_FOR
from application.verify_payment import RECHECK_AFTER
from domain.order import OrderStatus, Trigger
from domain.payment import PaymentStatus
from domain.tasks import TaskKind, recheck
from ports.errors import (
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    PortError,
    RepositoryUnavailable,
)
from ports.webhook_authenticator import WebhookClaim
from tests.support.factories import (
    GATEWAY,
    NOON,
    ORDER_ID,
    PAYMENT_ID,
    a_key,
    a_payment,
    an_account,
)
from tests.support.shop import Shop, settled_order

LOOK_LATER = recheck(ORDER_ID, a_key(), NOON + RECHECK_AFTER)


def a_claim(
    payment_id: str | None = PAYMENT_ID,
    order_id: str | None = ORDER_ID,
    delivery_id: str | None = None,
    claimed: PaymentStatus = PaymentStatus.PAID,
) -> WebhookClaim:
    return WebhookClaim(
        payment_id=payment_id, order_id=order_id, claimed=claimed, delivery_id=delivery_id
    )


ORDER_ALONE = a_claim(payment_id=None)
PAYMENT_ALONE = a_claim(order_id=None)
SIGNED = a_claim(delivery_id="msg_1")


def a_shop(**options: int) -> Shop:
    shop = Shop(**options)  # type: ignore[arg-type] # only numbers are given
    shop.keep()
    shop.gateway.put(a_payment())
    return shop


def looks(shop: Shop) -> list[object]:
    return [record.task for record in shop.tasks(TaskKind.RECHECK)]


async def test_one_that_names_both_costs_what_it_always_did() -> None:
    shop = a_shop()

    await shop.take_webhook(GATEWAY, a_claim())

    assert shop.order().status is OrderStatus.PAID
    assert shop.order().history[0].trigger is Trigger.WEBHOOK
    assert shop.asked == ["orders.find_by_id", "gateway.find_payment", "orders.save"]


async def test_one_that_names_the_payment_settles_its_order() -> None:
    shop = a_shop()

    await shop.take_webhook(GATEWAY, PAYMENT_ALONE)

    assert shop.order().status is OrderStatus.PAID


async def test_one_that_names_the_order_settles_each_of_its_payments() -> None:
    shop = a_shop()
    shop.gateway.put(a_payment(key=a_key("imp_2"), status=PaymentStatus.FAILED))

    await shop.take_webhook(GATEWAY, ORDER_ALONE)

    assert shop.order().status is OrderStatus.PAID
    assert [each.key.payment_id for each in shop.order().payments] == [PAYMENT_ID, "imp_2"]


async def test_a_gateway_that_cannot_search_is_asked_for_what_we_know() -> None:
    shop = Shop()
    account = a_payment(status=PaymentStatus.AWAITING_DEPOSIT)
    shop.keep(settled_order(account))
    shop.searches.clear()
    shop.gateway.put(a_payment(virtual_account=an_account()))

    await shop.take_webhook(GATEWAY, ORDER_ALONE)

    assert shop.order().status is OrderStatus.PAID


async def test_without_a_search_and_an_order_there_is_nothing_to_ask() -> None:
    shop = Shop()
    shop.searches.clear()

    await shop.take_webhook(GATEWAY, ORDER_ALONE)

    assert shop.asked == ["orders.find_by_id"]


async def test_a_payment_whose_answer_is_spoilt_is_looked_at_later() -> None:
    shop = a_shop()
    shop.gateway.spoil(PAYMENT_ID)

    await shop.take_webhook(GATEWAY, ORDER_ALONE)

    assert looks(shop) == [LOOK_LATER]


async def test_the_order_may_be_on_its_way() -> None:
    shop = Shop()
    shop.gateway.put(a_payment())

    await shop.take_webhook(GATEWAY, PAYMENT_ALONE)
    await shop.take_webhook(GATEWAY, ORDER_ALONE)

    assert looks(shop) == [LOOK_LATER]


@pytest.mark.parametrize("error", [GatewayUnavailable("cut"), GatewayProtocolError("nonsense")])
async def test_a_search_that_fails_leaves_the_payments_we_know(error: PortError) -> None:
    shop = Shop()
    shop.keep(settled_order(a_payment(status=PaymentStatus.OPENED)))
    shop.gateway.put(a_payment())
    shop.gateway.faults.fail("find_payments_of_order", error)

    await shop.take_webhook(GATEWAY, ORDER_ALONE)

    assert shop.order().status is OrderStatus.PAID


@pytest.mark.parametrize(
    "error", [GatewayUnavailable("cut"), GatewayProtocolError("nonsense"), GatewayRefused("no")]
)
async def test_what_can_neither_be_settled_nor_stored_is_told(error: PortError) -> None:
    shop = a_shop()
    shop.gateway.faults.fail_always("find_payments_of_order", error)
    shop.gateway.faults.fail_always("find_payment", error)

    for claim in (ORDER_ALONE, PAYMENT_ALONE):
        with pytest.raises(type(error)):
            await shop.take_webhook(GATEWAY, claim)

    assert looks(shop) == []


@pytest.mark.parametrize("claim", [ORDER_ALONE, PAYMENT_ALONE])
async def test_a_flood_does_not_reach_the_gateway_and_is_sent_again(claim: WebhookClaim) -> None:
    shop = a_shop(questions_per_window=0)

    with pytest.raises(GatewayUnavailable, match="too-many-questions"):
        await shop.take_webhook(GATEWAY, claim)

    assert shop.gateway.faults.calls.total() == 0


async def test_nor_does_a_flood_of_orders_that_we_do_not_know() -> None:
    shop = Shop(strange_names_per_window=1)
    shop.keep()
    shop.gateway.put(a_payment())
    await shop.take_webhook(GATEWAY, a_claim(payment_id=None, order_id="made-up-1"))

    with pytest.raises(GatewayUnavailable, match="too-many-questions"):
        await shop.take_webhook(GATEWAY, a_claim(payment_id=None, order_id="made-up-2"))
    await shop.take_webhook(GATEWAY, ORDER_ALONE)

    assert shop.order().status is OrderStatus.PAID


async def test_a_payment_that_the_gateway_does_not_know_is_about_nothing() -> None:
    shop = Shop()

    await shop.take_webhook(GATEWAY, PAYMENT_ALONE)

    assert looks(shop) == []


async def test_a_message_sent_again_is_not_looked_at_again() -> None:
    shop = a_shop()
    await shop.take_webhook(GATEWAY, SIGNED)
    shop.gateway.put(a_payment(status=PaymentStatus.CANCELLED))
    shop.asked.clear()

    await shop.take_webhook(GATEWAY, SIGNED)

    assert shop.asked == ["seen.has_seen"]
    assert shop.order().status is OrderStatus.PAID


async def test_another_message_is() -> None:
    shop = a_shop()
    await shop.take_webhook(GATEWAY, SIGNED)
    shop.gateway.put(a_payment(status=PaymentStatus.CANCELLED))

    cancelled = a_claim(delivery_id="msg_2", claimed=PaymentStatus.CANCELLED)
    await shop.take_webhook(GATEWAY, cancelled)

    assert shop.order().status is OrderStatus.REFUNDED


async def test_what_was_stored_for_later_counts_as_dealt_with() -> None:
    shop = a_shop()
    shop.gateway_fails(GatewayUnavailable("cut"))

    await shop.take_webhook(GATEWAY, SIGNED)
    await shop.take_webhook(GATEWAY, SIGNED)

    assert shop.gateway.questions[PAYMENT_ID] == 1
    assert looks(shop) == [LOOK_LATER]


async def test_what_was_not_dealt_with_is_looked_at_when_it_is_sent_again() -> None:
    shop = a_shop()
    shop.faults.fail("find_by_id", RepositoryUnavailable("cut"))
    shop.faults.fail("put", RepositoryUnavailable("cut"))
    with pytest.raises(RepositoryUnavailable):
        await shop.take_webhook(GATEWAY, SIGNED)

    await shop.take_webhook(GATEWAY, SIGNED)

    assert shop.order().status is OrderStatus.PAID


@pytest.mark.parametrize("call", ["has_seen", "mark_seen"])
async def test_a_message_that_could_not_be_remembered_is_sent_again(call: str) -> None:
    shop = a_shop()
    shop.faults.fail(call, RepositoryUnavailable("cut"))
    with pytest.raises(RepositoryUnavailable):
        await shop.take_webhook(GATEWAY, SIGNED)

    await shop.take_webhook(GATEWAY, SIGNED)

    assert shop.order().status is OrderStatus.PAID
    assert shop.order().version == 1


async def test_ids_are_remembered_for_a_week_and_not_for_ever() -> None:
    shop = a_shop()
    await shop.take_webhook(GATEWAY, SIGNED)

    shop.clock.advance(7 * 86_400)
    await shop.take_webhook(GATEWAY, a_claim(delivery_id="msg_2"))
    assert await shop.seen.has_seen(GATEWAY, "msg_1")

    shop.clock.advance(REMEMBERED_FOR.total_seconds() - 7 * 86_400 + 1)
    await shop.take_webhook(GATEWAY, a_claim(delivery_id="msg_3"))
    assert not await shop.seen.has_seen(GATEWAY, "msg_1")
    assert await shop.seen.has_seen(GATEWAY, "msg_2")
