"""A card is paid: by the browser, the webhook, or both, once or a hundred times."""

import asyncio

from tests.support.storefront import Storefront


async def test_a_happy_order_costs_one_look_and_a_repeat_costs_none(
    storefront: Storefront,
) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id)

    first = await storefront.complete(imp_uid, order_id)
    webhook = await storefront.webhook(imp_uid)
    again = await storefront.complete(imp_uid, order_id)
    webhook_again = await storefront.webhook(imp_uid, times=2)

    assert first.json() == {"status": "success", "message": "일반 결제 성공"}
    assert again.json() == first.json()
    assert (first.status_code, webhook, webhook_again) == (200, [200], [200, 200])
    assert await storefront.story(order_id) == ("paid", [("browser", "success")])
    assert await storefront.lookups(imp_uid) == 1
    assert await storefront.token_requests() == 1


async def test_the_webhook_alone_is_enough(storefront: Storefront) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id)

    delivered = await storefront.webhook(imp_uid)
    answer = await storefront.complete(imp_uid, order_id)

    assert (delivered, answer.status_code) == ([200], 200)
    assert await storefront.story(order_id) == ("paid", [("webhook", "success")])
    assert await storefront.lookups(imp_uid) == 1


async def test_a_webhook_may_come_as_a_form(storefront: Storefront) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id)

    delivered = await storefront.webhook(imp_uid, form=True)

    assert delivered == [200]
    assert await storefront.story(order_id) == ("paid", [("webhook", "success")])


async def test_a_webhook_may_come_before_its_order(storefront: Storefront) -> None:
    imp_uid = await storefront.payment("order-to-come", 1000)

    delivered = await storefront.webhook(imp_uid)
    await storefront.order(order_id="order-to-come")

    assert delivered == [200]
    await storefront.status_becomes("order-to-come", "paid")


async def test_the_orders_own_page_is_told_more_than_a_stranger(storefront: Storefront) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id)
    token = storefront.client_tokens[order_id]

    own = await storefront.complete(imp_uid, order_id, client_token=token)
    wrong = await storefront.complete(imp_uid, order_id, client_token=token[::-1])

    told = own.json()
    assert (told["order_id"], told["amount"], told["currency"]) == (order_id, "1000", "KRW")
    assert (wrong.status_code, wrong.json()["status"]) == (400, "invalidRequest")


async def test_a_phone_that_comes_back_sees_a_page_without_scripts(storefront: Storefront) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id)

    page = await storefront.arrive(imp_uid, order_id, imp_success="false", error_msg="거짓말")

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "일반 결제 성공" in page.text
    assert "거짓말" not in page.text
    assert "<script" not in page.text
    assert await storefront.story(order_id) == ("paid", [("redirect", "success")])


async def test_two_hundred_at_once_are_one_payment(storefront: Storefront) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id)
    webhook = {"imp_uid": imp_uid, "merchant_uid": order_id, "status": "paid"}

    answers = await asyncio.gather(
        *(storefront.complete(imp_uid, order_id) for _ in range(100)),
        *(storefront.http.post("/webhooks/portone-v1", json=webhook) for _ in range(100)),
    )

    said = [answer.json()["status"] for answer in answers]
    assert said == ["success"] * 100 + ["accepted"] * 100
    status, history = await storefront.story(order_id)
    assert (status, [outcome for _, outcome in history]) == ("paid", ["success"])
    assert 1 <= await storefront.lookups(imp_uid) <= 4
