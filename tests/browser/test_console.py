"""The operator's console in a real browser: as it is worked with, and as it looks."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.e2e.receivers import SECRET, Receiver, receiving
from tests.support.browser.looks import judge
from tests.support.console import OPERATOR, PASSWORD
from tests.support.storefront import Storefront, open_storefront, until

LONG_NAME = "아주 긴 상품 이름: 국내산 유기농 쌀로 만든 한과 선물세트 " * 2 + "<b>굵게</b>"


@dataclass(frozen=True, slots=True)
class House:
    """A service with a console, and the shop that it tells."""

    shop: Storefront
    receiver: Receiver


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("service")
    async with (
        receiving() as receiver,
        open_storefront(
            folder,
            CONSOLE_PASSWORD=PASSWORD,
            MERCHANT_WEBHOOK_URL=receiver.url,
            MERCHANT_WEBHOOK_SECRET=SECRET,
            AUTO_REFUND="surplus",
            # Above it a person is asked.
            AUTO_REFUND_MAX_PER_PAYMENT="10 KRW",
        ) as shop,
    ):
        shop.secrets.add(PASSWORD)
        yield House(shop, receiver)


async def log_in(page: Page, house: House, path: str = "") -> None:
    await page.goto(f"{house.shop.url}/console{path}")
    await log_in_here(page)
    await page.wait_for_url(f"**/console{path}")


async def log_in_here(page: Page) -> None:
    """By the keyboard alone."""
    await page.keyboard.type(OPERATOR)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")


async def paid_twice(house: House) -> tuple[str, str]:
    """An order with a payment too many, whose refund waits for a person; that payment's id."""
    order_id, _ = await house.shop.paid_order()
    second = await house.shop.payment(order_id)
    await house.shop.complete(second, order_id)

    async def waits() -> bool:
        answer = await house.shop.read(order_id)
        return any(each["status"] == "awaitingApproval" for each in answer.get("refunds", []))

    await until(waits)
    return order_id, second


async def test_a_wrong_password_is_said_and_the_right_one_leads_on(
    house: House, visit: Visit
) -> None:
    async with visit(refusals=["/console/login"]) as page:
        await page.goto(f"{house.shop.url}/console/tasks")
        await page.get_by_label("이름").fill(OPERATOR)
        await page.get_by_label("비밀번호").fill("wrong")
        await page.get_by_role("button", name="로그인").click()
        await expect(page.get_by_role("alert")).to_have_text("비밀번호가 맞지 않습니다.")
        await expect(page.get_by_label("비밀번호")).to_be_focused()
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("작업")

        await page.get_by_role("button", name="로그아웃").click()
        await expect(page.get_by_role("status")).to_have_text("로그아웃했습니다.")
        await page.go_back()
        await page.reload()
        await expect(page.get_by_label("비밀번호")).to_be_visible()


async def test_a_page_whose_session_is_over_goes_to_the_login_as_a_whole(
    house: House, visit: Visit
) -> None:
    async with visit(refusals=["/console/search"]) as page:
        await log_in(page, house, "/search")
        await page.context.clear_cookies()
        await page.keyboard.type("o")
        await expect(page.get_by_label("비밀번호")).to_be_visible()
        await log_in_here(page)
        await page.wait_for_url("**/console/search")


async def test_a_payment_too_many_is_found_and_given_back_with_approval(
    house: House, visit: Visit
) -> None:
    order_id, second = await paid_twice(house)
    async with visit() as page:
        await log_in(page, house)
        await expect(page.get_by_role("region", name="상태")).to_contain_text("정상")
        waiting = page.get_by_role("region", name="승인 대기 환불").get_by_role("listitem")
        await expect(waiting.filter(has_text=order_id)).to_be_visible()

        # Whoever types sees the order before they press anything.
        await page.goto(f"{house.shop.url}/console/search")
        await page.keyboard.type(second)
        await page.locator("#found").get_by_role("link", name=order_id, exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(f"주문 {order_id}")

        # The page looks again by itself, and takes nobody's place in it away.
        decide = page.get_by_role("link", name="승인 여부 결정")
        await decide.focus()
        await page.locator("#moving").evaluate("part => part.classList.add('old')")
        await expect(page.locator("#moving.old")).to_have_count(0)
        await expect(decide).to_be_focused()
        await page.keyboard.press("Enter")
        await page.get_by_label("사유").fill("두 번 결제됨 <i>확인</i>")
        await page.keyboard.press("Enter")  # decides nothing: one has to choose
        await page.get_by_role("button", name="승인", exact=True).click()
        await expect(page.get_by_role("status")).to_have_text("환불을 승인했습니다.")
        # The page follows the refund to its end by itself.
        await expect(page.get_by_role("region", name="환불")).to_contain_text(
            re.compile("완료"), timeout=60_000
        )
        await expect(page.get_by_role("region", name="이력")).to_contain_text(f"{OPERATOR} 님")
        await expect(page.get_by_text("두 번 결제됨 <i>확인</i>").first).to_be_visible()

    refunds = (await house.shop.read(order_id))["refunds"]
    assert [(each["status"], each["payment_id"]) for each in refunds] == [("done", second)]


async def test_money_is_given_back_after_a_second_look_and_once(house: House, visit: Visit) -> None:
    order_id, imp_uid = await house.shop.paid_order()
    async with visit() as page, visit() as other:
        for each in (page, other):
            await log_in(each, house, f"/orders/{order_id}")
            await each.get_by_role("link", name=f"환불하기 portone-v1/{imp_uid}").click()
            await each.get_by_label("환불 금액").fill("300")
            await each.get_by_label("사유").fill("파손")
            await each.get_by_role("button", name="다음").click()
            await expect(each.get_by_text("300 KRW")).to_be_visible()
        await page.get_by_role("button", name="네, 환불합니다").click()
        await expect(page.get_by_role("status")).to_contain_text("환불을 기록했습니다.")
        await other.get_by_role("button", name="네, 환불합니다").click()
        await expect(other.get_by_role("status")).to_contain_text("두 번 환불되지 않습니다.")

    await house.shop.status_becomes(order_id, "partiallyRefunded")
    assert len((await house.shop.read(order_id))["refunds"]) == 1


async def test_an_event_is_sent_again_and_a_payment_looked_at(house: House, visit: Visit) -> None:
    order_id, imp_uid = await house.shop.paid_order()
    await until(lambda: len(house.receiver.heard[order_id]) == 1)
    async with visit() as page:
        await log_in(page, house, f"/orders/{order_id}")
        await page.get_by_role("button", name="다시 보내기").click()
        await expect(page.get_by_role("status")).to_have_text("소식을 다시 보냅니다.")
        await page.get_by_role("button", name="결제사에 다시 확인").click()
        await expect(page.get_by_role("status")).to_have_text("다시 확인했습니다: 결제 확인")
        await page.get_by_text("증거").first.click()
        await expect(page.get_by_text("결제사 응답 SHA-256").first).to_be_visible()

    await until(lambda: len(house.receiver.heard[order_id]) == 2)
    assert len(set(house.receiver.heard[order_id])) == 1
    assert await house.shop.lookups(imp_uid) == 2


async def reached_by_tab(page: Page) -> set[str]:
    """What comes into focus from one Tab to the next, until the page is left."""
    reached: list[str] = []
    while True:
        await page.keyboard.press("Tab")
        focused = await page.evaluate("document.activeElement.outerHTML.slice(0, 300)")
        if focused.startswith("<body") or focused in reached[:1]:
            return set(reached)
        reached.append(focused)


async def test_the_keyboard_reaches_everything_and_can_skip_the_menu(
    house: House, visit: Visit
) -> None:
    order_id, _ = await paid_twice(house)
    async with visit() as page:
        await log_in(page, house, f"/orders/{order_id}")
        usable = await page.evaluate(
            """() => [...document.querySelectorAll("a[href], button, input, summary")]
            .filter((each) => each.checkVisibility()).map((each) => each.outerHTML.slice(0, 300))"""
        )
        assert len(usable) > 15
        assert await reached_by_tab(page) == set(usable)

        await page.goto(f"{house.shop.url}/console/orders")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="본문으로 건너뛰기")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("main")).to_be_focused()
        for landmark in ("banner", "main", "contentinfo", "search"):
            await expect(page.get_by_role(landmark)).to_have_count(1)


@pytest.mark.parametrize(
    # The other way round than the shop's pages: so each language is looked at in each width.
    ("locale", "width", "dark"),
    [("en-GB", 360, True), ("ko-KR", 1280, False)],
)
async def test_it_is_readable_everywhere(
    house: House, visit: Visit, locale: str, width: int, dark: bool
) -> None:
    shop = house.shop
    order_id, _ = await paid_twice(house)
    long_id = await shop.order(name=LONG_NAME, order_id=f"order_{'x' * 30}{width}")
    forged = await shop.payment(long_id, 10)
    await shop.complete(forged, long_id)
    account = await shop.order()
    issued = await shop.payment(account, status="ready", pay_method="vbank")
    await shop.complete(issued, account)
    deposited = await shop.order()
    deposit = await shop.payment(deposited, pay_method="vbank")
    await shop.complete(deposit, deposited)
    shown = f"{locale[:2]}-{width}"
    nowhere = "/console/orders/nothing"
    async with visit(
        locale=locale, width=width, dark=dark, refusals=[nowhere, "/console/login"]
    ) as page:

        async def look(path: str, name: str) -> None:
            await page.goto(f"{shop.url}{path}")
            # What is asked for apart from the page has come.
            await expect(page.locator("[hx-trigger=load] .nothing")).to_have_count(0)
            assert await page.evaluate("document.documentElement.scrollWidth") == width, name
            await judge(page, f"console-{name}-{shown}")

        await look("/console/login", "login")
        await log_in(page, house)
        await look("/console", "overview")
        for which in ("newest", "awaitingDeposit", "forged", "surplus"):
            await look(f"/console/orders?list={which}", f"list-{which}")
        await look("/console/search?q=order", "search")
        await look("/console/search?q=" + "%EC%97%86" * 30, "search-nothing")
        await look(f"/console/orders/{order_id}", "order")
        await look(f"/console/orders/{long_id}", "order-long")
        await look(f"/console/orders/{account}", "order-account")
        await look(f"/console/orders/{deposited}/refund?payment=portone-v1/{deposit}", "refund")
        refund_id = (await shop.read(order_id))["refunds"][0]["refund_id"]
        await look(f"/console/refunds/{refund_id}", "decide")
        await look("/console/tasks", "tasks")
        await look("/console/tasks?state=waiting", "tasks-waiting")
        await look("/console/sweeps", "sweeps")
        await look("/console/health", "health")
        await look(nowhere, "nothing")
