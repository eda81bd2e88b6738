"""What the stand-in tells and asks the shop, checked by the vendor's own kit."""

from typing import Any

import pytest
from portone_server_sdk import webhook as kits
from portone_server_sdk.payment import PaymentClient

from sandbox.machinery.exact_json import loads
from sandbox.portone_v2 import RunningSandbox, SandboxControl, SandboxError
from tests.integration.shop import Received, Shop

NEW_SECRET = "whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0LW5ldy1zZWNyZXQ="


def verified(secret: str, received: Received) -> Any:
    return kits.verify(secret, received.body.decode(), received.headers)


@pytest.fixture
async def payment(control: SandboxControl, shop: Shop) -> None:
    await control.settings(webhook_url=shop.base_url)
    await control.create_payment(1000, payment_id="o", status="PAID")


@pytest.mark.usefixtures("payment")
async def test_the_kit_knows_a_webhook(
    control: SandboxControl, shop: Shop, running: RunningSandbox
) -> None:
    await control.webhook("o")

    told = verified(running.webhook_secrets[0], shop.received[0])

    assert isinstance(told, kits.WebhookTransactionPaid)
    assert told.data.payment_id == "o"
    assert told.data.store_id == running.store_id


@pytest.mark.usefixtures("payment")
async def test_both_secrets_sign_while_one_is_replaced(
    control: SandboxControl, shop: Shop, running: RunningSandbox
) -> None:
    await control.settings(webhook_secrets=[running.webhook_secrets[0], NEW_SECRET])
    await control.webhook("o")

    for secret in (running.webhook_secrets[0], NEW_SECRET):
        assert isinstance(verified(secret, shop.received[0]), kits.WebhookTransactionPaid)


@pytest.mark.usefixtures("payment")
@pytest.mark.parametrize("form", [False, True])
async def test_the_old_body(control: SandboxControl, shop: Shop, form: bool) -> None:
    await control.webhook("o", version="2024-01-01", form=form)

    [received] = shop.received
    assert "webhook-signature" in received.headers
    if form:
        assert received.content_type == "application/x-www-form-urlencoded"
        assert b"payment_id=o&tx_id=" in received.body
        assert received.body.endswith(b"&status=Paid")
    else:
        assert loads(received.body)["status"] == "Paid"


@pytest.mark.usefixtures("payment")
async def test_lies_skews_and_forgeries(
    control: SandboxControl, shop: Shop, running: RunningSandbox
) -> None:
    secret = running.webhook_secrets[0]
    await control.webhook("o", payment_id="x", store_id="y", transaction_id="z", type="T.New")
    await control.webhook("o", skew_s=-301)
    await control.webhook("o", skew_s=310)
    await control.webhook("o", secrets=[NEW_SECRET])
    await control.webhook("o", secrets=[])
    await control.webhook("o", raw="not JSON", webhook_id="msg_mine")

    lie, old, new, forged, unsigned, raw = shop.received
    assert verified(secret, lie) == loads(lie.body)
    assert loads(lie.body)["data"] == {"storeId": "y", "paymentId": "x", "transactionId": "z"}
    reasons = []
    for each in (old, new, forged, unsigned):
        with pytest.raises(kits.WebhookVerificationError) as error:
            verified(secret, each)
        reasons.append(error.value.reason)
    assert reasons == [
        "TIMESTAMP_TOO_OLD",
        "TIMESTAMP_TOO_NEW",
        "NO_MATCHING_SIGNATURE",
        "MISSING_REQUIRED_HEADERS",
    ]
    assert (raw.body, raw.headers["webhook-id"]) == (b"not JSON", "msg_mine")


@pytest.mark.parametrize("mode", ["first", "auto"])
async def test_each_change_is_told_ready_and_failed_too(
    control: SandboxControl, shop: Shop, mode: str
) -> None:
    await control.settings(webhook_mode=mode)
    await control.create_payment(1000, payment_id="o", notice_url=shop.base_url)
    await control.fail("o")
    await control.pay("o")
    await control.cancel("o", amount=1)
    await shop.until_received(4)

    told = {loads(each.body)["type"] for each in shop.received}
    assert told == {
        "Transaction.Ready",
        "Transaction.Failed",
        "Transaction.Paid",
        "Transaction.PartialCancelled",
    }
    assert len(await control.webhooks()) == 4


@pytest.mark.usefixtures("payment")
async def test_a_webhook_is_sent_again_under_its_id(
    control: SandboxControl, shop: Shop, kit: PaymentClient
) -> None:
    await control.webhook("o")

    again = await kit.resend_webhook_async(payment_id="o")

    assert {each.headers["webhook-id"] for each in shop.received} == {again.webhook.id}
    assert len(shop.received) == 2


@pytest.mark.usefixtures("payment")
async def test_late_and_never(control: SandboxControl, shop: Shop) -> None:
    assert await control.webhook("o", never=True) == []
    assert await control.webhook("o", delay_s=0.01) == []
    await shop.until_received(1)

    assert len(shop.received) == 1


@pytest.mark.parametrize("version", ["2024-01-01", "2024-04-25"])
@pytest.mark.parametrize("method", ["card", "virtual_account"])
async def test_the_shop_is_asked_before_approval(
    control: SandboxControl, shop: Shop, running: RunningSandbox, version: str, method: str
) -> None:
    await control.create_payment(1000, payment_id="o", method=method, issue=False)

    verdict = await control.approve("o", confirm_url=shop.base_url, version=version)

    asked = loads(shop.received[0].body)
    if version == "2024-04-25":
        told = verified(running.webhook_secrets[0], shop.received[0])
        assert isinstance(told, kits.WebhookTransactionConfirm)
        assert told.data.total_amount == 1000
    else:
        assert (asked["payment_id"], asked["total_amount"]) == ("o", 1000)
    assert verdict["approved"] is True
    assert verdict["payment"]["status"] in ("PAID", "VIRTUAL_ACCOUNT_ISSUED")


@pytest.mark.parametrize(
    ("body", "reason"), [('{"errorMessage": "품절"}', "품절"), ("sorry", "알 수 없음")]
)
async def test_the_shop_may_say_no(
    control: SandboxControl, shop: Shop, body: str, reason: str
) -> None:
    await control.create_payment(1000, payment_id="o")
    await control.settings(confirm_url=shop.base_url)
    shop.status, shop.body = 400, body

    verdict = await control.approve("o")

    assert (verdict["approved"], verdict["reason"]) == (False, reason)
    assert verdict["payment"]["failure"]["reason"] == reason
    with pytest.raises(SandboxError, match="cannot be approved"):
        await control.approve("o")


async def test_nobody_to_ask_is_a_yes(control: SandboxControl) -> None:
    await control.create_payment(1000, payment_id="o")

    assert (await control.approve("o"))["payment"]["status"] == "PAID"


@pytest.mark.parametrize(
    "change",
    [
        {"webhook_secrets": ["not base64!"]},
        {"webhook_secrets": [1]},
        {"webhook_secrets": ["AAAA"] * 3},
        {"webhook_version": "2020-01-01"},
        {"webhook_url": "https://shop.example/"},
    ],
)
async def test_settings_that_cannot_be_change_nothing(
    control: SandboxControl, change: dict[str, Any]
) -> None:
    before = await control.settings()

    with pytest.raises(SandboxError) as error:
        await control.settings(**change)

    assert error.value.http_status == 400
    assert await control.settings() == before


async def test_a_webhook_needs_somewhere_to_go(control: SandboxControl) -> None:
    await control.create_payment(1000, payment_id="o")

    with pytest.raises(SandboxError, match="url is missing"):
        await control.webhook("o")
    with pytest.raises(SandboxError, match="amount is missing"):
        await control.ask("POST", "/payments", {})
    with pytest.raises(SandboxError, match="no such payment"):
        await control.pay("nobody")
