"""With every webhook dropped and every browser closed, all that is paid becomes paid."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.support.storefront import Storefront, open_storefront


@pytest.fixture(scope="module")
async def storefront(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Storefront]:
    folder = tmp_path_factory.mktemp("service")
    async with open_storefront(folder, RECONCILE_EVERY_S="1") as storefront:
        yield storefront


async def test_nobody_tells_us_and_nothing_is_lost(storefront: Storefront) -> None:
    order_ids = [await storefront.order(1000 + number) for number in range(20)]
    for number, order_id in enumerate(order_ids):
        await storefront.payment(order_id, 1000 + number)

    await asyncio.gather(*(storefront.status_becomes(each, "paid") for each in order_ids))

    for order_id in order_ids:
        assert await storefront.story(order_id) == ("paid", [("reconcile", "success")])


async def test_a_deposit_that_nobody_tells_of_is_found(storefront: Storefront) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id, status="ready", pay_method="vbank")
    await storefront.status_becomes(order_id, "awaitingDeposit")

    await storefront.control.deposit(imp_uid)

    await storefront.status_becomes(order_id, "paid")


async def test_a_refund_in_the_gateways_console_is_found(storefront: Storefront) -> None:
    order_id, imp_uid = await storefront.paid_order()

    await storefront.control.cancel(imp_uid)

    await storefront.status_becomes(order_id, "refunded")


async def test_a_payment_before_its_order_waits_for_it(storefront: Storefront) -> None:
    await storefront.payment("order-that-comes-late", 1000)
    async with asyncio.timeout(60):
        while not any("withoutOrder" in line for line in storefront.service.printed):
            await asyncio.sleep(0.05)

    await storefront.order(order_id="order-that-comes-late")

    await storefront.status_becomes("order-that-comes-late", "paid")
