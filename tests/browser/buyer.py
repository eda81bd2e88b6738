"""What a buyer does in the example shop, by what can be seen and pressed there."""

from typing import Literal

from playwright.async_api import FrameLocator, Locator, Page, expect

Way = Literal["pay", "fail", "close", "otherAmount", "otherPayment", "loseWebhook", "loseBoth"]


class Buyer:
    """A person in front of one tab of the shop."""

    def __init__(self, page: Page, shop_url: str, *, fields_in_page: bool = False) -> None:
        """Some gateways have fields in the shop's page, and a button after them."""
        self.page = page
        self.fields_in_page = fields_in_page
        self.shop_url = shop_url
        self.answer: Locator = page.locator("#answer")
        self.window: FrameLocator = page.frame_locator("iframe[name=checkout-window]")

    async def order(self, goods: str = "tulips", method: str = "card", **fields: str) -> None:
        """Opens the shop, fills its form in, and presses the button that pays."""
        await self.page.goto(self.shop_url)
        await self.page.locator(f"input[value={goods}]").check()
        await self.page.locator(f"input[value={method}]").check()
        for name, text in fields.items():
            await self.page.locator(f"input[name={name}]").fill(text)
        await self.page.locator("#order button").click()
        if self.fields_in_page:
            await self.answer.get_by_role("button").click()

    async def end(self, way: Way, *, amount: int | None = None, method: str | None = None) -> None:
        """Presses a button of the payment window, wherever the window is."""
        window = self.window if await self._is_framed() else self.page
        if way in ("otherAmount", "otherPayment", "loseWebhook", "loseBoth"):
            await window.locator("summary").click()
        if method is not None:
            await window.locator(f"input[value={method}]").check()
        if amount is not None:
            await window.locator("input[name=amount]").fill(str(amount))
        await window.locator(f"button[value={way}]").click()

    async def buy(self, way: Way = "pay", method: str = "card", **more: str) -> str:
        """Orders, ends the window, and gives the order's id once there is an answer."""
        await self.order(method=method, **more)
        order_id = await self.order_id()
        await self.end(way, method=method)
        # Before it has closed, the heading is that of the fields in the page.
        await expect(self.page.get_by_role("dialog")).to_have_count(0)
        await expect(self.answer.get_by_role("heading")).to_be_visible()
        return order_id

    async def order_id(self) -> str:
        """The order's id, as the payment window shows it."""
        window = self.window if await self._is_framed() else self.page
        return await window.locator(".id").inner_text()

    async def _is_framed(self) -> bool:
        await self.page.locator("iframe[name=checkout-window], form#window").first.wait_for()
        return await self.page.locator("iframe[name=checkout-window]").count() == 1
