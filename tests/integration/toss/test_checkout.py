"""The payment window as Toss Payments' script opens it: the buyer agrees, the shop approves."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.toss import RunningSandbox, SandboxControl
from tests.integration.toss.conftest import Vendor
from tests.support.checkout_window import PAGE, PaymentWindows, before, brought_back, told

GOOD, BAD = f"{PAGE}/paid", f"{PAGE}/not-paid"


@pytest.fixture
async def windows(running: RunningSandbox) -> AsyncIterator[PaymentWindows]:
    async with before(running.base_url) as windows:
        yield windows


def asked(value: Any = 1000, **params: Any) -> dict[str, Any]:
    usual = {"orderId": "order-1", "orderName": "꽃다발", "clientKey": "live_ck_sandbox"}
    return {**usual, "method": "CARD", "amount": {"currency": "KRW", "value": value}, **params}


async def approve(vendor: Vendor, agreed: dict[str, Any]) -> dict[str, Any]:
    body = {name: agreed[name] for name in ("paymentKey", "orderId", "amount")}
    answer = await vendor.call("POST", "/v1/payments/confirm", json=body)
    assert answer.status == 200, answer.body
    return dict(answer.body)


async def test_the_buyer_agrees_and_the_shop_takes_the_money(
    windows: PaymentWindows, vendor: Vendor
) -> None:
    window = await windows.open(asked())

    page = (await windows.http.get(window)).text
    agreed = told(await windows.press(window, "pay"))
    payment = await approve(vendor, agreed)
    receipt = await windows.http.get(payment["receipt"]["url"])

    assert "꽃다발" in page
    assert "₩1,000" in page
    assert 'value="loseBoth" formnovalidate hidden' in page
    assert (agreed["orderId"], agreed["amount"]) == ("order-1", 1000)
    assert (payment["status"], payment["totalAmount"]) == ("DONE", 1000)
    assert "order-1" in receipt.text


@pytest.mark.parametrize(
    ("way", "status", "says"), [("fail", "ABORTED", "한도초과"), ("close", "READY", "취소")]
)
async def test_it_can_end_without_money(
    windows: PaymentWindows, control: SandboxControl, way: str, status: str, says: str
) -> None:
    window = await windows.open(asked(), way_back=GOOD, way_back_failed=BAD)

    answer = await windows.press(window, way)

    assert answer.headers["Location"].startswith(f"{BAD}?code=")
    assert says in brought_back(answer)["message"]
    assert (await control.payment(window.rpartition("/")[2]))["status"] == status


async def test_an_account_is_issued_and_paid_into_at_the_bank(
    windows: PaymentWindows, vendor: Vendor, control: SandboxControl
) -> None:
    agreed = await windows.end(asked(), "pay", method="account")
    issued = await approve(vendor, agreed)
    counter = (await windows.http.get("/_checkout/bank")).text

    paid = await windows.deposit(agreed["paymentKey"])

    assert issued["status"] == "WAITING_FOR_DEPOSIT"
    assert issued["virtualAccount"]["accountNumber"] in counter
    assert paid.status_code == 303
    assert (await control.payment(agreed["paymentKey"]))["status"] == "DONE"


async def test_cheats_agree_to_less_or_show_another_payment(
    windows: PaymentWindows, vendor: Vendor
) -> None:
    too_early = await windows.press(await windows.open(asked()), "otherPayment")
    other = await windows.end(asked(), "pay")
    await approve(vendor, other)
    less = await windows.end(asked(50_000, orderId="order-2"), "otherAmount", amount="10")
    shown_again = await windows.end(asked(orderId="order-3"), "otherPayment")

    assert too_early.status_code == 409
    assert (less["orderId"], less["amount"]) == ("order-2", 10)
    assert (shown_again["orderId"], shown_again["paymentKey"]) == ("order-3", other["paymentKey"])


async def test_a_lost_webhook_is_not_sent_when_the_shop_approves(
    windows: PaymentWindows, vendor: Vendor, control: SandboxControl, running: RunningSandbox
) -> None:
    await control.settings(webhook_url=f"{running.base_url}/nowhere", webhook_mode="first")
    silent = await windows.end(asked(), "loseWebhook")
    loud = await windows.end(asked(orderId="order-2"), "pay")

    await approve(vendor, silent)
    unsaid = await control.webhooks()
    await approve(vendor, loud)

    assert unsaid == []
    assert await control.webhooks() != []


async def test_nothing_is_paid_that_nobody_approves(windows: PaymentWindows) -> None:
    answer = await windows.press(await windows.open(asked()), "loseBoth")

    assert answer.status_code == 409


async def test_a_phone_is_led_back_to_the_shop(windows: PaymentWindows, vendor: Vendor) -> None:
    window = await windows.open(asked(), way_back=GOOD, way_back_failed=BAD)

    answer = await windows.press(window, "pay")
    back = brought_back(answer)
    await approve(vendor, back | {"amount": int(back["amount"])})
    again = await windows.ask(asked(), way_back=GOOD, way_back_failed=BAD)

    assert answer.headers["Location"].startswith(f"{GOOD}?")
    assert (back["orderId"], back["amount"]) == ("order-1", "1000")
    assert again.headers["Location"].startswith(f"{BAD}?code=DUPLICATED_ORDER_ID")


async def test_the_clients_key_chooses_the_world(
    windows: PaymentWindows, control: SandboxControl, vendor: Vendor
) -> None:
    agreed = await windows.end(asked(clientKey="test_ck_sandbox"), "pay")

    body = {name: agreed[name] for name in ("paymentKey", "orderId", "amount")}
    refused = await vendor.call("POST", "/v1/payments/confirm", json=body)

    assert refused.status == 404


@pytest.mark.parametrize(
    "params",
    [
        {"amount": {"currency": "KRW", "value": 0}},
        {"amount": 1000},
        {"amount": {}},
        {"orderId": None},
        {"orderName": None},
        {"clientKey": None},
        {"method": "GOLD"},
    ],
)
async def test_what_cannot_be_paid_goes_straight_back(
    windows: PaymentWindows, params: dict[str, Any]
) -> None:
    result = told(await windows.ask({**asked(), **params}))

    assert result["code"] == "INVALID_REQUEST"
