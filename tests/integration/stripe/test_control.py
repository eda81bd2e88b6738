"""The control API plays the rest of the world: buyers, the bank, webhooks and troubles."""

import json
from typing import Any

import pytest
import stripe
from aiohttp import ClientSession

from sandbox.stripe import (
    DEFAULT_WEBHOOK_SECRET,
    RunningSandbox,
    SandboxControl,
    SandboxError,
)
from tests.integration.shop import Received, Shop


def signature_of(received: Received) -> str:
    return received.headers["stripe-signature"]


async def test_each_change_is_told_by_signed_webhooks(control: SandboxControl, shop: Shop) -> None:
    await control.settings(webhook_url=f"{shop.base_url}/hook", webhook_mode="first")

    payment = await control.create(1000, "order-1")
    await control.pay(payment["id"])

    kinds = [json.loads(each.body)["type"] for each in shop.received]
    assert kinds == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    sent = await control.webhooks()
    assert [each["status_code"] for each in sent] == [200] * 3


async def test_webhooks_are_signed_as_the_vendors_library_wants(
    control: SandboxControl, shop: Shop
) -> None:
    payment = await control.create(1000, "order-1")
    secrets = ["whsec_old", "whsec_new"]
    await control.settings(webhook_secrets=secrets)

    await control.webhook(payment["id"], url=shop.base_url)

    [received] = shop.received
    for secret in secrets:
        event = stripe.Webhook.construct_event(received.body, signature_of(received), secret)
        assert event.type == "payment_intent.succeeded"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(
            received.body, signature_of(received), DEFAULT_WEBHOOK_SECRET
        )


async def test_a_webhook_may_lie_and_come_late_often_or_never(
    control: SandboxControl, shop: Shop
) -> None:
    payment_id = (await control.create(1000, "order-1"))["id"]

    await control.webhook(
        payment_id,
        kind="charge.dispute.created",
        url=shop.base_url,
        times=2,
        event_id="evt_twice",
        account="acct_other",
        secrets=["whsec_forged"],
        age_s=900,
    )
    assert await control.webhook(payment_id, never=True) == []
    late = await control.webhook(payment_id, url=shop.base_url, delay_s=0.01)
    await shop.until_received(3)

    told = [json.loads(each.body) for each in shop.received]
    assert late == []
    assert [each["id"] for each in told[:2]] == ["evt_twice"] * 2
    assert told[0]["account"] == "acct_other"
    assert told[0]["data"]["object"]["payment_intent"] == payment_id
    with pytest.raises(stripe.SignatureVerificationError, match="outside the tolerance"):
        stripe.Webhook.construct_event(
            shop.received[0].body, signature_of(shop.received[0]), "whsec_forged"
        )


@pytest.mark.parametrize("kind", ["checkout.session.completed", "checkout.session.expired"])
async def test_a_session_is_told_as_well(control: SandboxControl, shop: Shop, kind: str) -> None:
    payment = await control.create(1000, "order-1")

    await control.webhook(payment["id"], kind=kind, url=shop.base_url)

    session = json.loads(shop.received[0].body)["data"]["object"]
    assert session["client_reference_id"] == "order-1"
    assert session["payment_status"] == "unpaid"
    assert session["payment_intent"] == (None if "expired" in kind else payment["id"])


async def test_what_is_not_possible_is_refused_and_changes_nothing(
    control: SandboxControl,
) -> None:
    payment = await control.create(1000, "order-1", id="pi_1")
    await control.pay("pi_1")

    for work, status in [
        (control.pay("pi_1"), 409),
        (control.process("pi_1"), 409),
        (control.fail("pi_1"), 409),
        (control.cancel("pi_1"), 409),
        (control.refund("pi_1", amount=1001), 409),
        (control.create(1000, id="pi_1"), 409),
        (control.pay("pi_2"), 404),
        (control.end_refund("re_2", "failed"), 404),
        (control.create(0), 400),
        (control.create_many([{"amount": 1, "id": "pi_3"}]), 400),
        (control.webhook("pi_1"), 400),
        (control.ask("POST", "/payment_intents", {"order_id": "x"}), 400),
        (control.settings(webhook_url="https://shop.example/"), 400),
    ]:
        with pytest.raises(SandboxError) as error:
            await work
        assert error.value.http_status == status

    assert (await control.payment("pi_1"))["status"] == "succeeded"
    assert payment["status"] == "requires_payment_method"


async def test_a_reset_forgets_all(control: SandboxControl) -> None:
    await control.settings(webhook_secrets=["whsec_other"], refund_status="pending")
    await control.create(1000, id="pi_1")
    await control.reset()

    with pytest.raises(SandboxError):
        await control.payment("pi_1")
    assert await control.ask("GET", "/settings") == {
        "webhook_url": None,
        "webhook_mode": "off",
        "webhook_secrets": [DEFAULT_WEBHOOK_SECRET],
        "refund_status": "succeeded",
    }


async def test_news_comes_while_pages_are_turned(
    running: RunningSandbox, control: SandboxControl
) -> None:
    paid = (await control.create(1000))["id"]
    await control.pay(paid)
    opened = (await control.create(1000))["id"]
    await control.fault("news", n=2)

    await _list(running)

    assert (await control.payment(opened))["status"] == "succeeded"
    assert (await control.payment(paid))["latest_charge"]["amount_refunded"] == 1


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"kind": "error", "status": 429, "code": "rate_limit"}, 429, "rate_limit"),
        ({"kind": "refused"}, 401, None),
    ],
)
async def test_it_says_no_in_its_own_shape(
    running: RunningSandbox,
    control: SandboxControl,
    fault: dict[str, object],
    status: int,
    code: str | None,
) -> None:
    await control.fault(**fault)  # type: ignore[arg-type]

    answer = await _list(running)

    assert answer[0] == status
    assert answer[1]["error"].get("code") == code


async def test_amounts_can_be_wrong(running: RunningSandbox, control: SandboxControl) -> None:
    await control.create(1000, id="pi_1")
    await control.pay("pi_1")
    await control.fault("wrong_amount")

    _, page = await _list(running)

    assert page["data"][0]["amount_received"] == 1001


async def _list(running: RunningSandbox) -> tuple[int, dict[str, Any]]:
    """Ask the vendor's API for the payments."""
    headers = {"Authorization": f"Bearer {running.api_key}"}
    async with (
        ClientSession(headers=headers) as session,
        session.get(f"{running.base_url}/v1/payment_intents") as answer,
    ):
        return answer.status, await answer.json()
