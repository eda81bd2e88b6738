"""Gateways with words, hooks and approvals of their own, at the HTTP interface."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from domain.payment import PaymentStatus
from entrypoints.api.api_settings import ApiSettings
from entrypoints.api.app import create_app
from entrypoints.api.gateway_face import GatewayFace
from ports.confirm_hook import AmountUnit, ConfirmClaim
from ports.errors import (
    GatewayRefused,
    GatewayUnavailable,
    PortError,
    WebhookNotAuthentic,
    WebhookRejected,
)
from ports.gateway_adapter import CompletionFields, GatewayAdapter
from ports.webhook_authenticator import WebhookClaim
from tests.support.api import ENGLISH, FACE, client_of, use_cases
from tests.support.factories import GATEWAY, ORDER_ID, PAYMENT_ID, a_payment
from tests.support.shop import Shop, settled_order

PAGE = {"paymentId": PAYMENT_ID}
WAITING = a_payment(status=PaymentStatus.OPENED, awaits_approval=True)
CLAIM = WebhookClaim(
    payment_id=PAYMENT_ID, order_id=None, claimed=PaymentStatus.PAID, delivery_id="msg_1"
)
Told = WebhookClaim | PortError | None


class Hooks:
    """Reads whatever comes as it is told to."""

    def __init__(self) -> None:
        self.told: Told = CLAIM

    def read(self, _headers: Mapping[str, str], _body: bytes, /) -> WebhookClaim | None:
        if isinstance(self.told, PortError):
            raise self.told
        return self.told


class Questions:
    """Asks for a payment alone, in minor units, and looks for `errorMessage`."""

    reason_field = "errorMessage"

    def read(self, headers: Mapping[str, str], body: bytes, /) -> ConfirmClaim:
        if "signature" not in headers:
            raise WebhookNotAuthentic("signature")
        return ConfirmClaim(
            payment_id=PAYMENT_ID, order_id=None, number=int(body), unit=AmountUnit.MINOR
        )


class Counter:
    """The interface of another gateway, over a shop in memory."""

    def __init__(self, client: httpx.AsyncClient, shop: Shop, hooks: Hooks) -> None:
        self.client = client
        self.shop = shop
        self.hooks = hooks

    async def complete(self, path: str = "/payments/complete", **fields: str) -> httpx.Response:
        return await self.client.post(path, json=PAGE | fields)

    async def tell(self, told: Told) -> httpx.Response:
        self.hooks.told = told
        return await self.client.post(f"/webhooks/{GATEWAY}", content=b"anything")

    async def ask(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        return await self.client.post(f"/confirm/{GATEWAY}", content=body, headers=headers)


@pytest.fixture
async def counter() -> AsyncIterator[Counter]:
    shop, hooks = Shop(), Hooks()
    shop.keep()
    adapter = GatewayAdapter(
        name=GATEWAY,
        completion=CompletionFields(
            payment_id="paymentId",
            order_id="orderId",
            needs_order_id=False,
            approval_token="paymentToken",
        ),
        connect=FACE.adapter.connect,
        nobodys_payment_id=PAYMENT_ID,
    )
    face = GatewayFace(adapter=adapter, webhooks=hooks, confirm=Questions())
    app = create_app(replace(use_cases(shop), faces={GATEWAY: face}), ApiSettings())
    async with client_of(app) as client:
        yield Counter(client, shop, hooks)


async def test_the_pages_token_comes_along_with_the_knock(counter: Counter) -> None:
    counter.shop.gateway.put(WAITING)
    tokens: list[Any] = []
    approve = counter.shop.gateway.approve

    async def noted(payment_id: str, order_id: str, amount: Any, token: str | None, /) -> Any:
        tokens.append(token)
        return await approve(payment_id, order_id, amount, token)

    counter.shop.gateway.approve = noted  # type: ignore[method-assign]

    answer = await counter.complete(paymentToken="token-1")

    assert answer.json()["status"] == "success"
    assert tokens == ["token-1"]


async def test_a_redirect_may_bring_it_too(counter: Counter) -> None:
    counter.shop.gateway.put(WAITING)

    answer = await counter.client.get(
        f"/payments/redirect?paymentId={PAYMENT_ID}&paymentToken=token-1&orderId={ORDER_ID}"
    )

    assert answer.status_code == 200
    assert counter.shop.gateway.approvals == [PAYMENT_ID]


async def test_the_order_that_is_named_counts_if_one_is(counter: Counter) -> None:
    counter.shop.gateway.put(a_payment())

    answer = await counter.complete(orderId="another-order")

    assert (answer.status_code, answer.json()["status"]) == (404, "orderNotFound")


@pytest.mark.parametrize("path", ["/payments/complete", f"/payments/{GATEWAY}/complete"])
async def test_the_words_are_the_gateways_at_both_addresses(counter: Counter, path: str) -> None:
    answer = await counter.complete(path, paymentId="a/b")

    assert [each["field"] for each in answer.json()["errors"]] == ["paymentId"]


async def test_what_cannot_be_named_is_counted_and_told(counter: Counter) -> None:
    counter.shop.gateway_fails(GatewayUnavailable("cut"))

    answer = await counter.complete()
    metrics = await counter.client.get("/metrics")

    assert (answer.status_code, answer.json()["status"]) == (503, "gatewayUnavailable")
    assert 'trigger="browser"' in metrics.text
    assert "gatewayUnavailable" in metrics.text


async def test_a_webhook_about_nothing_we_keep_is_acknowledged(counter: Counter) -> None:
    answer = await counter.tell(None)

    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    assert counter.shop.asked == []


@pytest.mark.parametrize(
    ("told", "status", "word"),
    [
        (WebhookNotAuthentic("signature"), 401, "notAuthentic"),
        (WebhookRejected("json"), 400, "invalidRequest"),
        (WebhookRejected("too-large"), 413, "tooLarge"),
    ],
)
async def test_what_is_wrong_with_it_has_the_fixed_shape(
    counter: Counter, told: PortError, status: int, word: str
) -> None:
    answer = await counter.tell(told)

    assert (answer.status_code, answer.json()["status"]) == (status, word)


async def test_a_webhook_sent_again_costs_no_look(counter: Counter) -> None:
    counter.shop.gateway.put(a_payment())
    await counter.tell(CLAIM)
    counter.shop.asked.clear()

    answer = await counter.tell(CLAIM)

    assert answer.status_code == 200
    assert counter.shop.asked == ["seen.has_seen"]
    assert counter.shop.order().status == "paid"


@pytest.mark.parametrize(
    ("error", "status"), [(GatewayUnavailable("cut"), 503), (GatewayRefused("key"), 502)]
)
async def test_what_could_not_be_stored_is_to_be_sent_again(
    counter: Counter, error: PortError, status: int
) -> None:
    counter.shop.gateway_fails(error)

    answer = await counter.tell(CLAIM)

    assert answer.status_code == status


async def test_a_yes_is_the_same_for_every_gateway(counter: Counter) -> None:
    counter.shop.keep(settled_order(a_payment(status=PaymentStatus.OPENED)))

    answer = await counter.ask(b"1000", {"Signature": "x"})

    assert (answer.status_code, answer.json()["status"]) == (200, "confirmed")


async def test_a_no_has_its_reason_where_the_gateway_looks_for_it(counter: Counter) -> None:
    counter.shop.keep(settled_order(a_payment(status=PaymentStatus.OPENED)))

    answer = await counter.ask(b"100", {"Signature": "x"} | ENGLISH)

    assert (answer.status_code, answer.json()) == (
        409,
        {
            "status": "amountDiffers",
            "message": "The amount is not the order's amount.",
            "errorMessage": "The amount is not the order's amount.",
        },
    )


async def test_a_question_that_is_not_signed_stops_the_payment(counter: Counter) -> None:
    answer = await counter.ask(b"1000", {})

    assert (answer.status_code, answer.json()["status"]) == (401, "notAuthentic")
    assert answer.json()["errorMessage"]
    assert counter.shop.asked == []
