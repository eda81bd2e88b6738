"""PortOne V2 beside V1, before one running service: told by browsers, webhooks, or nobody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.portone_v2 import RunningSandbox, Sandbox, SandboxControl
from tests.support.service import API_KEY
from tests.support.storefront import Storefront, open_storefront, until

SECRET = "whsec_c2VjcmV0LW9mLXRvZGF5LTAwMDAwMDAwMDAwMDAwMDA="
OLD_SECRET = "whsec_c2VjcmV0LW9mLXllc3RlcmRheS0wMDAwMDAwMDAwMDA="
FORGED_SECRET = "whsec_c29tZWJvZHktZWxzZXMtc2VjcmV0LTAwMDAwMDAwMDA="
API_SECRET = "v2-secret-52c7a90e"
BY_DEFAULT = {"GATEWAY": "portone-v2", "PREREGISTER": "on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class V2Side:
    """The same shop where it takes payments by PortOne V2; an order's payment has its id."""

    shop: Storefront
    control: SandboxControl
    place: RunningSandbox

    async def payment(self, order_id: str, amount: int = 1000, **more: Any) -> str:
        """A payment is opened (paid, unless told otherwise); gives its id."""
        options = {"status": "PAID", "payment_id": order_id, **more}
        return str((await self.control.create_payment(amount, **options))["id"])

    async def complete(self, payment_id: str, **more: Any) -> httpx.Response:
        """The buyer's browser says it has paid."""
        body = {"paymentId": payment_id, **more}
        return await self.shop.http.post("/payments/portone-v2/complete", json=body)

    async def webhook(self, payment_id: str, /, **options: Any) -> list[int | None]:
        """PortOne sends its webhook; gives the HTTP status of each delivery."""
        url = f"{self.shop.url}/webhooks/portone-v2"
        deliveries = await self.control.webhook(payment_id, url=url, **options)
        return [delivery.get("status_code") for delivery in deliveries]

    async def lookups(self, payment_id: str) -> int:
        """How often the service has asked PortOne about this payment alone."""
        recent = (await self.control.calls())["recent"]
        return sum(call["path"] == f"/payments/{payment_id}" for call in recent)


@asynccontextmanager
async def open_v2_side(folder: Path, **settings: str) -> AsyncIterator[V2Side]:
    sandbox = Sandbox(API_SECRET, webhook_secrets=[SECRET])
    async with (
        sandbox.serve() as place,
        SandboxControl(place.base_url) as control,
        open_storefront(
            folder,
            GATEWAYS="portone-v1,portone-v2",
            PORTONE_V2_BASE_URL=place.base_url,
            PORTONE_V2_API_SECRET=API_SECRET,
            PORTONE_V2_STORE_ID=place.store_id,
            PORTONE_V2_WEBHOOK_SECRETS=f"{OLD_SECRET},{SECRET}",
            **settings,
        ) as shop,
    ):
        shop.secrets |= {API_SECRET, SECRET, OLD_SECRET}
        yield V2Side(shop=shop, control=control, place=place)


@pytest.fixture(scope="module")
async def v2(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[V2Side]:
    async with open_v2_side(tmp_path_factory.mktemp("service"), RECONCILE_EVERY_S="0") as side:
        yield side


async def test_a_browser_is_answered_and_both_versions_are_served_side_by_side(
    v2: V2Side,
) -> None:
    shop = v2.shop
    by_v2, by_v1 = await shop.order(), await shop.order()
    payment_id = await v2.payment(by_v2)

    first = await v2.complete(payment_id)
    again = await v2.complete(payment_id, orderId=by_v2, client_token=shop.client_tokens[by_v2])
    other = await shop.complete(await shop.payment(by_v1), by_v1)

    assert (first.status_code, first.json()["status"]) == (200, "success")
    assert (again.json()["order_id"], again.json()["amount"]) == (by_v2, "1000")
    assert other.json()["status"] == "success"
    [payment] = (await shop.read(by_v2))["payments"]
    assert (payment["gateway"], payment["payment_id"]) == ("portone-v2", payment_id)


async def test_a_phone_arrives_by_redirect(v2: V2Side) -> None:
    payment_id = await v2.payment(await v2.shop.order())

    answer = await v2.shop.http.get(
        "/payments/portone-v2/redirect", params={"paymentId": payment_id, "code": "FAILURE"}
    )

    assert answer.status_code == 200
    assert (await v2.shop.read(payment_id))["status"] == "paid"


async def test_a_webhook_alone_is_enough_and_its_repeat_costs_no_look(v2: V2Side) -> None:
    order_id = await v2.shop.order()
    payment_id = await v2.payment(order_id)

    delivered = await v2.webhook(payment_id, times=3, webhook_id="msg_thrice")
    by_old_secret = await v2.webhook(payment_id, secrets=[OLD_SECRET])
    old_body = await v2.webhook(payment_id, version="2024-01-01", form=True)

    assert (delivered, by_old_secret, old_body) == ([200] * 3, [200], [200])
    assert await v2.shop.story(order_id) == ("paid", [("webhook", "success")])
    assert await v2.lookups(payment_id) == 1


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"secrets": [FORGED_SECRET]}, 401),
        ({"secrets": []}, 401),
        ({"skew_s": -301}, 401),
        ({"skew_s": 310}, 401),
        ({"raw": "not JSON"}, 400),
        ({"raw": "[]"}, 400),
        ({"raw": '{"type": "Transaction.Paid"}'}, 400),
        ({"type": "Transaction.SomethingNew"}, 200),
        ({"type": "BillingKey.Issued"}, 200),
        ({"store_id": "store-of-somebody-else"}, 200),
    ],
)
async def test_what_is_no_webhook_of_ours_causes_no_look(
    v2: V2Side, options: dict[str, Any], status: int
) -> None:
    order_id = await v2.shop.order()
    payment_id = await v2.payment(order_id)

    assert await v2.webhook(payment_id, **options) == [status]

    assert await v2.lookups(payment_id) == 0
    assert await v2.shop.story(order_id) == ("pending", [])


@pytest.mark.parametrize(
    ("opening", "field"),
    [
        ({"amount": 100}, "amount"),
        ({"amount": 2**63 - 1}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"test": True}, "mode"),
        ({"overrides": {"storeId": "store-of-somebody-else"}}, "merchant_account"),
    ],
)
async def test_another_payment_than_was_ordered_is_a_forgery(
    v2: V2Side, opening: dict[str, Any], field: str
) -> None:
    order_id = await v2.shop.order()
    payment_id = await v2.payment(order_id, **opening)

    answer = await v2.complete(payment_id, orderId=order_id)

    assert (answer.status_code, answer.json()["status"]) == (400, "forgery")
    order = await v2.shop.read(order_id)
    assert order["status"] == "pending"
    assert field in {each["field"] for each in order["history"][0]["discrepancies"]}


async def test_the_payment_of_another_order_is_a_forgery(v2: V2Side) -> None:
    paid, wanted = await v2.shop.order(), await v2.shop.order()
    payment_id = await v2.payment(paid)

    answer = await v2.complete(payment_id, orderId=wanted)

    assert answer.json()["status"] == "forgery"
    assert (await v2.shop.read(wanted))["status"] == "pending"


async def test_a_discount_is_no_forgery(v2: V2Side) -> None:
    order_id = await v2.shop.order("14.20", "USD")
    payment_id = await v2.payment(order_id, 1420, currency="USD", discount=420)

    assert (await v2.complete(payment_id)).json()["status"] == "success"
    [payment] = (await v2.shop.read(order_id))["payments"]
    assert (payment["amount"], payment["discount"]) == ("14.20", "4.20")


async def test_an_account_is_issued_then_deposited(v2: V2Side) -> None:
    order_id = await v2.shop.order()
    payment_id = await v2.payment(order_id, method="virtual_account", status="READY")

    issued = await v2.complete(payment_id)
    waiting = await v2.shop.waiting_accounts(order_id)
    await v2.control.deposit(payment_id)
    told = await v2.webhook(payment_id)

    assert issued.json()["status"] == "vbankIssued"
    assert waiting[0]["bank_name"] == "신한은행"
    assert told == [200]
    assert (await v2.shop.read(order_id))["status"] == "paid"


async def test_what_is_pending_or_failed_is_not_paid(v2: V2Side) -> None:
    order_id = await v2.shop.order()
    payment_id = await v2.payment(order_id, status="READY")
    await v2.control.pend(payment_id)

    pending = await v2.complete(payment_id)
    await v2.control.fail(payment_id)
    failed = await v2.complete(payment_id)
    await v2.payment(order_id)
    paid = await v2.complete(payment_id)

    answers = [(each.status_code, each.json()["status"]) for each in (pending, failed, paid)]
    assert answers == [(202, "pending"), (402, "failed"), (200, "success")]


@pytest.mark.parametrize("version", ["2024-01-01", "2024-04-25"])
async def test_the_last_question_is_answered_by_our_own_record(v2: V2Side, version: str) -> None:
    url = f"{v2.shop.url}/confirm/portone-v2"
    right, wrong = await v2.shop.order(), await v2.shop.order()
    await v2.payment(right, status="READY")
    await v2.payment(wrong, 999, status="READY")

    went_on = await v2.control.approve(right, confirm_url=url, version=version)
    stopped = await v2.control.approve(wrong, confirm_url=url, version=version)

    assert went_on["approved"] is True
    assert (stopped["approved"], stopped["reason"]) == (
        False,
        "주문 금액과 결제 금액이 다릅니다.",
    )
    assert await v2.lookups(wrong) == 0


async def test_a_question_that_nobody_signed_is_not_answered(v2: V2Side) -> None:
    order_id = await v2.shop.order()
    question = {"payment_id": order_id, "tx_id": "t", "total_amount": 1000}

    answer = await v2.shop.http.post("/confirm/portone-v2", json=question)

    assert answer.status_code == 401


async def test_money_is_given_back_once(v2: V2Side) -> None:
    order_id = await v2.shop.order()
    payment_id = await v2.payment(order_id)
    await v2.complete(payment_id)
    await v2.control.fault("lost_answer", path=f"/payments/{payment_id}/cancel")

    asked = await v2.shop.http.post(
        f"/orders/{order_id}/refunds",
        json={"payment_id": payment_id, "gateway": "portone-v2", "amount": 300, "reason": "변심"},
        headers={"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": "a"},
    )

    assert asked.status_code < 300, asked.text
    await v2.shop.status_becomes(order_id, "partiallyRefunded")
    assert (await v2.control.payment(payment_id))["amount"]["cancelled"] == 300
    calls = (await v2.control.calls())["recent"]
    assert sum(call["path"].endswith(f"{payment_id}/cancel") for call in calls) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"paymentId": 1},
        {"paymentId": "../x"},
        {"paymentId": "a/b"},
        {"paymentId": "order-1", "orderId": "x y"},
        {"paymentId": "order-1", "paymentToken": 1},
        {"imp_uid": "imp_1", "merchant_uid": "order-1"},
    ],
)
async def test_a_body_of_other_words_is_malformed(v2: V2Side, body: dict[str, Any]) -> None:
    answer = await v2.shop.http.post("/payments/portone-v2/complete", json=body)

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")


async def test_nobody_tells_us_and_our_word_takes_the_money(tmp_path: Path) -> None:
    async with open_v2_side(
        tmp_path, RECONCILE_EVERY_S="1", PORTONE_V2_MANUAL_CONFIRM="on", **BY_DEFAULT
    ) as v2:
        lost, waiting, greedy, unpaid = [await v2.shop.order() for _ in range(4)]
        await v2.payment(lost)
        await v2.payment(waiting, status="READY")
        await v2.payment(greedy, status="READY", overrides={"amount": {"total": 999}})
        tokens = [(await v2.control.allow(each))["payment_token"] for each in (waiting, greedy)]

        taken = await v2.complete(waiting, paymentToken=tokens[0])
        forged = await v2.complete(greedy, paymentToken=tokens[1])
        await v2.shop.status_becomes(lost, "paid")
        await v2.control.cancel(waiting)
        await v2.shop.status_becomes(waiting, "refunded")

        async def is_registered() -> bool:
            return await v2.control.registered(unpaid) is not None

        await until(is_registered)
        assert await v2.control.registered(unpaid) == {"amount": 1000, "currency": "KRW"}
        assert taken.json()["status"] == "success"
        assert forged.json()["status"] == "forgery"
        assert (await v2.control.payment(greedy))["status"] == "READY"
        assert await v2.shop.story(lost) == ("paid", [("reconcile", "success")])
