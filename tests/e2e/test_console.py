"""The console of a running service: only with a password, and the same on every store."""

from pathlib import Path

from tests.support.console import PASSWORD, log_in, text_of
from tests.support.storefront import Storefront, open_sandbox, serving


async def test_without_a_password_there_is_no_console(storefront: Storefront) -> None:
    answer = await storefront.http.get("/console/login")

    assert answer.status_code == 404
    assert answer.json()["status"] == "notFound"


async def test_it_shows_the_same_on_mongodb(mongodb_url: str, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n")
    async with (
        open_sandbox() as (place, control),
        serving(
            place,
            control,
            tmp_path / "unused.db",
            DATABASE_URL=mongodb_url,
            CONSOLE_PASSWORD_FILE=str(password),
        ) as shop,
    ):
        order_id, imp_uid = await shop.paid_order()
        second = await shop.payment(order_id)
        await shop.complete(second, order_id)
        assert (await log_in(shop.http)).status_code == 303

        overview = text_of(await shop.http.get("/console"))
        found = await shop.http.get("/console/search", params={"q": imp_uid})
        order = text_of(await shop.http.get(f"/console/orders/{order_id}"))
        health = text_of(await shop.http.get("/console/health"))

    assert "결제 2,000 KRW 2건" in overview
    assert "그중 초과 결제 1,000 KRW 1건" in overview
    assert found.headers["location"] == f"/console/orders/{order_id}"
    assert "이 주문을 결제함" in order
    assert "초과 결제: 1,000 KRW" in order
    assert "결제사 portone-v1 정상" in health
