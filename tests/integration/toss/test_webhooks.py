"""The stand-in's webhooks: both kinds, with their headers, tried again as the vendor does."""

import pytest

from sandbox.toss import SandboxControl, SandboxError
from tests.integration.shop import Shop
from tests.integration.toss.conftest import Vendor


def told(sent: list[dict[str, object]]) -> list[str]:
    kinds = []
    for each in sent:
        payload = each["payload"]
        assert isinstance(payload, dict)
        status = payload.get("data", payload)["status"]
        kinds.append(f"{payload.get('eventType', 'deposit')} {status}")
    return kinds


async def test_a_deposit_is_told_twice_if_both_are_registered(
    vendor: Vendor, control: SandboxControl, shop: Shop
) -> None:
    await control.settings(webhook_url=shop.base_url, webhook_mode="first")
    payment = await control.create_payment("order-1", 1000, method="virtualAccount")
    key = payment["paymentKey"]
    await control.authenticate(key)
    await vendor.confirm(payment)
    await control.deposit(key)
    await control.take_back(key)

    sent = await control.webhooks()

    assert told(sent) == [
        "PAYMENT_STATUS_CHANGED WAITING_FOR_DEPOSIT",
        "deposit DONE",
        "PAYMENT_STATUS_CHANGED DONE",
        "deposit WAITING_FOR_DEPOSIT",
        "PAYMENT_STATUS_CHANGED WAITING_FOR_DEPOSIT",
    ]
    assert set(sent[1]["payload"]) == {
        "createdAt",
        "secret",
        "status",
        "transactionKey",
        "orderId",
    }


async def test_one_kind_alone_may_be_registered_and_in_the_background(
    control: SandboxControl, shop: Shop
) -> None:
    await control.settings(
        webhook_url=shop.base_url, webhook_mode="auto", webhook_events=["DEPOSIT_CALLBACK"]
    )
    await control.create_payment("order-1", 1000, method="virtualAccount", status="DONE")
    await control.create_payment("order-2", 1000, status="DONE")
    await shop.until_received(1)

    assert told(await control.webhooks()) == ["deposit DONE"]


async def test_what_is_not_answered_200_is_tried_again_by_the_same_id(
    control: SandboxControl, shop: Shop
) -> None:
    shop.status = 202
    payment = await control.create_payment("order-1", 1000, status="DONE")
    await control.webhook(payment["paymentKey"], url=shop.base_url)
    at_once = await control.send_due_webhooks()
    for minutes in (1, 4, 16, 64, 256, 1024, 4096, 16384):
        await control.advance_clock(minutes * 60)
        await control.send_due_webhooks()

    assert at_once == []
    assert len(shop.received) == 8
    assert len({each.body for each in shop.received}) == 1


async def test_a_webhook_may_lie_come_late_or_never(control: SandboxControl, shop: Shop) -> None:
    payment = await control.create_payment("order-1", 1000, status="DONE")
    key = payment["paymentKey"]
    lies = {"orderId": "order-2", "secret": "ps_x", "status": "CANCELED"}

    [lie] = await control.webhook(key, event="DEPOSIT_CALLBACK", url=shop.base_url, lies=lies)
    never = await control.webhook(key, url=shop.base_url, never=True)
    late = await control.webhook(key, url=shop.base_url, delay_s=0.01, transmission_id="whtrans_x")
    await shop.until_received(2)
    with pytest.raises(SandboxError):
        await control.webhook(key)

    assert lie["status_code"] == 200
    assert never == late == []
    assert lies.items() <= (await control.webhooks())[0]["payload"].items()


async def test_settings_that_cannot_be_change_nothing(control: SandboxControl) -> None:
    before = await control.settings()
    for wrong in (
        {"webhook_url": "http://example.com/"},
        {"webhook_events": ["x"]},
        {"webhook_mode": "x"},
        {"processing_s": 61},
    ):
        with pytest.raises(SandboxError):
            await control.settings(**wrong)

    assert await control.ask("GET", "/settings") == before
