"""A gateway of another package, beside a built-in one: chosen, asked, told of and described."""

import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.payment import PaymentKey
from entrypoints.api.app import create_app
from entrypoints.container import Container, open_container
from entrypoints.settings import SettingsError, load_settings
from tests.integration.gateways.conftest import API_KEY, SECRET, Bank, environ
from tests.support.api import BY_SHOP, client_of
from tests.support.commands import RunCommand, payproof

__all__ = ["payproof"]

pytestmark = pytest.mark.usefixtures("installed")
TRANSFER = "tr-000000000001"
ORDER = {"order_id": "order-0001", "amount": 1000, "currency": "KRW"}


class Shop:
    """payproof with both gateways, an order of 1,000 won, and a client to talk to it."""

    def __init__(self, container: Container, client: httpx.AsyncClient) -> None:
        self.container = container
        self.client = client

    async def complete(self, path: str = "/payments/bank-transfer/complete", **ids: str) -> Any:
        return await self.client.post(path, json={"transfer_id": TRANSFER} | ids)

    async def status(self) -> str:
        answer = await self.client.get("/orders/order-0001", headers=BY_SHOP)
        return str(answer.json()["status"])

    async def tell(self, fields: object, *, ago_s: int = 0, secret: str = SECRET) -> int:
        body, at = json.dumps(fields).encode(), str(int(time.time()) - ago_s)
        mac = hmac.digest(secret.encode(), f"{at}.".encode() + body, "sha256").hex()
        headers = {"Bank-Time": at, "Bank-Mac": mac}
        answer = await self.client.post("/webhooks/bank-transfer", content=body, headers=headers)
        assert answer.json()["status"] in ("accepted", "notAuthentic", "invalidRequest")
        return answer.status_code


@pytest.fixture
async def shop(bank: Bank, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_container(load_settings(environ(bank, tmp_path))) as container:
        app = create_app(container.use_cases(), container.api_settings())
        async with client_of(app) as client:
            await client.post("/orders", json=ORDER, headers=BY_SHOP)
            yield Shop(container, client)


async def test_a_page_brings_the_banks_own_words(shop: Shop, bank: Bank) -> None:
    bank.receives(TRANSFER)

    answer = await shop.complete(order_id="order-0001")

    assert (answer.status_code, answer.json()["status"]) == (200, "success")
    order = (await shop.client.get("/orders/order-0001", headers=BY_SHOP)).json()
    assert [(each["gateway"], each["payment_id"]) for each in order["payments"]] == [
        ("bank-transfer", TRANSFER)
    ]


async def test_a_page_need_not_name_the_order(shop: Shop, bank: Bank) -> None:
    bank.receives(TRANSFER)

    answer = await shop.complete()

    assert answer.json()["status"] == "success"
    assert await shop.status() == "paid"


async def test_a_payment_that_nobody_knows_is_told_so(shop: Shop, bank: Bank) -> None:
    bank.receives("tr-000000000002", memo="no order's / memo")

    unknown = await shop.complete()
    strays = await shop.complete(transfer_id="tr-000000000002")
    malformed = await shop.complete(transfer_id="imp_1")

    assert (unknown.status_code, unknown.json()["status"]) == (404, "paymentNotFound")
    assert (strays.status_code, strays.json()["status"]) == (404, "orderNotFound")
    assert malformed.json()["errors"] == [
        {"field": "transfer_id", "message": "is not a payment id of bank-transfer"}
    ]


async def test_a_forgery_is_one_at_every_gateway(shop: Shop, bank: Bank) -> None:
    bank.receives(TRANSFER, amount="999")

    answer = await shop.complete(order_id="order-0001")

    assert (answer.status_code, answer.json()["status"]) == (400, "forgery")


async def test_a_browser_returns_by_either_name(shop: Shop, bank: Bank) -> None:
    bank.receives(TRANSFER)

    answer = await shop.client.get(f"/payments/bank-transfer/redirect?transfer_id={TRANSFER}")

    assert answer.status_code == 200
    assert "order-0001" in answer.text
    assert await shop.status() == "paid"


async def test_addresses_without_a_name_are_the_default_gateways(shop: Shop) -> None:
    without = await shop.complete("/payments/complete", order_id="order-0001")
    named = await shop.complete("/payments/portone-v1/complete", order_id="order-0001")

    assert without.json()["errors"] == [{"field": "imp_uid", "message": "is required"}]
    assert named.json() == without.json()


async def test_a_signed_webhook_settles(shop: Shop, bank: Bank) -> None:
    bank.receives(TRANSFER)

    status = await shop.tell({"id": TRANSFER, "memo": "order-0001", "state": "received"})

    assert status == 200
    assert await shop.status() == "paid"


async def test_its_order_may_be_left_to_the_bank(shop: Shop, bank: Bank) -> None:
    bank.receives(TRANSFER)

    assert await shop.tell({"id": TRANSFER, "memo": "for the flowers"}) == 200
    assert await shop.status() == "paid"


@pytest.mark.parametrize(
    ("forged", "status"), [({"secret": "x"}, 401), ({"ago_s": 301}, 401), ({"ago_s": -301}, 401)]
)
async def test_nobody_else_can_tell_anything(
    shop: Shop, bank: Bank, forged: dict[str, Any], status: int
) -> None:
    bank.receives(TRANSFER)

    assert await shop.tell({"id": TRANSFER, "memo": "order-0001"}, **forged) == status
    assert bank.asked == 0


async def test_an_unsigned_webhook_is_told_why(shop: Shop) -> None:
    answer = await shop.client.post("/webhooks/bank-transfer", json={})

    assert (answer.status_code, answer.json()["status"]) == (401, "notAuthentic")
    assert answer.headers["www-authenticate"] == "Signature"


async def test_signed_nonsense_is_malformed_and_signed_news_of_others_ignored(shop: Shop) -> None:
    assert await shop.tell([]) == 400
    assert await shop.tell({"account": "opened"}) == 200


async def test_what_it_cannot_do_has_no_address(shop: Shop) -> None:
    answer = await shop.client.post("/confirm/bank-transfer", json={})

    assert answer.status_code == 404
    assert list(shop.container.sweeping().reconciles) == ["portone-v1"]


async def test_all_of_it_is_described(shop: Shop) -> None:
    paths = (await shop.client.get("/schema")).json()["paths"]

    assert {path for path in paths if "bank-transfer" in path} == {
        "/payments/bank-transfer/complete",
        "/payments/bank-transfer/redirect",
        "/webhooks/bank-transfer",
    }
    query = paths["/payments/bank-transfer/redirect"]["get"]["parameters"]
    assert [(each["name"], each["required"]) for each in query] == [
        ("transfer_id", True),
        ("order_id", False),
    ]


async def test_its_payments_are_known_by_its_name(shop: Shop, bank: Bank) -> None:
    bank.receives(TRANSFER)
    await shop.complete()

    key = PaymentKey(gateway="bank-transfer", payment_id=TRANSFER)

    assert await shop.container.orders().find_order_id_by_payment(key) == "order-0001"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"PAYPROOF_BANK_TRANSFER_BASE_URL": "ftp://x"}, "PAYPROOF_BANK_TRANSFER_BASE_URL must"),
        ({"PAYPROOF_BANK_TRANSFER_KEY": "x"}, "PAYPROOF_BANK_TRANSFER_KEY is not a setting"),
        ({"PAYPROOF_GATEWAY": "toss"}, "PAYPROOF_GATEWAY must be one of PAYPROOF_GATEWAYS"),
        ({"PAYPROOF_GATEWAYS": "paypal"}, "PAYPROOF_GATEWAYS must be portone-v1 or "),
        ({"PAYPROOF_GATEWAYS": "toss,toss"}, "PAYPROOF_GATEWAYS must be names between commas"),
        ({"PAYPROOF_GATEWAYS": "portone-v1,"}, "PAYPROOF_GATEWAYS must be names between commas"),
    ],
)
def test_a_mistake_is_named(
    bank: Bank, tmp_path: Path, changes: dict[str, str], message: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ(bank, tmp_path, **changes))

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", ["BASE_URL", "API_KEY", "WEBHOOK_SECRET"])
def test_what_it_needs_is_missed(bank: Bank, tmp_path: Path, name: str) -> None:
    given = environ(bank, tmp_path)
    del given[f"PAYPROOF_BANK_TRANSFER_{name}"]

    with pytest.raises(SettingsError, match=f"PAYPROOF_BANK_TRANSFER_{name} is missing: set it"):
        load_settings(given)


def test_its_secrets_may_lie_in_files_and_are_never_shown(bank: Bank, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{API_KEY}\n")
    given = environ(bank, tmp_path)
    del given["PAYPROOF_BANK_TRANSFER_API_KEY"]
    file = {"PAYPROOF_BANK_TRANSFER_API_KEY_FILE": str(tmp_path / "key")}

    settings = load_settings(given | file)

    assert settings.gateways[1].values["API_KEY"] == API_KEY
    assert API_KEY not in repr(settings)
    assert SECRET not in repr(settings)


def test_settings_of_a_gateway_that_is_not_chosen_are_no_mistake(
    bank: Bank, tmp_path: Path
) -> None:
    settings = load_settings(environ(bank, tmp_path, PAYPROOF_GATEWAYS="portone-v1"))

    assert [each.adapter.name for each in settings.gateways] == ["portone-v1"]


@pytest.mark.parametrize(
    ("given", "default"),
    [
        ({"PAYPROOF_GATEWAYS": "bank-transfer, portone-v1"}, "portone-v1"),
        ({"PAYPROOF_GATEWAYS": "bank-transfer"}, "bank-transfer"),
        ({"PAYPROOF_GATEWAY": "bank-transfer"}, "bank-transfer"),
    ],
)
def test_one_gateway_stands_behind_the_addresses_without_a_name(
    bank: Bank, tmp_path: Path, given: dict[str, str], default: str
) -> None:
    assert load_settings(environ(bank, tmp_path, **given)).gateway == default


def test_commands_name_the_gateway(payproof: RunCommand, bank: Bank, tmp_path: Path) -> None:
    settings = {
        name.removeprefix("PAYPROOF_"): text for name, text in environ(bank, tmp_path).items()
    }

    doctor = payproof("doctor", **settings)
    verify = payproof("verify", TRANSFER, "--order", "a", "--gateway", "bank-transfer", **settings)
    reconcile = payproof(
        "reconcile", "--from", "2026-01-01", "--gateway", "bank-transfer", **settings
    )
    refund = payproof("refund", TRANSFER, "--reason", "x", "--gateway", "bank-transfer", **settings)
    nobody = payproof("verify", TRANSFER, "--order", "a", "--gateway", "toss", **settings)

    assert f"ok    gateway   bank-transfer at {bank.url} accepts the credentials" in doctor.out
    assert (verify.exit_code, verify.out) == (
        1,
        "no such order: register it first, by POST /orders\n",
    )
    assert (reconcile.exit_code, reconcile.err) == (
        2,
        "Error: bank-transfer cannot list its payments\n",
    )
    assert refund.out.startswith(f"no order holds bank-transfer/{TRANSFER}")
    assert nobody.exit_code == 2
    assert "must be portone-v1 or bank-transfer" in nobody.err
