"""The same shop, the same payproof, other gateways: only the page's one file differs."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from sandbox.machinery.checkout.desk import BANK_PATH
from tests.browser.buyer import Buyer
from tests.browser.conftest import Visit
from tests.browser.town import Town, open_town
from tests.support.browser.looks import fits, judge

COMPLETE = "/payments/complete"
PAID, DEPOSIT = "결제가 완료되었습니다", "아래 계좌로 입금해 주세요"
REFUSED, PENDING = "결제되지 않았습니다", "결제를 아직 확인하지 못했습니다"


@pytest.fixture(scope="module", params=["portone-v2", "stripe", "toss"])
async def town(request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    async with open_town(request.param) as town:
        yield town


def buyer_of(town: Town, page: Page) -> Buyer:
    return Buyer(page, town.street.shop_url, fields_in_page=town.street.gateway == "stripe")


async def test_a_card_is_paid(town: Town, visit: Visit) -> None:
    async with visit() as page:
        buyer = buyer_of(town, page)
        order_id = await buyer.buy("pay", goods="rose")

        await expect(buyer.answer.get_by_role("heading")).to_have_text(PAID)
        await expect(buyer.answer).to_contain_text("₩3,500")
        async with page.expect_popup() as opened:
            await buyer.answer.get_by_text("영수증 보기").click()
        await expect((await opened.value).get_by_role("main")).to_contain_text("₩3,500")
        await town.shop_hears("order.paid", order_id)

    assert await town.status(order_id) == "paid"


async def test_an_account_is_issued_and_paid_into(town: Town, visit: Visit) -> None:
    async with visit() as page:
        buyer = buyer_of(town, page)
        order_id = await buyer.buy("pay", method="account")

        # At Stripe an account is debited: nothing is known until the bank tells, days later.
        shown = PENDING if town.street.gateway == "stripe" else DEPOSIT
        await expect(buyer.answer.get_by_role("heading")).to_have_text(shown)
        async with visit() as counter:
            await counter.goto(town.street.sandbox_url + BANK_PATH)
            await counter.get_by_role("button").first.click()
            await expect(counter.get_by_role("button")).to_have_count(0)
        await buyer.answer.get_by_role("button").last.click()
        await expect(buyer.answer.get_by_role("heading")).to_have_text(PAID)
        await town.shop_hears("order.paid", order_id)


async def test_a_declined_card_says_why(town: Town, visit: Visit) -> None:
    async with visit(refusals=[COMPLETE]) as page:
        buyer = buyer_of(town, page)
        order_id = await buyer.buy("fail")

        await expect(buyer.answer.get_by_role("heading")).to_have_text(REFUSED)
        await expect(buyer.answer).to_contain_text(re.compile("한도초과|declined"))

    assert await town.status(order_id) == "pending"


async def test_cheats_are_refused(town: Town, visit: Visit) -> None:
    async with visit(refusals=[COMPLETE]) as page:
        buyer = buyer_of(town, page)
        await buyer.buy("pay")
        less = await buyer.buy("otherAmount")
        await expect(buyer.answer.get_by_role("heading")).to_have_text(REFUSED)
        await expect(buyer.answer).to_contain_text("위조된 결제시도")
        again = await buyer.buy("otherPayment")
        await expect(buyer.answer.get_by_role("heading")).to_have_text(REFUSED)
        await expect(buyer.answer).to_contain_text("위조된 결제시도")

    assert [await town.status(order_id) for order_id in (less, again)] == ["pending"] * 2


async def test_a_phone_leaves_the_page_and_comes_back(town: Town, visit: Visit) -> None:
    async with visit(width=390, mobile=True, refusals=[COMPLETE]) as page:
        buyer = buyer_of(town, page)
        order_id = await buyer.buy("loseWebhook")
        await expect(buyer.answer.get_by_role("heading")).to_have_text(PAID)
        await expect(buyer.answer).to_contain_text(order_id)
        await buyer.buy("fail")
        await expect(buyer.answer.get_by_role("heading")).to_have_text(REFUSED)
        await buyer.buy("otherPayment")
        await expect(buyer.answer.get_by_role("heading")).to_have_text(REFUSED)


@pytest.mark.parametrize("town", ["stripe"], indirect=True)
@pytest.mark.parametrize(
    ("locale", "width", "dark"), [("ko-KR", 360, True), ("en-GB", 1280, False)]
)
async def test_fields_in_the_page_and_the_window_after_them_are_readable(
    town: Town, visit: Visit, locale: str, width: int, dark: bool
) -> None:
    async with visit(locale=locale, width=width, dark=dark) as page:
        buyer = Buyer(page, town.street.shop_url)

        async def look(name: str) -> None:
            assert await fits(page, width), name
            await judge(page, f"stripe-{name}-{locale[:2]}-{width}")

        await buyer.order("basket")
        button = buyer.answer.get_by_role("button")
        await expect(button).to_be_visible()
        await look("fields")
        await button.click()
        await buyer.order_id()
        await look("window")
        await buyer.window.locator("summary").click()
        await look("window-cheats")
        await buyer.end("pay")
        await expect(buyer.answer.locator("[data-show=receipt_url]")).to_be_visible()
        await look("paid")
