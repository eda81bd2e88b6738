"""Stripe beside PortOne, before one running service: told by browsers, webhooks, or nobody."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.stripe import RunningSandbox, Sandbox, SandboxControl
from sandbox.stripe.signing import signature_header
from tests.support.checkout_window import before
from tests.support.service import API_KEY, running
from tests.support.storefront import Storefront, open_storefront, until

WEBHOOKS = "/webhooks/stripe"
SECRET, OLD_SECRET = "whsec_stripe_71d0", "whsec_stripe_0d17"


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeSide:
    """The same shop where it takes payments by Stripe."""

    shop: Storefront
    control: SandboxControl
    place: RunningSandbox

    async def payment(self, order_id: str | None, amount: int = 1000, **more: Any) -> str:
        """A payment is opened at Stripe, and paid unless it is left open."""
        is_open = more.pop("is_open", False)
        payment_id = str((await self.control.create(amount, order_id, **more))["id"])
        if not is_open:
            await self.control.pay(payment_id)
        return payment_id

    async def complete(self, payment_id: str, order_id: str, **more: Any) -> httpx.Response:
        """The buyer's browser says it has paid."""
        body = {"payment_intent": payment_id, "order_id": order_id, **more}
        return await self.shop.http.post("/payments/stripe/complete", json=body)

    async def webhook(self, payment_id: str, **options: Any) -> list[int | None]:
        """Stripe sends an event; gives the HTTP status of each delivery."""
        url = f"{self.shop.url}{WEBHOOKS}"
        deliveries = await self.control.webhook(payment_id, url=url, **options)
        return [delivery.get("status_code") for delivery in deliveries]

    async def lookups(self, payment_id: str) -> int:
        """How often the service has asked Stripe about this payment alone."""
        recent = (await self.control.calls())["recent"]
        return sum(call["path"] == f"/v1/payment_intents/{payment_id}" for call in recent)


@pytest.fixture(scope="module")
async def stripe_side(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StripeSide]:
    sandbox = Sandbox(api_key="sk_stripe_52c7a90e", webhook_secret=SECRET)
    async with (
        sandbox.serve() as place,
        SandboxControl(place.base_url) as control,
        open_storefront(
            tmp_path_factory.mktemp("service"),
            GATEWAYS="portone-v1,stripe",
            RECONCILE_EVERY_S="0",
            STRIPE_BASE_URL=place.base_url,
            STRIPE_API_KEY=place.api_key,
            STRIPE_WEBHOOK_SECRETS=f"{OLD_SECRET},{SECRET}",
        ) as shop,
    ):
        shop.secrets |= {place.api_key, SECRET, OLD_SECRET}
        yield StripeSide(shop=shop, control=control, place=place)


async def test_a_browser_is_answered_and_each_gateway_has_its_own_words(
    stripe_side: StripeSide,
) -> None:
    shop = stripe_side.shop
    by_stripe, by_portone = await shop.order(), await shop.order()
    payment_id = await stripe_side.payment(by_stripe)

    first = await stripe_side.complete(payment_id, by_stripe)
    again = await stripe_side.complete(
        payment_id, by_stripe, client_token=shop.client_tokens[by_stripe]
    )
    other = await shop.complete(await shop.payment(by_portone), by_portone)

    assert (first.status_code, first.json()["status"]) == (200, "success")
    assert (again.json()["order_id"], again.json()["amount"]) == (by_stripe, "1000")
    assert again.json()["receipt_url"].startswith("https://pay.stripe.com/")
    assert other.json()["status"] == "success"
    assert await stripe_side.lookups(payment_id) == 1
    [payment] = (await shop.read(by_stripe))["payments"]
    assert (payment["gateway"], payment["payment_id"]) == ("stripe", payment_id)


async def test_dollars_are_read_by_the_cent(stripe_side: StripeSide) -> None:
    order_id = await stripe_side.shop.order("14.20", "USD")
    payment_id = await stripe_side.payment(order_id, 1420, currency="usd")

    answer = await stripe_side.complete(payment_id, order_id)

    assert answer.json()["status"] == "success"


async def test_a_webhook_alone_is_enough_and_its_repeat_costs_no_look(
    stripe_side: StripeSide,
) -> None:
    order_id = await stripe_side.shop.order()
    payment_id = await stripe_side.payment(order_id)

    delivered = await stripe_side.webhook(payment_id, times=3, event_id="evt_thrice")
    by_old_secret = await stripe_side.webhook(payment_id, secrets=[OLD_SECRET])

    assert (delivered, by_old_secret) == ([200] * 3, [200])
    assert await stripe_side.shop.story(order_id) == ("paid", [("webhook", "success")])
    assert await stripe_side.lookups(payment_id) == 1


async def test_a_method_that_ends_later_is_pending_until_the_bank_tells(
    stripe_side: StripeSide,
) -> None:
    order_id = await stripe_side.shop.order()
    payment_id = await stripe_side.payment(order_id, is_open=True)
    await stripe_side.control.process(payment_id)

    meanwhile = await stripe_side.complete(payment_id, order_id)
    session = await stripe_side.webhook(payment_id, kind="checkout.session.completed")
    await stripe_side.control.pay(payment_id)
    later = await stripe_side.webhook(payment_id, kind="checkout.session.async_payment_succeeded")

    assert (meanwhile.status_code, meanwhile.json()["status"]) == (202, "pending")
    assert (session, later) == ([200], [200])
    assert (await stripe_side.shop.read(order_id))["status"] == "paid"


@pytest.mark.parametrize(
    ("opening", "field"),
    [
        ({"amount": 100}, "amount"),
        ({"currency": "usd"}, "currency"),
        ({"livemode": False}, "mode"),
        ({"metadata": {"order_id": "another"}, "order_id": None}, "order_id"),
        ({"metadata": {}, "order_id": None}, "order_id"),
    ],
)
async def test_what_differs_is_a_forgery(
    stripe_side: StripeSide, opening: dict[str, Any], field: str
) -> None:
    order_id = await stripe_side.shop.order()
    amount = opening.pop("amount", 1000)
    named = opening.pop("order_id", order_id)
    payment_id = await stripe_side.payment(named, amount, **opening)

    answer = await stripe_side.complete(payment_id, order_id)

    assert (answer.status_code, answer.json()["status"]) == (400, "forgery")
    order = await stripe_side.shop.read(order_id)
    assert order["status"] == "pending"
    assert field in [each["field"] for each in order["history"][0]["discrepancies"]]


async def test_a_payment_shown_for_a_second_order_is_a_forgery(stripe_side: StripeSide) -> None:
    bought, wanted = await stripe_side.shop.order(), await stripe_side.shop.order()
    payment_id = await stripe_side.payment(bought)
    await stripe_side.complete(payment_id, bought)

    answer = await stripe_side.complete(payment_id, wanted)

    assert (answer.status_code, answer.json()["status"]) == (400, "forgery")


@pytest.mark.parametrize(
    "lie", [{"secrets": ["whsec_forged"]}, {"secrets": []}, {"age_s": 400}, {"age_s": -400}]
)
async def test_what_stripe_has_not_signed_just_now_is_refused_without_a_look(
    stripe_side: StripeSide, lie: dict[str, Any]
) -> None:
    order_id = await stripe_side.shop.order()
    payment_id = await stripe_side.payment(order_id)

    delivered = await stripe_side.webhook(payment_id, **lie)

    assert delivered == [401]
    assert await stripe_side.lookups(payment_id) == 0
    assert await stripe_side.shop.story(order_id) == ("pending", [])


async def post_signed(stripe_side: StripeSide, body: bytes) -> httpx.Response:
    headers = {
        "Content-Type": "application/json",
        "Stripe-Signature": signature_header(body, [SECRET], int(time.time())),
    }
    return await stripe_side.shop.http.post(WEBHOOKS, content=body, headers=headers)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not json", 400),
        (b"[]", 400),
        (b'{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{}}}', 400),
        (b'{"id":"evt_1","type":"customer.created","data":{"object":{}}}', 200),
        (b'{"id":"evt_1","type":"payment_intent.of_a_later_year"}', 200),
        (b'{"id":"evt_1","type":"payment_intent.succeeded","account":"acct_x"}', 200),
        (b" " * 100_000, 413),
    ],
)
async def test_signed_and_odd_is_ignored_or_rejected_in_one_shape(
    stripe_side: StripeSide, body: bytes, status: int
) -> None:
    before = (await stripe_side.control.calls())["total"]

    answer = await post_signed(stripe_side, body)

    assert answer.status_code == status
    assert set(answer.json()) >= {"status", "message"} or status == 200
    assert (await stripe_side.control.calls())["total"] == before


async def test_an_amount_beyond_all_bounds_is_a_forgery_and_no_trouble(
    stripe_side: StripeSide,
) -> None:
    order_id = await stripe_side.shop.order()
    huge = {"amount": 2**63, "amount_captured": 2**63}
    payment_id = await stripe_side.payment(
        order_id, overrides={"amount_received": 2**63}, charge_overrides=huge
    )

    answer = await stripe_side.complete(payment_id, order_id)

    assert (answer.status_code, answer.json()["status"]) == (400, "forgery")


async def test_what_the_buyer_has_authorised_is_taken_when_the_browser_knocks(
    stripe_side: StripeSide,
) -> None:
    order_id = await stripe_side.shop.order()
    payment_id = await stripe_side.payment(order_id, is_open=True)
    await stripe_side.control.authorise(payment_id)

    told = await stripe_side.webhook(payment_id, kind="payment_intent.amount_capturable_updated")
    after_webhook = (await stripe_side.control.payment(payment_id))["status"]
    answer = await stripe_side.complete(payment_id, order_id)

    assert (told, after_webhook) == ([200], "requires_capture")
    assert answer.json()["status"] == "success"
    assert (await stripe_side.control.payment(payment_id))["amount_received"] == 1000


async def test_the_address_that_a_buyer_comes_back_to_proves_nothing_alone(
    stripe_side: StripeSide,
) -> None:
    order_id = await stripe_side.shop.order()
    payment_id = await stripe_side.payment(order_id, is_open=True)
    lie = {"payment_intent": payment_id, "redirect_status": "succeeded"}

    async def arrive(query: dict[str, str]) -> httpx.Response:
        return await stripe_side.shop.http.get("/payments/stripe/redirect", params=query)

    alone = await arrive(lie)
    still_open = await arrive(lie | {"order_id": order_id})
    await stripe_side.control.pay(payment_id)
    paid = await arrive(lie | {"order_id": order_id, "redirect_status": "failed"})

    assert alone.status_code == 400
    assert still_open.status_code == 202
    assert (paid.status_code, (await stripe_side.shop.read(order_id))["status"]) == (200, "paid")


async def test_a_buyer_who_pays_in_the_window_comes_back_to_the_truth(
    stripe_side: StripeSide,
) -> None:
    shop = stripe_side.shop
    orders = [await shop.order(), await shop.order()]
    payments = [await stripe_side.payment(each, is_open=True) for each in orders]
    answers = []
    async with before(stripe_side.place.base_url) as windows:
        for order_id, payment_id, way in zip(
            orders, payments, ["pay", "otherPayment"], strict=True
        ):
            secret = (await stripe_side.control.payment(payment_id))["client_secret"]
            way_back = f"{shop.url}/payments/stripe/redirect?order_id={order_id}"
            window = await windows.open({"clientSecret": secret}, way_back=way_back)
            led_back = await windows.press(window, way)
            answers.append(await shop.http.get(led_back.headers["Location"]))

    assert [answer.status_code for answer in answers] == [200, 400]
    assert [(await shop.read(each))["status"] for each in orders] == ["paid", "pending"]


@pytest.mark.parametrize("fault", [None, "lost_answer", "drop"])
async def test_money_goes_back_once_whatever_is_lost(
    stripe_side: StripeSide, fault: str | None
) -> None:
    order_id = await stripe_side.shop.order()
    payment_id = await stripe_side.payment(order_id)
    await stripe_side.complete(payment_id, order_id)
    if fault is not None:
        await stripe_side.control.fault(fault, method="POST", path="/v1/refunds")

    answer = await stripe_side.shop.http.post(
        f"/orders/{order_id}/refunds",
        json={"payment_id": payment_id, "gateway": "stripe", "amount": 300, "reason": "broke"},
        headers={"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": "a"},
    )
    await stripe_side.shop.status_becomes(order_id, "partiallyRefunded")

    assert answer.status_code in (200, 202)
    charge = (await stripe_side.control.payment(payment_id))["latest_charge"]
    assert charge["amount_refunded"] == 300


async def test_nobody_tells_us_and_the_sweep_finds_all(
    stripe_side: StripeSide, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = stripe_side.place
    async with open_storefront(
        tmp_path_factory.mktemp("sweeping"),
        GATEWAYS="stripe",
        RECONCILE_EVERY_S="1",
        STRIPE_BASE_URL=place.base_url,
        STRIPE_API_KEY=place.api_key,
        STRIPE_WEBHOOK_SECRETS=SECRET,
    ) as shop:
        order_ids = [await shop.order(order_id=f"swept-{number}") for number in range(5)]
        paid = [await stripe_side.payment(order_id) for order_id in order_ids]
        await stripe_side.payment(None, 700)

        for order_id in order_ids:
            await shop.status_becomes(order_id, "paid")
            assert await shop.story(order_id) == ("paid", [("reconcile", "success")])
        await stripe_side.control.refund(paid[0])
        await stripe_side.control.refund(paid[1], amount=1)
        await shop.status_becomes(order_ids[0], "refunded")
        await shop.status_becomes(order_ids[1], "partiallyRefunded")
        await until(lambda: any("withoutOrder" in line for line in shop.service.printed))


async def test_the_sandbox_says_what_to_set_and_the_doctor_finds_it_well(tmp_path: Path) -> None:
    async with running(
        "sandbox", "--gateway", "stripe", "--port", "0", settings={}, secrets=set(), folder=tmp_path
    ) as sandbox:
        await until(lambda: any("WEBHOOK_SECRETS" in line for line in sandbox.printed))
        exports = [line.split("export ")[1] for line in sandbox.printed if "export" in line]
        settings = dict(export.split("=", 1) for export in exports)
        async with running("doctor", settings=settings, secrets=set(), folder=tmp_path) as doctor:
            assert await doctor.end() == 0

    assert doctor.printed[-1].startswith("ok    gateway   stripe at http://127.0.0.1:")
