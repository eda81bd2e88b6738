"""With `PAYPROOF_PREREGISTER=on` PortOne itself refuses a window for another amount."""

from collections.abc import AsyncIterator

import pytest

from sandbox.portone_v1 import SandboxError
from tests.support.storefront import Storefront, open_storefront, until


@pytest.fixture(scope="module")
async def storefront(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Storefront]:
    async with open_storefront(tmp_path_factory.mktemp("service"), PREREGISTER="on") as storefront:
        yield storefront


async def registered(storefront: Storefront, order_id: str) -> None:
    """Wait until PortOne knows the order's amount."""

    async def is_there() -> bool:
        return await storefront.control.prepared(order_id) is not None

    await until(is_there)


async def test_a_window_for_another_amount_does_not_open(storefront: Storefront) -> None:
    order_id = await storefront.order(50_000)
    await registered(storefront, order_id)

    with pytest.raises(SandboxError, match="differs from the one the shop has prepared"):
        await storefront.payment(order_id, 100, enforce_prepared=True)

    imp_uid = await storefront.payment(order_id, 50_000, enforce_prepared=True)
    answer = await storefront.complete(imp_uid, order_id)
    assert answer.json()["status"] == "success"


async def test_a_window_in_another_currency_does_not_open(storefront: Storefront) -> None:
    order_id = await storefront.order("14.20", "USD")
    await registered(storefront, order_id)

    with pytest.raises(SandboxError, match="differs from the one the shop has prepared"):
        await storefront.payment(order_id, "14.20", currency="KRW", enforce_prepared=True)

    imp_uid = await storefront.payment(order_id, "14.20", currency="USD", enforce_prepared=True)
    answer = await storefront.complete(imp_uid, order_id)
    assert answer.json()["status"] == "success"


async def test_an_outage_delays_the_registration_and_not_the_order(storefront: Storefront) -> None:
    await storefront.control.fault("drop", times=2, path="/payments/prepare")

    order_id = await storefront.order(7_000)
    await registered(storefront, order_id)

    prepared = await storefront.control.prepared(order_id)
    assert prepared is not None
    assert int(prepared["amount"]) == 7_000
