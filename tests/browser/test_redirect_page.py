"""The page on which a buyer's phone arrives after paying, when the shop has none of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Error, Page, expect

from tests.browser.conftest import Visit
from tests.support.browser.looks import judge
from tests.support.storefront import Storefront, open_storefront

LONG_ORDER_ID = "order_" + "x" * 34


@pytest.fixture(scope="module")
async def storefront(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Storefront]:
    async with open_storefront(tmp_path_factory.mktemp("service")) as storefront:
        yield storefront


@pytest.mark.parametrize(
    ("locale", "width", "dark"), [("ko-KR", 390, True), ("en-GB", 1280, False)]
)
async def test_it_is_readable_everywhere(
    storefront: Storefront, visit: Visit, locale: str, width: int, dark: bool
) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id)
    address = f"{storefront.url}/payments/redirect?imp_uid={imp_uid}&merchant_uid={order_id}"

    async with visit(locale=locale, width=width, dark=dark) as page:
        await page.goto(address)

        said = "일반 결제 성공" if locale == "ko-KR" else "The payment is verified."
        await expect(page.get_by_role("heading", level=1)).to_have_text(said)
        await judge(page, f"redirect-paid-{locale[:2]}-{width}")


async def test_a_long_order_id_stays_inside(storefront: Storefront, visit: Visit) -> None:
    path = "/payments/redirect"
    address = f"{storefront.url}{path}?imp_uid=imp_1&merchant_uid={LONG_ORDER_ID}"

    async with visit(width=320, refusals=[path]) as page:
        await page.goto(address)

        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        await judge(page, "redirect-long-order-id")


async def call_elsewhere(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        await page.goto("http://elsewhere.test/")


async def complain(page: Page) -> None:
    await page.evaluate("console.error('it complains')")


async def break_down(page: Page) -> None:
    async with page.context.expect_event("weberror"):
        await page.evaluate("setTimeout(() => { throw Error('it broke') })")


@pytest.mark.parametrize(
    ("misbehave", "noticed"),
    [
        (call_elsewhere, r"another host: http://elsewhere\.test/"),
        (complain, "error: it complains"),
        (break_down, "uncaught: it broke"),
    ],
)
async def test_what_leaves_this_machine_or_complains_is_noticed(
    visit: Visit, misbehave: Callable[[Page], Awaitable[None]], noticed: str
) -> None:
    async def misbehaving() -> None:
        async with visit() as page:
            await misbehave(page)

    with pytest.raises(AssertionError, match=noticed):
        await misbehaving()


async def test_what_cannot_be_read_aloud_is_noticed(visit: Visit) -> None:
    async with visit() as page:
        await page.set_content("<title>A page</title><main><img src='data:,'></main>")
        with pytest.raises(AssertionError, match="critical: Images must have alternative text"):
            await judge(page, "unreadable")
