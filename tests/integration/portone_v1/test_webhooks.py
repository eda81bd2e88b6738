import json
from typing import Any

import pytest

from sandbox.portone_v1 import SandboxControl
from tests.integration.shop import Shop

UNUSED = "http://127.0.0.1:9/"


def bodies(shop: Shop) -> list[Any]:
    return [json.loads(received.body) for received in shop.received]


async def test_a_webhook_is_three_unsigned_fields(control: SandboxControl, shop: Shop) -> None:
    await control.create_payment("order-1", 1000, status="paid", imp_uid="imp_1")
    shop.body = "받음"

    deliveries = await control.webhook("imp_1", url=f"{shop.base_url}/hook")

    assert deliveries == [{"status_code": 200, "body": "받음"}]
    assert bodies(shop) == [{"imp_uid": "imp_1", "merchant_uid": "order-1", "status": "paid"}]
    assert shop.received[0].content_type == "application/json"
    sent = (await control.webhooks())[0]
    assert (sent["url"], sent["status_code"]) == (f"{shop.base_url}/hook", 200)


async def test_a_webhook_as_a_form(control: SandboxControl, shop: Shop) -> None:
    await control.create_payment("order-1", 1000, status="paid", imp_uid="imp_1")

    await control.webhook("imp_1", url=shop.base_url, form=True)

    assert shop.received[0].content_type == "application/x-www-form-urlencoded"
    assert shop.received[0].body == b"imp_uid=imp_1&merchant_uid=order-1&status=paid"


async def test_webhooks_may_lie_and_repeat(control: SandboxControl, shop: Shop) -> None:
    await control.create_payment("order-1", 1000, imp_uid="imp_1")
    lies = {"status": "paid", "imp_uid": "imp_x", "merchant_uid": "order-2"}
    shop.status = 503

    deliveries = await control.webhook("imp_1", url=shop.base_url, times=2, lies=lies)

    assert [delivery["status_code"] for delivery in deliveries] == [503, 503]
    assert bodies(shop) == [lies, lies]


async def test_a_webhook_may_never_come_or_come_late(control: SandboxControl, shop: Shop) -> None:
    await control.create_payment("order-1", 1000, imp_uid="imp_1")
    await control.settings(webhook_url=shop.base_url)

    assert await control.webhook("imp_1", never=True) == []
    assert await control.webhook("imp_1", delay_s=0.05) == []
    assert shop.received == []

    await shop.until_received(1)


async def test_a_receiver_that_is_away_is_an_error_not_a_failure(control: SandboxControl) -> None:
    await control.create_payment("order-1", 1000, imp_uid="imp_1")

    deliveries = await control.webhook("imp_1", url=UNUSED)

    assert deliveries == [{"error": "ClientConnectorError"}]


async def test_a_long_answer_is_cut_short(control: SandboxControl, shop: Shop) -> None:
    await control.create_payment("order-1", 1000, imp_uid="imp_1")
    shop.body = "x" * 100_000

    deliveries = await control.webhook("imp_1", url=shop.base_url)

    assert len(deliveries[0]["body"]) == 4096


@pytest.mark.parametrize("mode", ["auto", "first"])
async def test_changes_are_told_as_the_vendor_tells_them(
    control: SandboxControl, shop: Shop, mode: str
) -> None:
    await control.settings(webhook_url=shop.base_url, webhook_mode=mode)
    expected = 0

    async def told(status: str) -> Any:
        nonlocal expected
        expected += 1
        if mode == "auto":
            await shop.until_received(expected)
        assert len(shop.received) == expected
        assert bodies(shop)[-1]["status"] == status
        return bodies(shop)[-1]

    await control.create_payment("order-1", 1000, status="paid")
    await told("paid")
    await control.create_payment("order-2", 1000, pay_method="vbank", imp_uid="imp_2")
    await told("ready")
    await control.deposit("imp_2")
    await told("paid")
    await control.cancel("imp_2", amount=300)
    first = await told("cancelled")
    cancelled = await control.cancel("imp_2")
    second = await told("cancelled")
    assert [first["cancellation_id"], second["cancellation_id"]] == [
        entry["cancellation_id"] for entry in cancelled["cancel_history"]
    ]
    await control.create_payment("order-3", 1000, pay_method="vbank", issue=False, imp_uid="imp_3")
    await control.issue("imp_3")
    await told("ready")
    await control.create_payment("order-4", 1000, imp_uid="imp_4")
    await control.approve("imp_4")
    await told("paid")


async def test_failures_and_open_windows_are_never_told(
    control: SandboxControl, shop: Shop
) -> None:
    await control.settings(webhook_url=shop.base_url, webhook_mode="first")

    await control.create_payment("order-1", 1000, imp_uid="imp_1")
    await control.fail("imp_1")
    await control.create_payment("order-2", 1000, status="failed")
    await control.create_payments([{"merchant_uid": "o", "amount": 1, "status": "paid"}])

    assert shop.received == []


async def test_without_a_url_or_mode_nothing_is_sent(control: SandboxControl, shop: Shop) -> None:
    await control.settings(webhook_mode="first")
    await control.create_payment("order-1", 1000, status="paid")
    await control.settings(webhook_mode="off", webhook_url=shop.base_url)
    await control.create_payment("order-2", 1000, status="paid")

    assert await control.webhooks() == []


async def test_a_notice_url_replaces_the_console(control: SandboxControl, shop: Shop) -> None:
    await control.settings(webhook_url=UNUSED, webhook_mode="first", webhook_form=True)

    await control.create_payment("order-1", 1000, status="paid", notice_url=shop.base_url)

    assert len(shop.received) == 1
    assert shop.received[0].content_type == "application/x-www-form-urlencoded"


async def test_settings_change_only_what_is_named(control: SandboxControl, shop: Shop) -> None:
    await control.settings(webhook_url=shop.base_url, confirm_url=shop.base_url)

    changed = await control.settings(webhook_url=None, confirm_timeout_s=2)

    assert changed == {
        "webhook_url": None,
        "webhook_form": False,
        "webhook_mode": "off",
        "confirm_url": shop.base_url,
        "confirm_timeout_s": 2,
    }
