import json

from sandbox.portone_v1 import SandboxControl
from tests.integration.portone_v1.callers import Vendor
from tests.integration.shop import Shop


async def test_calls_are_counted_by_endpoint(vendor: Vendor, control: SandboxControl) -> None:
    await control.reset_calls()
    await vendor.token()
    await vendor.get("/payments/imp_1", include_sandbox="true")
    await vendor.get("/payments/imp_2")
    await vendor.get("/nowhere/at/all")

    calls = await control.calls()

    assert calls["total"] == 4
    assert calls["by_endpoint"] == {
        "POST /users/getToken": 1,
        "GET /payments/{imp_uid}": 2,
        "GET (unknown path)": 1,
    }
    assert calls["recent"][1] == {
        "method": "GET",
        "path": "/payments/imp_1",
        "query": [["include_sandbox", "true"]],
        "status": 404,
    }


async def test_the_record_holds_no_secret(vendor: Vendor, control: SandboxControl) -> None:
    token = (await vendor.token())["access_token"]
    await vendor.get("/payments/imp_1", _token=token, imp_secret="sandbox-secret")

    shown = json.dumps(await control.calls())

    assert token not in shown
    assert "sandbox-secret" not in shown


async def test_only_the_latest_thousand_are_remembered(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.reset_calls()
    for number in range(1005):
        await vendor.get(f"/payments/imp_{number}")

    calls = await control.calls()

    assert calls["total"] == 1005
    assert len(calls["recent"]) == 1000
    assert calls["recent"][-1]["path"] == "/payments/imp_1004"


async def test_the_clock_moves_forwards(control: SandboxControl) -> None:
    before = await control.now()

    after = await control.advance_clock(1000)

    assert 1000 <= after - before <= 1010
    created = await control.create_payment("order-1", 1000)
    assert created["started_at"] >= after


async def test_a_reset_forgets_everything(
    vendor: Vendor, control: SandboxControl, shop: Shop
) -> None:
    now = await control.now()
    await control.settings(webhook_url=shop.base_url, webhook_mode="first")
    await control.create_payment("o", 1, imp_uid="imp_1", status="paid", notice_url=shop.base_url)
    await control.webhook("imp_1", delay_s=0.2)
    await vendor.call("POST", "/payments/prepare", json={"merchant_uid": "o", "amount": 1})
    await control.fault("drop", path="/nowhere")
    await control.advance_clock(100_000)

    await control.reset()

    assert (await vendor.get("/payments/imp_1")).status == 401
    await vendor.authorise()
    assert (await vendor.get("/payments/imp_1")).status == 404
    assert (await vendor.get("/payments/prepare/o")).status == 404
    assert (await vendor.get("/payments/status/all")).body["response"]["total"] == 0
    assert await control.faults() == {"faults": [], "fired": {}}
    assert await control.webhooks() == []
    assert (await control.calls())["total"] == 5
    assert (await control.settings())["webhook_url"] is None
    assert abs(await control.now() - now) < 60
    again = await control.create_payment("o", 1)
    assert again["imp_uid"] == "imp_000000000001"
    assert len(shop.received) == 1
