"""The payment window as a browser meets it, pressed without a browser."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.machinery.checkout.desk import BANK_PATH, SCRIPT_PATH
from sandbox.portone_v1 import SandboxControl
from tests.integration.sandbox.callers import Answer, Shop, Vendor

PAGE = "http://127.0.0.1:4000"
BACK = f"{PAGE}/done?from=phone"


async def browse(vendor: Vendor, method: str, path: str, **options: Any) -> Answer:
    """As a browser does, with no key; redirects are looked at and not followed."""
    return await vendor.call(method, path, headers={}, allow_redirects=False, **options)


async def open_window(vendor: Vendor, *, way_back: str = "", **params: Any) -> Answer:
    asked = {"merchant_uid": "order-1", "amount": 1000, "name": "꽃다발", **params}
    form = {"params": json.dumps(asked), "opener": PAGE, "way_back": way_back}
    return await browse(vendor, "POST", "/_checkout", data=form)


async def opened(vendor: Vendor, **params: Any) -> str:
    """The address of a window that could be opened."""
    answer = await open_window(vendor, **params)
    assert answer.status == 303, answer.body
    return answer.headers["Location"]


async def press(vendor: Vendor, window: str, way: str, **more: str) -> Answer:
    return await browse(vendor, "POST", window, data={"way": way, "method": "card", **more})


def told(answer: Answer) -> dict[str, Any]:
    """What the ending page tells the page that opened the window."""
    found = re.search(r'data-result="([^"]*)"', answer.body.decode())
    assert found, answer.body
    return dict(json.loads(unescape(found[1])))


def brought_back(answer: Answer) -> dict[str, str]:
    """What a phone brings back in the address."""
    assert answer.status == 303, answer.body
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


async def test_a_window_shows_what_is_asked_and_pays_it(
    vendor: Vendor, control: SandboxControl
) -> None:
    window = await opened(vendor, name="<b>꽃</b>", custom_data={"a": 1}, buyer_name="김" * 20)

    page = (await browse(vendor, "GET", window)).body.decode()
    result = told(await press(vendor, window, "pay"))
    payment = await control.payment(result["imp_uid"])

    assert "&lt;b&gt;꽃&lt;/b&gt;" in page
    assert "₩1,000" in page
    assert result["success"] is True
    assert (result["merchant_uid"], result["paid_amount"]) == ("order-1", 1000)
    assert (payment["status"], payment["amount"]) == ("paid", 1000)
    assert (payment["custom_data"], payment["buyer_name"]) == ('{"a":1}', "김" * 16)
    assert payment["receipt_url"] == f"{vendor.base_url}/_checkout/receipts/{result['imp_uid']}"


async def test_a_button_pressed_twice_does_its_work_once(
    vendor: Vendor, control: SandboxControl, shop: Shop
) -> None:
    await control.settings(webhook_url=f"{shop.base_url}/hook", webhook_mode="first")
    window = await opened(vendor)

    first = told(await press(vendor, window, "pay"))
    second = told(await press(vendor, window, "fail"))
    shown_again = told(await browse(vendor, "GET", window))

    assert first == second == shown_again
    assert len(shop.received) == 1


@pytest.mark.parametrize(
    ("way", "status", "says"),
    [("fail", "failed", "한도초과"), ("close", "ready", "취소")],
)
async def test_it_can_end_without_money(
    vendor: Vendor, control: SandboxControl, way: str, status: str, says: str
) -> None:
    result = told(await press(vendor, await opened(vendor), way))

    assert result["success"] is False
    assert says in result["error_msg"]
    assert (await control.payment(result["imp_uid"]))["status"] == status


async def test_an_account_is_issued_and_paid_into_at_the_bank(
    vendor: Vendor, control: SandboxControl, shop: Shop
) -> None:
    await control.settings(webhook_url=f"{shop.base_url}/hook", webhook_mode="first")
    nobody_waits = (await browse(vendor, "GET", BANK_PATH)).body.decode()
    window = await opened(vendor)

    result = told(await press(vendor, window, "pay", method="account"))
    somebody_waits = (await browse(vendor, "GET", BANK_PATH)).body.decode()
    imp_uid = result["imp_uid"]
    paid = await browse(vendor, "POST", BANK_PATH, data={"payment": imp_uid})
    twice = await browse(vendor, "POST", BANK_PATH, data={"payment": imp_uid})

    assert "없습니다" in nobody_waits
    assert (result["status"], result["pay_method"]) == ("ready", "vbank")
    assert result["vbank_num"] in somebody_waits
    assert (paid.status, twice.status) == (303, 409)
    assert (await control.payment(imp_uid))["status"] == "paid"
    assert [json.loads(hook.body)["status"] for hook in shop.received] == ["ready", "paid"]


async def test_an_account_may_become_a_card(vendor: Vendor) -> None:
    window = await opened(vendor, pay_method="vbank")

    result = told(await press(vendor, window, "pay", method="card"))

    assert (result["status"], result["pay_method"]) == ("paid", "card")


async def test_a_cheat_pays_less_and_drops_the_question_about_it(
    vendor: Vendor, shop: Shop
) -> None:
    shop.status = 409
    window = await opened(vendor, amount=50_000, confirm_url=f"{shop.base_url}/confirm")

    result = told(await press(vendor, window, "otherAmount", amount="100"))

    assert (result["status"], result["paid_amount"]) == ("paid", 100)
    assert shop.received == []


async def test_the_shop_can_stop_an_honest_payment(vendor: Vendor, shop: Shop) -> None:
    shop.status, shop.body = 409, '{"reason": "품절"}'
    window = await opened(vendor, confirm_url=f"{shop.base_url}/confirm")

    result = told(await press(vendor, window, "pay"))

    assert result["success"] is False
    assert "품절" in result["error_msg"]


async def test_a_cheat_shows_the_payment_of_another_order(vendor: Vendor) -> None:
    too_early = await opened(vendor, merchant_uid="order-0")
    disabled = (await browse(vendor, "GET", too_early)).body.decode()
    refused = await press(vendor, too_early, "otherPayment")
    other = told(await press(vendor, too_early, "pay"))
    window = await opened(vendor)

    result = told(await press(vendor, window, "otherPayment"))

    assert "disabled" in disabled
    assert refused.status == 409
    assert (result["imp_uid"], result["merchant_uid"]) == (other["imp_uid"], "order-1")
    assert result["success"] is True


async def test_a_cheat_keeps_the_webhook_back(
    vendor: Vendor, control: SandboxControl, shop: Shop
) -> None:
    await control.settings(webhook_url=f"{shop.base_url}/hook", webhook_mode="first")

    result = told(await press(vendor, await opened(vendor), "loseWebhook"))

    assert result["status"] == "paid"
    assert await control.webhooks() == []


@pytest.mark.parametrize("way_back", ["", BACK])
async def test_a_cheat_tells_nobody(
    vendor: Vendor, control: SandboxControl, shop: Shop, way_back: str
) -> None:
    await control.settings(webhook_url=f"{shop.base_url}/hook", webhook_mode="first")
    window = await opened(vendor, way_back=way_back)

    pages = [await press(vendor, window, "loseBoth"), await browse(vendor, "GET", window)]

    assert {page.status for page in pages} == {200}
    assert not any(b"data-result" in page.body for page in pages)
    assert (await control.payment(window.rpartition("/")[2]))["status"] == "paid"
    assert await control.webhooks() == []


async def test_a_phone_is_led_back_to_the_shop(vendor: Vendor, control: SandboxControl) -> None:
    window = await opened(vendor, way_back=BACK)
    page = await browse(vendor, "GET", window)

    back = brought_back(await press(vendor, window, "pay"))
    closed = brought_back(
        await press(vendor, await opened(vendor, merchant_uid="order-2", way_back=BACK), "close")
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


async def test_only_the_page_that_asked_may_frame_the_window(vendor: Vendor) -> None:
    page = await browse(vendor, "GET", await opened(vendor))

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
    vendor: Vendor, control: SandboxControl, params: dict[str, Any], code: str, says: str
) -> None:
    await control.create_payment("paid-1", 1000, status="paid")
    announced = {"merchant_uid": "announced-1", "amount": 1000}
    await vendor.call("POST", "/payments/prepare", json=announced)

    at_a_desk = told(await open_window(vendor, **params))
    on_a_phone = brought_back(await open_window(vendor, way_back=BACK, **params))

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
async def test_a_window_opens_for_no_page_elsewhere(vendor: Vendor, form: dict[str, str]) -> None:
    answer = await browse(vendor, "POST", "/_checkout", data=form)

    assert answer.status == 400
    assert b"<h1>" in answer.body


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
    vendor: Vendor, method: str, path: str, form: dict[str, str] | None
) -> None:
    assert (await browse(vendor, method, path, data=form)).status == 404


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
    vendor: Vendor, control: SandboxControl, form: dict[str, str]
) -> None:
    window = await opened(vendor)

    answer = await browse(vendor, "POST", window, data=form)

    assert answer.status == 400
    assert (await control.payment(window.rpartition("/")[2]))["status"] == "ready"


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=x"])
async def test_a_form_that_cannot_be_read_is_refused(vendor: Vendor, content_type: str) -> None:
    answer = await vendor.call(
        "POST", "/_checkout", headers={"Content-Type": content_type}, data=b"--y\r\n\r\n"
    )

    assert answer.status == 400


async def test_the_script_is_served_and_is_no_call_of_the_api(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.reset_calls()

    script = await browse(vendor, "GET", SCRIPT_PATH)

    assert script.headers["Content-Type"].startswith(("text/javascript", "application/javascript"))
    assert b"request_pay" in script.body
    assert (await control.calls())["total"] == 0


async def test_a_receipt_is_for_who_has_paid(vendor: Vendor) -> None:
    window = await opened(vendor)
    path = f"/_checkout/receipts/{window.rpartition('/')[2]}"
    before = await browse(vendor, "GET", path)
    await press(vendor, window, "pay")

    after = await browse(vendor, "GET", path)

    assert (before.status, after.status) == (404, 200)
    assert b"order-1" in after.body
