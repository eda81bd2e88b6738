"""Buying in the example shop: every way to pay, to be refused and to cheat, as a person sees it."""

import re

import pytest
from playwright.async_api import expect

from sandbox.machinery.checkout.desk import BANK_PATH
from tests.browser.buyer import Buyer
from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.support.storefront import until

COMPLETE = "/payments/complete"
PAID, DEPOSIT = "결제가 완료되었습니다", "아래 계좌로 입금해 주세요"
REFUSED, PENDING = "결제되지 않았습니다", "결제를 아직 확인하지 못했습니다"


async def test_a_card_is_paid_and_the_receipt_is_there(town: Town, visit: Visit) -> None:
    async with visit() as page:
        buyer = Buyer(page, town.street.shop_url)
        order_id = await buyer.buy("pay", goods="rose")

        await expect(buyer.answer.get_by_role("heading")).to_have_text(PAID)
        await expect(buyer.answer).to_contain_text(order_id)
        await expect(buyer.answer).to_contain_text("₩3,500")
        async with page.expect_popup() as opened:
            await buyer.answer.get_by_text("영수증 보기").click()
        await expect((await opened.value).get_by_role("main")).to_contain_text(order_id)
        await town.shop_hears("order.paid", order_id)

    assert await town.status(order_id) == "paid"


async def test_an_account_is_issued_copied_and_paid_into(town: Town, visit: Visit) -> None:
    async with visit(permissions=["clipboard-read", "clipboard-write"]) as page:
        buyer = Buyer(page, town.street.shop_url)
        order_id = await buyer.buy("pay", method="account")

        await expect(buyer.answer.get_by_role("heading")).to_have_text(DEPOSIT)
        await expect(buyer.answer).to_contain_text(re.compile(r"입금 기한\s*20\d\d\. \d+\. \d+\."))
        number = await buyer.answer.locator("[data-show=number]").inner_text()
        await buyer.answer.get_by_role("button", name="복사").click()
        await expect(buyer.answer.get_by_role("button", name="복사했습니다")).to_be_visible()
        assert await page.evaluate("navigator.clipboard.readText()") == number

        await buyer.answer.get_by_role("button", name="입금했어요").click()
        await expect(buyer.answer).to_contain_text("아직 입금이 확인되지 않았습니다.")
        async with visit() as counter:
            await counter.goto(town.street.sandbox_url + BANK_PATH)
            await counter.get_by_role("button", name=f"입금하기: {number}").click()
            await expect(counter.get_by_role("button", name=number)).to_have_count(0)
        await buyer.answer.get_by_role("button", name="입금했어요").click()
        await expect(buyer.answer.get_by_role("heading")).to_have_text(PAID)
        await town.shop_hears("order.awaiting_deposit", order_id)
        await town.shop_hears("order.paid", order_id)


async def test_a_refused_clipboard_leaves_the_number_selected(town: Town, visit: Visit) -> None:
    async with visit() as page:
        buyer = Buyer(page, town.street.shop_url)
        await buyer.buy("pay", method="account")
        await page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")

        await buyer.answer.get_by_role("button", name="복사").click()

        number = await buyer.answer.locator("[data-show=number]").inner_text()
        assert await page.evaluate("getSelection().toString()") == number


async def test_a_declined_card_says_why(town: Town, visit: Visit) -> None:
    async with visit(refusals=[COMPLETE]) as page:
        buyer = Buyer(page, town.street.shop_url)
        order_id = await buyer.buy("fail")

        await expect(buyer.answer.get_by_role("heading")).to_have_text(REFUSED)
        await expect(buyer.answer).to_contain_text("결제에 실패했습니다.")
        await expect(buyer.answer).to_contain_text("한도초과")
        assert await town.status(order_id) == "pending"


@pytest.mark.parametrize("by_key", [False, True])
async def test_a_closed_window_is_not_known_yet_and_can_be_asked_about(
    town: Town, visit: Visit, by_key: bool
) -> None:
    async with visit() as page:
        buyer = Buyer(page, town.street.shop_url)
        await buyer.order()
        await expect(buyer.window.get_by_role("heading")).to_be_visible()
        if by_key:
            await buyer.window.locator("button[value=pay]").focus()
            await page.keyboard.press("Escape")
        else:
            await buyer.end("close")

        await expect(buyer.answer.get_by_role("heading")).to_have_text(PENDING)
        await expect(buyer.answer).to_contain_text("다시 결제하지 마세요")
        await buyer.answer.get_by_role("button", name="다시 확인").click()
        await expect(buyer.answer.get_by_role("heading")).to_have_text(PENDING)
        await buyer.answer.get_by_text("다른 주문하기").click()
        await expect(page.get_by_role("button", name="결제하기")).to_be_visible()


async def test_another_amount_is_refused(town: Town, visit: Visit) -> None:
    async with visit(refusals=[COMPLETE]) as page:
        buyer = Buyer(page, town.street.shop_url)
        await buyer.order("basket")
        order_id = await buyer.order_id()
        await buyer.end("otherAmount", amount=1480)

        await expect(buyer.answer.get_by_role("heading")).to_have_text(REFUSED)
        await expect(buyer.answer).to_contain_text("위조된 결제시도")
        await town.shop_hears("payment.forged", order_id)

    assert await town.status(order_id) == "pending"


async def test_a_payment_shown_again_is_refused(town: Town, visit: Visit) -> None:
    async with visit(refusals=[COMPLETE]) as page:
        buyer = Buyer(page, town.street.shop_url)
        await buyer.buy("pay")
        order_id = await buyer.buy("otherPayment")

        await expect(buyer.answer.get_by_role("heading")).to_have_text(REFUSED)
        await expect(buyer.answer).to_contain_text("위조된 결제시도")

    assert await town.status(order_id) == "pending"


async def test_a_lost_webhook_loses_nothing(town: Town, visit: Visit) -> None:
    async with visit() as page:
        buyer = Buyer(page, town.street.shop_url)
        order_id = await buyer.buy("loseWebhook")

        await expect(buyer.answer.get_by_role("heading")).to_have_text(PAID)

    told = [hook["payload"]["merchant_uid"] for hook in await town.control.webhooks()]
    assert order_id not in told


@pytest.mark.parametrize("mobile", [False, True])
async def test_the_sweep_finds_what_nobody_told_of(town: Town, visit: Visit, mobile: bool) -> None:
    async with visit(mobile=mobile) as page:
        buyer = Buyer(page, town.street.shop_url)
        await buyer.order()
        order_id = await buyer.order_id()
        await buyer.end("loseBoth")

        window = page if mobile else buyer.window
        await expect(window.get_by_role("heading")).to_contain_text("알리지 않았습니다")
        await town.shop_hears("order.paid", order_id)


async def test_a_phone_leaves_the_page_and_comes_back(town: Town, visit: Visit) -> None:
    async with visit(width=390, mobile=True, refusals=[COMPLETE]) as page:
        buyer = Buyer(page, town.street.shop_url)
        order_id = await buyer.buy("pay")

        assert "imp_success=true" in page.url
        await expect(buyer.answer.get_by_role("heading")).to_have_text(PAID)
        await expect(buyer.answer).to_contain_text(order_id)
        await page.reload()
        await expect(buyer.answer).to_contain_text(order_id)
        came_back_to = page.url

        await buyer.buy("fail")
        await expect(buyer.answer.get_by_role("heading")).to_have_text(REFUSED)
        await expect(buyer.answer).to_contain_text("한도초과")
        await buyer.buy("otherAmount")
        await expect(buyer.answer.get_by_role("heading")).to_have_text(REFUSED)
        await buyer.buy("close", method="account")
        await expect(buyer.answer.get_by_role("heading")).to_have_text(PENDING)

    # Card companies' apps often return to another browser, which has no token.
    async with visit(width=390, mobile=True) as page:
        buyer = Buyer(page, town.street.shop_url)
        await page.goto(came_back_to)
        await expect(buyer.answer.get_by_role("heading")).to_have_text(PAID)
        await expect(buyer.answer.locator("[data-show=receipt_url]")).to_be_hidden()
        await expect(buyer.answer).not_to_contain_text(order_id)


async def test_an_outage_never_looks_like_a_refusal(town: Town, visit: Visit) -> None:
    async with visit(refusals=[COMPLETE]) as page:
        buyer = Buyer(page, town.street.shop_url)
        await buyer.order()
        await buyer.order_id()
        await town.control.fault("status", path="/payments/", status=502, times=None)
        await town.control.settings(webhook_mode="off")
        await buyer.end("pay")

        await expect(buyer.answer.get_by_role("heading")).to_have_text(PENDING)
        await expect(buyer.answer).to_contain_text("결제사에 연결할 수 없습니다.")
        await town.control.clear_faults()
        await town.control.settings(webhook_mode="auto")
        await buyer.answer.get_by_role("button", name="다시 확인").click()
        await expect(buyer.answer.get_by_role("heading")).to_have_text(PAID)


async def test_everything_can_be_done_by_keyboard(town: Town, visit: Visit) -> None:
    async with visit(locale="en-GB") as page:
        buyer = Buyer(page, town.street.shop_url)
        await page.goto(town.street.shop_url)
        await page.keyboard.press("Tab")  # the shop's name
        await page.keyboard.press("Tab")
        await page.keyboard.press("ArrowDown")
        await expect(page.locator("input[value=rose]")).to_be_checked()
        for _ in range(3):
            await page.keyboard.press("Tab")
        await page.keyboard.press("ArrowRight")
        await expect(page.locator("input[value=account]")).to_be_checked()
        await page.keyboard.press("Enter")

        await expect(buyer.window.get_by_role("radio", name="Virtual account")).to_be_checked()
        await page.keyboard.press("Tab")
        await expect(buyer.window.get_by_role("radio", name="Virtual account")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(buyer.answer.get_by_role("heading")).to_have_text(
            "Please pay into this account"
        )
        await expect(buyer.answer).to_be_focused()


async def test_nothing_can_be_pressed_before_it_works(town: Town, visit: Visit) -> None:
    async with visit(java_script_enabled=False) as page:
        await page.goto(town.street.shop_url)

        await expect(page.get_by_role("button", name="결제하기")).to_be_disabled()


async def test_markup_in_a_name_stays_text(town: Town, visit: Visit) -> None:
    markup = "<img src=x onerror=alert(1)>"
    async with visit() as page:
        buyer = Buyer(page, town.street.shop_url)
        await page.goto(town.street.shop_url)
        await page.evaluate(
            """name => { IMP.init("imp00000000"); IMP.request_pay(
            { name, merchant_uid: "<b>1", amount: 1000 }, (said) => { window.said = said }) }""",
            markup,
        )

        await expect(buyer.window.get_by_role("heading")).to_have_text(markup)
        await buyer.end("pay")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        assert await page.evaluate("window.said.success")


# What PortOne's own script knows.
REQUEST_PAY = {
    *("amount", "app_scheme", "buyer_addr", "buyer_email", "buyer_name", "buyer_postcode"),
    *("buyer_tel", "channelKey", "confirm_url", "currency", "custom_data", "customer_uid"),
    *("m_redirect_url", "merchant_uid", "name", "notice_url", "pay_method", "tax_free"),
    *("vat_amount", "vbank_due"),
}
VENDORS_SCRIPT = """window.IMP = {
    init: (code) => { window.code = code },
    request_pay: (params, told) => Object.assign(window, { params, told }),
}"""


@pytest.mark.parametrize("window_opens", [True, False])
async def test_the_page_speaks_with_the_script_as_the_vendor_documents_it(
    town: Town, visit: Visit, window_opens: bool
) -> None:
    async with visit(refusals=[COMPLETE]) as page:
        buyer = Buyer(page, town.street.shop_url)
        # A script of ours in the vendor's place, that answers with the least it ever does.
        script = {"body": VENDORS_SCRIPT, "content_type": "text/javascript"}
        await page.route(f"{town.street.sandbox_url}/**", lambda route: route.fulfill(**script))
        await buyer.order("basket")
        # By the debugger, again and again: the page's own policy lets nobody evaluate.
        await until(lambda: page.evaluate("window.told !== undefined"))
        params = await page.evaluate("window.params")
        if window_opens:
            payment = await town.control.create_payment(
                params["merchant_uid"], params["amount"], status="paid"
            )
            said = {"imp_uid": payment["imp_uid"], "merchant_uid": params["merchant_uid"]}
        else:
            refusal = {"error_code": "F1002", "error_msg": "이미 결제된 주문번호입니다."}
            said = {"imp_uid": None, "merchant_uid": params["merchant_uid"], **refusal}
        await page.evaluate("said => window.told(said)", said)

        await expect(buyer.answer.get_by_role("heading")).to_have_text(
            PAID if window_opens else REFUSED
        )
        if not window_opens:
            await expect(buyer.answer).to_contain_text("이미 결제된 주문번호입니다.")
        assert (await page.evaluate("window.code")).startswith("imp")

    assert set(params) <= REQUEST_PAY
    assert (params["amount"], params["currency"]) == (148_000, "KRW")
    assert (params["pay_method"], params["buyer_name"]) == ("card", "김구매")
    assert params["m_redirect_url"].startswith(town.street.shop_url)
    assert max(len(params[name]) for name in ("merchant_uid", "name")) <= 40


async def test_the_script_refuses_what_cannot_be_opened(town: Town, visit: Visit) -> None:
    ask = "params => new Promise(told => IMP.request_pay(params, told))"
    params = {"name": "꽃", "merchant_uid": "order-1", "amount": 1000}
    async with visit() as page:
        await page.goto(town.street.shop_url)

        too_early = await page.evaluate(ask, params)
        await page.evaluate("IMP.init('imp00000000')")
        nothing = await page.evaluate(ask, params | {"amount": 0})
        await page.evaluate("params => { IMP.request_pay(params) }", params)
        second = await page.evaluate(ask, params)

    assert [said["success"] for said in (too_early, nothing, second)] == [False] * 3
    assert "init" in too_early["error_msg"]
    assert "amount" in nothing["error_msg"]
    assert "already" in second["error_msg"]
