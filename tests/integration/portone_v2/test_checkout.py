"""The payment window as PortOne V2's script opens it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.portone_v2 import RunningSandbox, SandboxControl
from tests.integration.shop import Shop
from tests.support.checkout_window import PAGE, PaymentWindows, before, brought_back, told

BACK = f"{PAGE}/done"


@pytest.fixture
async def windows(running: RunningSandbox) -> AsyncIterator[PaymentWindows]:
    async with before(running.base_url) as windows:
        yield windows


def asked(**params: Any) -> dict[str, Any]:
    usual = {"paymentId": "order-1", "totalAmount": 1000, "orderName": "꽃다발"}
    return {**usual, "currency": "CURRENCY_KRW", "payMethod": "CARD", **params}


async def test_a_window_shows_what_is_asked_and_pays_it(
    windows: PaymentWindows, control: SandboxControl, shop: Shop
) -> None:
    await control.settings(webhook_url=f"{shop.base_url}/hook", webhook_mode="first")
    window = await windows.open(asked(customData={"a": 1}, customer={"fullName": "김구매"}))

    page = (await windows.http.get(window)).text
    result = told(await windows.press(window, "pay"))
    payment = await control.payment("order-1")
    receipt = await windows.http.get(payment["receiptUrl"])

    assert "꽃다발" in page
    assert "₩1,000" in page
    assert (result["paymentId"], result["txId"]) == ("order-1", payment["transactionId"])
    assert "code" not in result
    assert (payment["status"], payment["currency"]) == ("PAID", "KRW")
    assert (payment["customData"], payment["customer"]["name"]) == ('{"a":1}', "김구매")
    assert "order-1" in receipt.text
    # This vendor tells of an open window too.
    assert len(shop.received) == 2


@pytest.mark.parametrize(
    ("way", "status", "says"), [("fail", "FAILED", "한도초과"), ("close", "READY", "취소")]
)
async def test_it_can_end_without_money(
    windows: PaymentWindows, control: SandboxControl, way: str, status: str, says: str
) -> None:
    result = await windows.end(asked(), way)

    assert result["code"]
    assert says in result["message"]
    assert (await control.payment("order-1"))["status"] == status


async def test_an_account_is_issued_and_paid_into_at_the_bank(
    windows: PaymentWindows, control: SandboxControl
) -> None:
    await windows.end(asked(), "pay", method="account")
    issued = await control.payment("order-1")
    counter = (await windows.http.get("/_checkout/bank")).text

    paid = await windows.deposit("order-1")

    assert issued["status"] == "VIRTUAL_ACCOUNT_ISSUED"
    assert issued["method"]["accountNumber"] in counter
    assert paid.status_code == 303
    assert (await control.payment("order-1"))["status"] == "PAID"


async def test_cheats_pay_less_show_another_payment_and_keep_the_webhook_back(
    windows: PaymentWindows, control: SandboxControl, shop: Shop
) -> None:
    too_early = await windows.press(await windows.open(asked()), "otherPayment")
    await windows.end(asked(), "otherAmount", amount="10")
    shown_again = await windows.end(asked(paymentId="order-2"), "otherPayment")
    await control.settings(webhook_url=f"{shop.base_url}/hook", webhook_mode="first")
    silent = await windows.open(asked(paymentId="order-3"))
    told_of_opening = len(shop.received)
    await windows.press(silent, "loseWebhook")

    assert too_early.status_code == 409
    assert (await control.payment("order-1"))["amount"]["paid"] == 10
    assert shown_again["paymentId"] == "order-1"
    assert (await control.payment("order-3"))["status"] == "PAID"
    assert len(shop.received) == told_of_opening


async def test_the_shop_can_stop_an_honest_payment(windows: PaymentWindows, shop: Shop) -> None:
    shop.status, shop.body = 409, '{"errorMessage": "품절"}'

    result = await windows.end(asked(confirmUrl=f"{shop.base_url}/confirm"), "pay")

    assert "품절" in result["message"]


async def test_a_page_may_name_who_is_told(
    windows: PaymentWindows, control: SandboxControl, shop: Shop
) -> None:
    await control.settings(webhook_mode="first")

    await windows.end(asked(noticeUrls=[f"{shop.base_url}/hook"]), "pay")

    assert len(shop.received) == 2


async def test_a_phone_is_led_back_to_the_shop(windows: PaymentWindows) -> None:
    window = await windows.open(asked(), way_back=BACK)

    back = brought_back(await windows.press(window, "pay"))
    paid_already = brought_back(await windows.ask(asked(), way_back=BACK))

    assert (back["paymentId"], "code" in back) == ("order-1", False)
    assert (paid_already["paymentId"], "code" in paid_already) == ("order-1", True)


@pytest.mark.parametrize(
    "params",
    [
        {"totalAmount": 0},
        {"totalAmount": "1000"},
        {"paymentId": None},
        {"paymentId": 1},
        {"payMethod": "GOLD"},
        {"noticeUrls": ["http://elsewhere.test/"]},
        {"confirmUrl": "http://elsewhere.test/"},
        {"paymentId": "announced-1", "totalAmount": 1},
        {"paymentId": "announced-2", "currency": "USD"},
    ],
)
async def test_what_cannot_be_paid_goes_straight_back(
    windows: PaymentWindows, running: RunningSandbox, params: dict[str, Any]
) -> None:
    key = {"Authorization": f"PortOne {running.api_secret}"}
    for payment_id in ("announced-1", "announced-2"):
        path = f"/payments/{payment_id}/pre-register"
        body = {"storeId": running.store_id, "totalAmount": 1000, "currency": "KRW"}
        announced = await windows.http.post(path, json=body, headers=key)
        assert announced.status_code == 200

    result = told(await windows.ask(asked(**params)))

    assert result["code"] == "INVALID_REQUEST"
