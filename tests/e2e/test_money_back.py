"""Money goes back, fails to come, or comes twice: the record follows what the gateway says."""

from tests.support.storefront import Storefront


async def test_a_refund_at_the_console_is_seen_by_its_webhook(storefront: Storefront) -> None:
    order_id, imp_uid = await storefront.paid_order()

    await storefront.control.cancel(imp_uid, reason="고객 변심")
    delivered = await storefront.webhook(imp_uid)
    answer = await storefront.complete(imp_uid, order_id)

    assert delivered == [200]
    assert (answer.status_code, answer.json()["status"]) == (409, "cancelled")
    assert await storefront.story(order_id) == (
        "refunded",
        [("browser", "success"), ("webhook", "cancelled")],
    )


async def test_refunds_in_part_add_up(storefront: Storefront) -> None:
    order_id, imp_uid = await storefront.paid_order(1000)

    await storefront.control.cancel(imp_uid, amount=300)
    await storefront.webhook(imp_uid)
    in_part = await storefront.read(order_id)
    await storefront.control.cancel(imp_uid, amount=700)
    await storefront.webhook(imp_uid)

    assert in_part["status"] == "partiallyRefunded"
    assert in_part["payments"][0]["cancelled_amount"] == "300"
    order = await storefront.read(order_id)
    assert (order["status"], order["payments"][0]["cancelled_amount"]) == ("refunded", "1000")
    assert order["payments"][0]["status"] == "cancelled"


async def test_a_payment_may_fail_first_and_pay_later(storefront: Storefront) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id, status="failed")

    failed = await storefront.complete(imp_uid, order_id)
    await storefront.control.pay(imp_uid)
    paid = await storefront.complete(imp_uid, order_id)

    assert (failed.status_code, failed.json()["status"]) == (402, "failed")
    assert (paid.status_code, paid.json()["status"]) == (200, "success")
    assert await storefront.story(order_id) == (
        "paid",
        [("browser", "failed"), ("browser", "success")],
    )


async def test_a_second_payment_is_surplus_and_told_to_the_operator(
    storefront: Storefront,
) -> None:
    order_id, first = await storefront.paid_order()
    second = await storefront.payment(order_id)

    answer = await storefront.complete(second, order_id)
    repeat = await storefront.complete(first, order_id)

    assert (answer.status_code, answer.json()["status"]) == (409, "duplicatePayment")
    assert repeat.json()["status"] == "success"
    assert [payment["status"] for payment in (await storefront.read(order_id))["payments"]] == [
        "paid",
        "paid",
    ]
    [alert] = await storefront.printed_about(order_id)
    assert alert.startswith("Alert to the operator ")


async def test_a_surplus_payment_takes_over_when_the_first_is_refunded(
    storefront: Storefront,
) -> None:
    order_id, first = await storefront.paid_order()
    second = await storefront.payment(order_id)
    await storefront.complete(second, order_id)

    await storefront.control.cancel(first)
    await storefront.webhook(first)
    answer = await storefront.complete(second, order_id)

    assert answer.json()["status"] == "success"
    assert (await storefront.read(order_id))["status"] == "paid"
