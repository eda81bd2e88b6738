"""The payment window as Stripe's script opens it, for a payment that the shop has made before."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.stripe import RunningSandbox, SandboxControl
from tests.support.checkout_window import PAGE, PaymentWindows, before, brought_back, told

BACK = f"{PAGE}/done?order_id=order-1"


@pytest.fixture
async def windows(running: RunningSandbox) -> AsyncIterator[PaymentWindows]:
    async with before(running.base_url) as windows:
        yield windows


async def asked(control: SandboxControl, order_id: str = "order-1", **more: Any) -> dict[str, Any]:
    opening = {"amount": 1000, "description": "<b>꽃</b>", **more}
    payment = await control.create(order_id=order_id, **opening)
    return {"clientSecret": payment["client_secret"]}


def id_of(params: dict[str, Any]) -> str:
    return str(params["clientSecret"]).partition("_secret_")[0]


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        ({}, "₩1,000"),
        ({"amount": 142_000, "currency": "usd"}, "1,420.00 USD"),
        ({"amount": 5120, "currency": "kwd"}, "5.120 KWD"),
    ],
)
async def test_a_window_shows_what_is_asked_and_pays_it(
    windows: PaymentWindows, control: SandboxControl, money: dict[str, Any], shown: str
) -> None:
    params = await asked(control, **money)
    window = await windows.open(params)

    page = (await windows.http.get(window)).text
    result = told(await windows.press(window, "pay"))
    payment = await control.payment(id_of(params))
    receipt = await windows.http.get(payment["latest_charge"]["receipt_url"])

    assert "&lt;b&gt;꽃&lt;/b&gt;" in page
    assert shown in page
    assert (result["payment_intent"], result["error"]) == (id_of(params), None)
    assert payment["status"] == "succeeded"
    assert shown in receipt.text


@pytest.mark.parametrize(
    ("way", "says"), [("fail", "card_declined"), ("close", "authentication_failure")]
)
async def test_it_can_end_without_money(
    windows: PaymentWindows, control: SandboxControl, way: str, says: str
) -> None:
    params = await asked(control)

    result = await windows.end(params, way)

    assert says in result["error"]["code"]
    assert (await control.payment(id_of(params)))["status"] == "requires_payment_method"


async def test_a_debit_is_told_by_the_bank_later(
    windows: PaymentWindows, control: SandboxControl
) -> None:
    params = await asked(control)
    nobody_waits = (await windows.http.get("/_checkout/bank")).text
    result = await windows.end(params, "pay", method="account")
    somebody_waits = (await windows.http.get("/_checkout/bank")).text
    meanwhile = (await control.payment(id_of(params)))["status"]

    paid = await windows.deposit(id_of(params))

    assert result["redirect_status"] == "processing"
    assert (id_of(params) in nobody_waits, id_of(params) in somebody_waits) == (False, True)
    assert (meanwhile, paid.status_code) == ("processing", 303)
    assert (await control.payment(id_of(params)))["status"] == "succeeded"


async def test_the_browser_is_led_back_with_what_the_vendor_adds(
    windows: PaymentWindows, control: SandboxControl
) -> None:
    params = await asked(control)
    window = await windows.open(params, way_back=BACK)

    back = brought_back(await windows.press(window, "pay"))
    again = brought_back(await windows.ask(params, way_back=BACK))

    assert back == {
        "order_id": "order-1",
        "payment_intent": id_of(params),
        "payment_intent_client_secret": params["clientSecret"],
        "redirect_status": "succeeded",
    }
    assert again["redirect_status"] == "failed"


async def test_cheats_pay_less_or_show_another_payment(
    windows: PaymentWindows, control: SandboxControl
) -> None:
    too_early = await windows.press(await windows.open(await asked(control)), "otherPayment")
    other = await asked(control, "order-2", amount=5000, currency="usd")
    less = await windows.end(other, "otherAmount", amount="7")
    shown_again = await windows.end(await asked(control, "order-3"), "otherPayment")

    assert too_early.status_code == 409
    assert less["payment_intent"] == shown_again["payment_intent"] == id_of(other)
    assert (await control.payment(id_of(other)))["amount_received"] == 700


@pytest.mark.parametrize("way", ["loseWebhook", "loseBoth"])
async def test_what_is_lost_is_only_in_the_vendors_own_list(
    windows: PaymentWindows, control: SandboxControl, running: RunningSandbox, way: str
) -> None:
    params = await asked(control)
    await control.settings(webhook_url=f"{running.base_url}/nowhere", webhook_mode="first")

    answer = await windows.press(await windows.open(params), way)

    assert (await control.payment(id_of(params)))["status"] == "succeeded"
    assert await control.webhooks() == []
    assert ("data-result" in answer.text) is (way == "loseWebhook")


@pytest.mark.parametrize("secret", [None, 7, "", "pi_1", "pi_1_secret_guessed"])
async def test_nobody_pays_without_the_payments_own_secret(
    windows: PaymentWindows, control: SandboxControl, secret: object
) -> None:
    await control.create(1000, id="pi_1")

    result = told(await windows.ask({"clientSecret": secret}))

    assert result["error"]["code"] == "resource_missing"
