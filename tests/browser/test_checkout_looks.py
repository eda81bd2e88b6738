"""What buying looks like: on a phone and on a desk, light and dark, in both languages."""

import pytest
from playwright.async_api import expect

from sandbox.machinery.checkout.desk import BANK_PATH
from tests.browser.buyer import Buyer
from tests.browser.conftest import Visit
from tests.browser.town import Town
from tests.support.browser.looks import fits, judge


@pytest.mark.parametrize(
    ("locale", "width", "dark"),
    [("ko-KR", 360, True), ("en-GB", 1280, False)],
)
async def test_it_is_readable_everywhere(
    town: Town, visit: Visit, locale: str, width: int, dark: bool
) -> None:
    shown = f"{locale[:2]}-{width}"
    async with visit(
        locale=locale, width=width, dark=dark, refusals=["/payments/complete"]
    ) as page:
        buyer = Buyer(page, town.street.shop_url)

        async def look(name: str) -> None:
            assert await fits(page, width), name
            await judge(page, f"{name}-{shown}")

        await page.goto(f"{town.street.sandbox_url}{BANK_PATH}")
        await look("bank-before")
        await page.goto(town.street.shop_url)
        await expect(page.locator("html")).to_have_attribute("lang", locale[:2])
        await look("shop")
        await buyer.order("basket")
        await buyer.order_id()
        await look("window")
        await buyer.window.locator("summary").click()
        await look("window-cheats")
        await buyer.window.locator("button[value=pay]").click()
        await expect(buyer.answer.locator("[data-show=receipt_url]")).to_be_visible()
        await look("paid")
        receipt = await buyer.answer.locator("[data-show=receipt_url]").get_attribute("href")
        await buyer.buy("pay", method="account", goods="basket")
        await look("account")
        await buyer.buy("close")
        await look("pending")
        await buyer.buy("otherAmount")
        await look("refused")
        await page.goto(receipt or "")
        await look("receipt")
        await page.goto(f"{town.street.sandbox_url}{BANK_PATH}")
        await look("bank")


async def test_a_phone_shows_the_window_as_a_page(town: Town, visit: Visit) -> None:
    async with visit(width=360, mobile=True, dark=True) as page:
        buyer = Buyer(page, town.street.shop_url)
        await buyer.order("basket")
        await page.locator("summary").click()

        assert await fits(page, 360)
        await judge(page, "window-on-a-phone")


async def test_a_window_that_is_not_there_says_so(town: Town, visit: Visit) -> None:
    async with visit(refusals=["/_checkout/windows/imp_999"]) as page:
        await page.goto(f"{town.street.sandbox_url}/_checkout/windows/imp_999")

        await judge(page, "no-window")
