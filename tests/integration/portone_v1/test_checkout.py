"""The payment window as a browser meets it, pressed without a browser."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.machinery.checkout.desk import BANK_PATH, SCRIPT_PATH
from sandbox.portone_v1 import RunningSandbox, SandboxControl
from tests.integration.portone_v1.callers import Vendor
from tests.integration.shop import Shop
from tests.support.checkout_window import PAGE, PaymentWindows, before, brought_back, told

BACK = f"{PAGE}/done?from=phone"


@pytest.fixture
async def windows(running: RunningSandbox) -> AsyncIterator[PaymentWindows]:
    async with before(running.base_url) as windows:
        yield windows


def asked(**params: Any) -> dict[str, Any]:
    return {"merchant_uid": "order-1", "amount": 1000, "name": "꽃다발", **params}


async def test_a_window_shows_what_is_asked_and_pays_it(
    windows: PaymentWindows, control: SandboxControl
) -> None:
    window = await windows.open(asked(name="<b>꽃</b>", custom_data={"a": 1}, buyer_name="김" * 20))

    page = (await windows.http.get(window)).text
    result = told(await windows.press(window, "pay"))
    payment = await control.payment(result["imp_uid"])

    assert "&lt;b&gt;꽃&lt;/b&gt;" in page
    assert "₩1,000" in page
    assert result["success"] is True
    assert (result["merchant_uid"], result["paid_amount"]) == ("order-1", 1000)
    assert (payment["status"], payment["amount"]) == ("paid", 1000)
    assert (payment["custom_data"], payment["buyer_name"]) == ('{"a":1}', "김" * 16)
    assert (
        payment["receipt_url"] == f"{windows.http.base_url}/_checkout/receipts/{result['imp_uid']}"
    )


async def test_a_button_pressed_twice_does_its_work_once(
    windows: PaymentWindows, control: SandboxControl, shop: Shop
) -> None:
    await control.settings(webhook_url=f"{shop.base_url}/hook", webhook_mode="first")
    window = await windows.open(asked())

    first = told(await windows.press(window, "pay"))
    second = told(await windows.press(window, "fail"))
    shown_again = told(await windows.http.get(window))

    assert first == second == shown_again
    assert len(shop.received) == 1


@pytest.mark.parametrize(
    ("way", "status", "says"),
    [("fail", "failed", "한도초과"), ("close", "ready", "취소")],
)
async def test_it_can_end_without_money(
    windows: PaymentWindows, control: SandboxControl, way: str, status: str, says: str
) -> None:
    result = told(await windows.press(await windows.open(asked()), way))

    assert result["success"] is False
    assert says in result["error_msg"]
    assert (await control.payment(result["imp_uid"]))["status"] == status


async def test_an_account_is_issued_and_paid_into_at_the_bank(
    windows: PaymentWindows, control: SandboxControl, shop: Shop
) -> None:
    await control.settings(webhook_url=f"{shop.base_url}/hook", webhook_mode="first")
    nobody_waits = (await windows.http.get(BANK_PATH)).text
    window = await windows.open(asked())

    result = told(await windows.press(window, "pay", method="account"))
    somebody_waits = (await windows.http.get(BANK_PATH)).text
    imp_uid = result["imp_uid"]
    paid = await windows.http.post(BANK_PATH, data={"payment": imp_uid})
    twice = await windows.http.post(BANK_PATH, data={"payment": imp_uid})

    assert "없습니다" in nobody_waits
    assert (result["status"], result["pay_method"]) == ("ready", "vbank")
    assert result["vbank_num"] in somebody_waits
    assert (paid.status_code, twice.status_code) == (303, 409)
    assert (await control.payment(imp_uid))["status"] == "paid"
    assert [json.loads(hook.body)["status"] for hook in shop.received] == ["ready", "paid"]


async def test_an_account_may_become_a_card(windows: PaymentWindows) -> None:
    window = await windows.open(asked(pay_method="vbank"))

    result = told(await windows.press(window, "pay", method="card"))

    assert (result["status"], result["pay_method"]) == ("paid", "card")


async def test_a_cheat_pays_less_and_drops_the_question_about_it(
    windows: PaymentWindows, shop: Shop
) -> None:
    shop.status = 409
    window = await windows.open(asked(amount=50_000, confirm_url=f"{shop.base_url}/confirm"))

    result = told(await windows.press(window, "otherAmount", amount="100"))

    assert (result["status"], result["paid_amount"]) == ("paid", 100)
    assert shop.received == []


async def test_the_shop_can_stop_an_honest_payment(windows: PaymentWindows, shop: Shop) -> None:
    shop.status, shop.body = 409, '{"reason": "품절"}'
    window = await windows.open(asked(confirm_url=f"{shop.base_url}/confirm"))

    result = told(await windows.press(window, "pay"))

    assert result["success"] is False
    assert "품절" in result["error_msg"]


async def test_a_cheat_shows_the_payment_of_another_order(windows: PaymentWindows) -> None:
    too_early = await windows.open(asked(merchant_uid="order-0"))
    disabled = (await windows.http.get(too_early)).text
    refused = await windows.press(too_early, "otherPayment")
    other = told(await windows.press(too_early, "pay"))
    window = await windows.open(asked())

    result = told(await windows.press(window, "otherPayment"))

    assert "disabled" in disabled
    assert refused.status_code == 409
    assert (result["imp_uid"], result["merchant_uid"]) == (other["imp_uid"], "order-1")
    assert result["success"] is True


async def test_a_cheat_keeps_the_webhook_back(
    windows: PaymentWindows, control: SandboxControl, shop: Shop
) -> None:
    await control.settings(webhook_url=f"{shop.base_url}/hook", webhook_mode="first")

    result = told(await windows.press(await windows.open(asked()), "loseWebhook"))

    assert result["status"] == "paid"
    assert await control.webhooks() == []


@pytest.mark.parametrize("way_back", ["", BACK])
async def test_a_cheat_tells_nobody(
    windows: PaymentWindows, control: SandboxControl, shop: Shop, way_back: str
) -> None:
    await control.settings(webhook_url=f"{shop.base_url}/hook", webhook_mode="first")
    window = await windows.open(asked(), way_back=way_back)

    pages = [await windows.press(window, "loseBoth"), await windows.http.get(window)]

    assert {page.status_code for page in pages} == {200}
    assert not any(b"data-result" in page.content for page in pages)
    assert (await control.payment(window.rpartition("/")[2]))["status"] == "paid"
    assert await control.webhooks() == []


async def test_a_phone_is_led_back_to_the_shop(
    windows: PaymentWindows, control: SandboxControl
) -> None:
    window = await windows.open(asked(), way_back=BACK)
    page = await windows.http.get(window)

    back = brought_back(await windows.press(window, "pay"))
    closed = brought_back(
        await windows.press(
            await windows.open(asked(merchant_uid="order-2"), way_back=BACK), "close"
        )
    )

    policy = page.headers["Content-Security-Policy"]
    assert f"form-action 'self' {PAGE}; frame-ancestors 'none'" in policy
    assert back == {
        "from": "phone",
        "imp_uid": window.rpartition("/")[2],
        "merchant_uid": "order-1",
        "imp_success": "true",
    }
    assert closed["imp_success"] == "false"
    assert "취소" in closed["error_msg"]
    assert (await control.payment(back["imp_uid"]))["channel"] == "mobile"


async def test_only_the_page_that_asked_may_frame_the_window(windows: PaymentWindows) -> None:
    page = await windows.http.get(await windows.open(asked()))

    assert f"frame-ancestors {PAGE}" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("params", "code", "says"),
    [
        ({"amount": 0}, "F400", "amount"),
        ({"amount": "a lot"}, "F400", "amount"),
        ({"merchant_uid": None}, "F400", "merchant_uid is missing"),
        ({"merchant_uid": "x" * 41}, "F400", "merchant_uid"),
        ({"merchant_uid": ["order-1"]}, "F400", "merchant_uid"),
        ({"notice_url": "http://elsewhere.test/"}, "F400", "loopback"),
        ({"confirm_url": "http://elsewhere.test/"}, "F400", "loopback"),
        ({"merchant_uid": "paid-1"}, "F1002", "이미"),
        ({"merchant_uid": "announced-1", "amount": 1}, "F400", "amount"),
    ],
)
async def test_what_cannot_be_paid_goes_straight_back(
    vendor: Vendor,
    windows: PaymentWindows,
    control: SandboxControl,
    params: dict[str, Any],
    code: str,
    says: str,
) -> None:
    await control.create_payment("paid-1", 1000, status="paid")
    announced = {"merchant_uid": "announced-1", "amount": 1000}
    await vendor.call("POST", "/payments/prepare", json=announced)

    at_a_desk = told(await windows.ask(asked(**params)))
    on_a_phone = brought_back(await windows.ask(asked(**params), way_back=BACK))

    assert (at_a_desk["imp_uid"], at_a_desk["error_code"]) == (None, code)
    assert says in at_a_desk["error_msg"]
    assert (on_a_phone["imp_success"], on_a_phone["error_code"]) == ("false", code)
    assert "imp_uid" not in on_a_phone


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"opener": PAGE},
        {"opener": PAGE, "params": "[]"},
        {"opener": PAGE, "params": "{"},
        {"opener": "null", "params": "{}"},
        {"opener": "http://elsewhere.test", "params": "{}"},
        {"opener": PAGE, "params": "{}", "way_back": "http://elsewhere.test/"},
        {"opener": PAGE, "params": "{}", "way_back": "javascript:alert(1)"},
    ],
)
async def test_a_window_opens_for_no_page_elsewhere(
    windows: PaymentWindows, form: dict[str, str]
) -> None:
    answer = await windows.http.post("/_checkout", data=form)

    assert answer.status_code == 400
    assert b"<h1>" in answer.content


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("GET", "/_checkout/windows/imp_999", None),
        ("POST", "/_checkout/windows/imp_999", {"way": "pay"}),
        ("GET", "/_checkout/receipts/imp_999", None),
        ("GET", "/_checkout/assets/nothing.js", None),
        ("GET", "/_checkout/assets/..%2fpages.py", None),
        ("POST", BANK_PATH, {"payment": "imp_999"}),
    ],
)
async def test_there_is_nothing_else(
    windows: PaymentWindows, method: str, path: str, form: dict[str, str] | None
) -> None:
    assert (await windows.http.request(method, path, data=form)).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"way": "steal"},
        {"way": "otherAmount"},
        {"way": "otherAmount", "amount": "-1"},
        {"way": "pay", "unknown": "1"},
    ],
)
async def test_a_window_understands_its_own_buttons_alone(
    windows: PaymentWindows, control: SandboxControl, form: dict[str, str]
) -> None:
    window = await windows.open(asked())

    answer = await windows.http.post(window, data=form)

    assert answer.status_code == 400
    assert (await control.payment(window.rpartition("/")[2]))["status"] == "ready"


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=x"])
async def test_a_form_that_cannot_be_read_is_refused(
    windows: PaymentWindows, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    answer = await windows.http.post("/_checkout", headers=headers, content=b"--y\r\n\r\n")

    assert answer.status_code == 400


async def test_the_script_is_served_and_is_no_call_of_the_api(
    windows: PaymentWindows, control: SandboxControl
) -> None:
    await control.reset_calls()

    script = await windows.http.get(SCRIPT_PATH)

    assert script.headers["Content-Type"].startswith(("text/javascript", "application/javascript"))
    assert b"request_pay" in script.content
    assert (await control.calls())["total"] == 0


async def test_a_receipt_is_for_who_has_paid(windows: PaymentWindows) -> None:
    window = await windows.open(asked())
    path = f"/_checkout/receipts/{window.rpartition('/')[2]}"
    early = await windows.http.get(path)
    await windows.press(window, "pay")

    after = await windows.http.get(path)

    assert (early.status_code, after.status_code) == (404, 200)
    assert b"order-1" in after.content
