"""Toss beside PortOne, in one service: a buyer agrees, and the money is taken by our word alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.toss import Sandbox, SandboxControl
from tests.support.service import API_KEY
from tests.support.storefront import Storefront, open_storefront, until

BY_SHOP = {"Authorization": f"Bearer {API_KEY}"}


class TossCounter:
    """What shop, buyer and Toss do before the running service."""

    def __init__(self, storefront: Storefront, control: SandboxControl) -> None:
        self.storefront = storefront
        self.control = control

    async def agreed(self, order_id: str, amount: int = 1000, **more: Any) -> str:
        """The buyer agrees to a payment in Toss's window; gives its paymentKey."""
        opened = await self.control.create_payment(order_id, amount, **more)
        return str((await self.control.authenticate(opened["paymentKey"]))["paymentKey"])

    async def complete(
        self, payment_key: str, order_id: str, amount: int = 1000, **more: Any
    ) -> httpx.Response:
        """The buyer's page hands on what the window brought back."""
        body = {"paymentKey": payment_key, "orderId": order_id, "amount": amount, **more}
        return await self.storefront.http.post("/payments/toss/complete", json=body)

    async def webhook(self, payment_key: str, **options: Any) -> list[int | None]:
        """Toss sends its webhook; gives the HTTP status of each delivery."""
        url = f"{self.storefront.url}/webhooks/toss"
        sent = await self.control.webhook(payment_key, url=url, **options)
        return [each.get("status_code") for each in sent]

    async def status(self, payment_key: str) -> str:
        """How the payment stands at Toss."""
        return str((await self.control.payment(payment_key))["status"])

    async def looks(self, payment_key: str) -> int:
        """How often the service has asked Toss for this payment."""
        recent = (await self.control.calls())["recent"]
        return sum(call["path"] == f"/v1/payments/{payment_key}" for call in recent)


@asynccontextmanager
async def opened(folder: Path, **settings: str) -> AsyncIterator[TossCounter]:
    """A service with both gateways, and Toss before it."""
    sandbox = Sandbox(live_key="live_sk_e2e81c0f")
    async with sandbox.serve() as place, SandboxControl(place.base_url) as control:
        usual = {
            "GATEWAYS": "portone-v1,toss",
            "TOSS_SECRET_KEY": place.live_key,
            "TOSS_BASE_URL": place.base_url,
            "TOSS_MERCHANT_ID": "sandboxmid",
            "RECONCILE_EVERY_S": "0",
        }
        async with open_storefront(folder, **(usual | settings)) as storefront:
            storefront.secrets.add(place.live_key)
            yield TossCounter(storefront, control)


@pytest.fixture(scope="module")
async def toss(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TossCounter]:
    async with opened(tmp_path_factory.mktemp("service")) as toss:
        yield toss


async def test_the_buyers_page_makes_us_take_the_money(toss: TossCounter) -> None:
    order_id = await toss.storefront.order()
    key = await toss.agreed(order_id)
    token = toss.storefront.client_tokens[order_id]

    first = await toss.complete(key, order_id, client_token=token)
    again = await toss.complete(key, order_id)
    delivered = await toss.webhook(key)

    order = await toss.storefront.read(order_id)
    assert first.status_code == again.status_code == 200
    assert (first.json()["status"], first.json()["amount"]) == ("success", "1000")
    assert delivered == [200]
    assert order["status"] == "paid"
    assert [(each["gateway"], each["payment_id"]) for each in order["payments"]] == [("toss", key)]
    assert await toss.status(key) == "DONE"
    assert await toss.looks(key) == 1


async def test_the_browsers_amount_decides_nothing(toss: TossCounter) -> None:
    order_id = await toss.storefront.order()
    honest, cheap = await toss.agreed(order_id), await toss.agreed(order_id, 100)

    forged = await toss.complete(cheap, order_id, amount=1000)
    paid = await toss.complete(honest, order_id, amount=1)

    assert (forged.status_code, forged.json()["status"]) == (400, "forgery")
    assert await toss.status(cheap) == "IN_PROGRESS"
    assert (paid.status_code, paid.json()["status"]) == (200, "success")


async def test_a_payment_of_another_order_is_not_taken(toss: TossCounter) -> None:
    order_id, other = await toss.storefront.order(), await toss.storefront.order()
    key = await toss.agreed(other)

    answer = await toss.complete(key, order_id)

    assert (answer.status_code, answer.json()["status"]) == (400, "forgery")
    assert await toss.status(key) == "IN_PROGRESS"


async def test_a_payment_to_another_merchant_id_is_not_taken(toss: TossCounter) -> None:
    order_id = await toss.storefront.order()
    key = await toss.agreed(order_id, overrides={"mId": "anothermid"})

    answer = await toss.complete(key, order_id)

    assert (answer.status_code, answer.json()["status"]) == (400, "forgery")
    assert await toss.status(key) == "IN_PROGRESS"


async def test_a_phone_that_comes_back_by_redirect_pays_too(toss: TossCounter) -> None:
    order_id = await toss.storefront.order()
    key = await toss.agreed(order_id)
    query = {"paymentKey": key, "orderId": order_id, "amount": "1000", "paymentType": "NORMAL"}

    page = await toss.storefront.http.get("/payments/toss/redirect", params=query)

    assert page.status_code == 200
    assert "일반 결제 성공" in page.text
    # That the money is about to be taken is written down before it is.
    assert await toss.storefront.story(order_id) == (
        "paid",
        [("redirect", "pending"), ("redirect", "success")],
    )


async def test_a_lost_approval_is_looked_up_and_charged_once(toss: TossCounter) -> None:
    order_id = await toss.storefront.order()
    key = await toss.agreed(order_id)
    await toss.control.fault("lost_answer", method="POST", path="/v1/payments/confirm")

    answer = await toss.complete(key, order_id)

    assert (answer.status_code, answer.json()["status"]) == (200, "success")
    assert len(await toss.control.transactions(key)) == 1


async def test_a_refused_card_is_told(toss: TossCounter) -> None:
    order_id = await toss.storefront.order()
    key = await toss.agreed(order_id, rejects_with="REJECT_CARD_PAYMENT")

    answer = await toss.complete(key, order_id)

    assert (answer.status_code, answer.json()["status"]) == (402, "failed")


async def test_an_account_is_told_and_its_deposit_is_seen_by_a_webhook_that_names_no_payment(
    toss: TossCounter,
) -> None:
    order_id = await toss.storefront.order()
    key = await toss.agreed(order_id, method="virtualAccount")
    issued = await toss.complete(key, order_id)
    told = await toss.storefront.printed_about(order_id)
    [waiting] = await toss.storefront.waiting_accounts(order_id)

    early = await toss.webhook(key, event="DEPOSIT_CALLBACK", lies={"status": "DONE"})
    before = await toss.storefront.read(order_id)
    await toss.control.deposit(key)
    delivered = await toss.webhook(key, event="DEPOSIT_CALLBACK")

    assert issued.json()["status"] == "vbankIssued"
    assert told[0].startswith("SMS to 010-****-6789 ")
    assert waiting["bank_name"] == "신한은행"
    assert before["status"] == "awaitingDeposit"
    assert early == delivered == [200]
    assert (await toss.storefront.read(order_id))["status"] == "paid"


async def test_a_deposit_that_is_taken_back_is_told_to_the_operator(toss: TossCounter) -> None:
    order_id = await toss.storefront.order()
    key = await toss.agreed(order_id, method="virtualAccount")
    await toss.complete(key, order_id)
    await toss.control.deposit(key)
    await toss.webhook(key)
    await toss.control.take_back(key)

    delivered = await toss.webhook(key, event="DEPOSIT_CALLBACK")

    assert delivered == [200]
    story = await toss.storefront.story(order_id)
    assert story[0] == "paid"
    assert story[1][-1] == ("webhook", "pending")
    alert = f"Alert to the operator (alertOperator/{order_id}/toss/{key}/contradiction)"
    await until(lambda: alert in toss.storefront.service.printed)


async def test_a_strangers_webhook_is_no_more_than_a_look(toss: TossCounter) -> None:
    order_id = await toss.storefront.order()
    key = await toss.agreed(order_id)
    lies = {"status": "DONE", "secret": "ps_made_up"}

    lied = await toss.webhook(key, lies=lies, transmission_id="whtrans_borrowed")
    story = await toss.storefront.story(order_id)
    await toss.complete(key, order_id)
    await toss.control.cancel(key)
    true = await toss.webhook(key, transmission_id="whtrans_borrowed")

    assert lied == true == [200]
    assert story[0] == "pending"
    assert (await toss.storefront.read(order_id))["status"] == "refunded"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"eventType":"PAYMENT_STATUS_CHANGED","data":7}', 400),
        (b'{"orderId":"o","status":"DONE","paymentKey":"../x"}', 400),
        (b'{"orderId":"o","status":9223372036854775808}', 400),
        (b" " * 70_000, 413),
        (b'{"eventType":"SOMETHING_NEW","data":{}}', 200),
        (b'{"orderId":"' + b"o" * 60 + b'","status":"DONE"}', 200),
    ],
    ids=range(8),
)
async def test_odd_webhooks_are_answered_in_the_one_shape(
    toss: TossCounter, body: bytes, status: int
) -> None:
    answer = await toss.storefront.http.post(
        "/webhooks/toss", content=body, headers={"content-type": "application/json"}
    )

    assert answer.status_code == status
    assert {"status", "message"} >= answer.json().keys() - {"errors"}


@pytest.mark.parametrize("field", ["paymentKey", "orderId"])
async def test_what_is_wrong_with_a_page_is_told_in_the_vendors_words(
    toss: TossCounter, field: str
) -> None:
    body = {"paymentKey": "abc", "orderId": "order-1", field: "../x"}

    answer = await toss.storefront.http.post("/payments/toss/complete", json=body)

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


async def test_money_is_given_back_by_the_shop(toss: TossCounter) -> None:
    order_id = await toss.storefront.order()
    key = await toss.agreed(order_id)
    await toss.complete(key, order_id)
    asked = await toss.storefront.http.post(
        f"/orders/{order_id}/refunds",
        json={"gateway": "toss", "payment_id": key, "amount": 300, "reason": "고객 변심"},
        headers=BY_SHOP | {"Idempotency-Key": f"refund-of-{order_id}"},
    )

    assert asked.status_code == 202, asked.text
    await toss.storefront.status_becomes(order_id, "partiallyRefunded")
    assert await toss.status(key) == "PARTIAL_CANCELED"
    assert [row["amount"] for row in await toss.control.transactions(key)] == [1000, 300]


async def test_portone_is_served_beside_it(toss: TossCounter) -> None:
    order_id = await toss.storefront.order()
    imp_uid = await toss.storefront.payment(order_id)

    answer = await toss.storefront.complete(imp_uid, order_id)

    assert (answer.status_code, answer.json()["status"]) == (200, "success")


async def test_the_sweep_finds_a_deposit_that_nobody_told_of(tmp_path: Path) -> None:
    async with opened(tmp_path, RECONCILE_EVERY_S="1") as toss:
        order_id = await toss.storefront.order()
        key = await toss.agreed(order_id, method="virtualAccount")
        await toss.complete(key, order_id)
        await toss.control.deposit(key)

        await toss.storefront.status_becomes(order_id, "paid")

        assert (await toss.storefront.story(order_id))[1][-1] == ("reconcile", "success")
