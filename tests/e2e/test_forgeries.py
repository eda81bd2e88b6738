"""Whatever is not this order's own payment of exactly its amount proves nothing."""

from typing import Any

import pytest

from tests.support.storefront import Storefront


@pytest.mark.parametrize(
    ("paid", "field"),
    [
        ({"amount": 100}, "amount"),
        ({"amount": 999}, "amount"),
        ({"amount": 1001}, "amount"),
        ({"amount": 1000, "currency": "USD"}, "currency"),
    ],
    ids=["far-less", "one-less", "one-more", "another-currency"],
)
async def test_a_wrong_amount_is_refused_recorded_and_told_to_the_operator(
    storefront: Storefront, paid: dict[str, Any], field: str
) -> None:
    order_id = await storefront.order(1000)
    imp_uid = await storefront.payment(order_id, **paid)

    answer = await storefront.complete(imp_uid, order_id)

    assert answer.status_code == 400
    assert answer.json() == {"status": "forgery", "message": "위조된 결제시도"}
    assert await storefront.story(order_id) == ("pending", [("browser", "forgery")])
    [entry] = (await storefront.read(order_id))["history"]
    assert [each["field"] for each in entry["discrepancies"]] == [field]
    assert (await storefront.printed_about(order_id))[0].startswith("Alert to the operator ")


async def test_a_payment_of_the_test_channel_is_unknown_in_live_mode(
    storefront: Storefront,
) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id, sandbox=True)

    answer = await storefront.complete(imp_uid, order_id)

    assert (answer.status_code, answer.json()["status"]) == (404, "paymentNotFound")
    assert await storefront.story(order_id) == ("pending", [])


async def test_a_payment_that_does_not_say_whether_it_is_real_proves_nothing(
    storefront: Storefront,
) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id, omit=["sandbox"])

    answer = await storefront.complete(imp_uid, order_id)

    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    assert (await storefront.read(order_id))["status"] == "pending"


async def test_another_orders_payment_is_refused(storefront: Storefront) -> None:
    order_id = await storefront.order()
    other_id = await storefront.order()
    imp_uid = await storefront.payment(other_id)

    answer = await storefront.complete(imp_uid, order_id)

    assert (answer.status_code, answer.json()["status"]) == (400, "forgery")
    [entry] = (await storefront.read(order_id))["history"]
    assert entry["discrepancies"] == [
        {"field": "order_id", "expected": order_id, "actual": other_id}
    ]
    assert await storefront.story(other_id) == ("pending", [])


async def test_a_payment_that_has_paid_one_order_does_not_pay_a_second(
    storefront: Storefront,
) -> None:
    first_id, imp_uid = await storefront.paid_order()
    second_id = await storefront.order()

    by_browser = await storefront.complete(imp_uid, second_id)
    by_phone = await storefront.arrive(imp_uid, second_id)
    by_webhook = await storefront.webhook(imp_uid, lies={"merchant_uid": second_id})

    assert (by_browser.status_code, by_phone.status_code, by_webhook) == (400, 400, [200])
    assert (await storefront.read(second_id))["status"] == "pending"
    assert await storefront.story(first_id) == ("paid", [("browser", "success")])


async def test_a_webhook_that_lies_changes_nothing(storefront: Storefront) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id, status="ready")

    delivered = await storefront.webhook(imp_uid, lies={"status": "paid"})

    assert delivered == [200]
    order = await storefront.read(order_id)
    assert order["status"] == "pending"
    assert [entry["outcome"] for entry in order["history"]] == ["pending"]


async def test_a_webhook_cannot_cancel_a_payment_that_stands(storefront: Storefront) -> None:
    order_id, imp_uid = await storefront.paid_order()

    delivered = await storefront.webhook(imp_uid, lies={"status": "cancelled"})

    assert delivered == [200]
    assert await storefront.story(order_id) == ("paid", [("browser", "success")])
    assert await storefront.lookups(imp_uid) == 2


async def test_a_forgery_does_not_stand_in_the_way_of_the_honest_payment(
    storefront: Storefront,
) -> None:
    order_id = await storefront.order(50_000)
    forged = await storefront.payment(order_id, 100)
    honest = await storefront.payment(order_id, 50_000)

    refused = await storefront.complete(forged, order_id)
    accepted = await storefront.complete(honest, order_id)

    assert (refused.status_code, accepted.status_code) == (400, 200)
    assert await storefront.story(order_id) == (
        "paid",
        [("browser", "forgery"), ("browser", "success")],
    )
