import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal

import anyio
import pytest
from aiohttp import web

from sandbox.portone_v1 import SandboxControl, SandboxError
from tests.integration.portone_v1.callers import Vendor
from tests.integration.shop import Shop

STOPPED = "고객사 요청에 의해 결제를 중단합니다. (상세사유 : {})"


async def test_the_shop_is_asked_and_lets_the_payment_go_on(
    control: SandboxControl, shop: Shop
) -> None:
    await control.create_payment("order-1", "14.20", currency="USD", imp_uid="imp_1")

    outcome = await control.approve("imp_1", confirm_url=f"{shop.base_url}/confirm")

    question = json.loads(shop.received[0].body, parse_float=Decimal)
    assert question == {"imp_uid": "imp_1", "merchant_uid": "order-1", "amount": Decimal("14.2")}
    assert outcome["approved"] is True
    assert outcome["payment"]["status"] == "paid"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, '{"reason": "재고 부족"}', "재고 부족"),
        (500, '{"reason": 7}', "알 수 없음"),
        (201, '{"reason": ""}', "알 수 없음"),
        (302, "[]", "알 수 없음"),
        (503, "<html>", "알 수 없음"),
        (400, json.dumps({"reason": "x" * 1000}), "x" * 500),
    ],
)
async def test_anything_but_200_stops_the_payment(
    control: SandboxControl, shop: Shop, status: int, body: str, reason: str
) -> None:
    await control.create_payment("order-1", 1000, imp_uid="imp_1")
    await control.settings(confirm_url=shop.base_url)
    shop.status, shop.body = status, body

    outcome = await control.approve("imp_1")

    assert (outcome["approved"], outcome["reason"]) == (False, reason)
    assert outcome["payment"]["status"] == "failed"
    assert outcome["payment"]["fail_reason"] == STOPPED.format(reason)
    assert outcome["payment"]["failed_at"] > 0


async def test_silence_stops_the_payment(control: SandboxControl, shop: Shop) -> None:
    async with _silent_shop() as url:
        await control.settings(confirm_url=url, confirm_timeout_s=0.05)
        await control.create_payment("order-1", 1000, imp_uid="imp_1")

        outcome = await control.approve("imp_1")

    assert outcome["result"] == {"error": "timeout"}
    assert outcome["payment"]["fail_reason"] == STOPPED.format("알 수 없음")


async def test_a_payment_that_ended_meanwhile_stays_as_it_is(control: SandboxControl) -> None:
    async with _silent_shop() as url, anyio.create_task_group() as tasks:
        await control.settings(confirm_url=url, confirm_timeout_s=0.2)
        await control.create_payment("order-1", 1000, imp_uid="imp_1")

        async def approve() -> None:
            with pytest.raises(SandboxError, match="409"):
                await control.approve("imp_1")

        tasks.start_soon(approve)
        await anyio.sleep(0.05)
        await control.pay("imp_1")

    assert (await control.payment("imp_1"))["status"] == "paid"


async def test_nobody_to_ask_means_go_on(control: SandboxControl) -> None:
    await control.create_payment("order-1", 1000, imp_uid="imp_1")

    assert (await control.approve("imp_1"))["payment"]["status"] == "paid"


async def test_a_virtual_account_is_issued_when_approved(
    control: SandboxControl, shop: Shop
) -> None:
    await control.create_payment("order-1", 1000, pay_method="vbank", issue=False, imp_uid="imp_1")

    outcome = await control.approve("imp_1", confirm_url=shop.base_url)

    assert outcome["payment"]["vbank_num"] is not None
    assert outcome["payment"]["status"] == "ready"
    with pytest.raises(SandboxError, match="already been issued"):
        await control.approve("imp_1")


async def test_the_shop_may_ask_the_vendor_while_it_is_asked(
    control: SandboxControl, vendor: Vendor
) -> None:
    async def answer(_: web.Request) -> web.Response:
        shown = await vendor.get("/payments/imp_1")
        return web.Response(status=200 if shown.payment["status"] == "ready" else 409)

    async with _shop_that(answer) as url:
        await control.create_payment("order-1", 1000, imp_uid="imp_1")
        outcome = await control.approve("imp_1", confirm_url=url)

    assert outcome["approved"] is True


@asynccontextmanager
async def _shop_that(
    answer: Callable[[web.Request], Awaitable[web.Response]],
) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}/"
    finally:
        await runner.cleanup()


def _silent_shop() -> AbstractAsyncContextManager[str]:
    async def wait(_: web.Request) -> web.Response:
        await anyio.sleep(60)
        return web.Response()

    return _shop_that(wait)
