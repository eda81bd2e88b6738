from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.payment import PaymentStatus
from domain.tasks import TaskKind
from ports.errors import (
    ConcurrentUpdate,
    GatewayProtocolError,
    GatewayRefused,
    GatewayUnavailable,
    PortError,
    RepositoryUnavailable,
)
from tests.support.api import ENGLISH, IDS, a_shop_with, asking
from tests.support.factories import a_payment, won
from tests.support.shop import Shop

PATH = "/webhooks/portone-v1"
SEEN = {
    path.name: path.read_bytes()
    for path in (Path(__file__).parents[3] / "fixtures" / "portone_v1_webhook").iterdir()
}
KINDS = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
PAID = IDS | {"status": "paid"}


async def send(shop: Shop, hook: Any = PAID, **headers: str) -> httpx.Response:
    async with asking(shop) as client:
        return await client.post(PATH, json=hook, headers=headers)


async def test_a_webhook_settles_what_it_points_at() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment())

    answer = await send(shop)

    assert answer.status_code == 200
    assert answer.json() == {"status": "accepted", "message": "접수되었습니다."}
    assert shop.order().status == "paid"
    assert shop.order().history[0].trigger == "webhook"


async def test_a_webhook_may_be_a_form() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment())

    async with asking(shop) as client:
        answer = await client.post(PATH, data=PAID, headers=ENGLISH)

    assert answer.json() == {"status": "accepted", "message": "Accepted."}
    assert shop.order().status == "paid"


@pytest.mark.parametrize("name", sorted(SEEN))
async def test_every_webhook_we_have_seen_is_accepted(name: str) -> None:
    kind = KINDS[name.rpartition(".")[2]]

    async with asking(Shop()) as client:
        answer = await client.post(PATH, content=SEEN[name], headers={"Content-Type": kind})

    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")


async def test_its_claim_alone_pays_nothing() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment(status=PaymentStatus.OPENED))

    answer = await send(shop)

    assert answer.json()["status"] == "accepted"
    assert shop.order().status == "pending"


async def test_a_claim_of_something_newer_asks_the_gateway_again() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment())
    await send(shop)
    shop.gateway.put(a_payment(status=PaymentStatus.CANCELLED))

    await send(shop, IDS | {"status": "cancelled", "cancellation_id": "c-1"})

    assert shop.order().status == "refunded"


@pytest.mark.parametrize("payment", [None, a_payment(total=won(1)), a_payment(order_id="other")])
async def test_what_a_resend_would_not_change_is_accepted(payment: Any) -> None:
    shop = a_shop_with()
    if payment is not None:
        shop.gateway.put(payment)

    answer = await send(shop)

    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    assert shop.order().status == "pending"


@pytest.mark.parametrize(
    "error",
    [
        GatewayUnavailable("timeout"),
        GatewayProtocolError("not-json"),
        GatewayRefused("credentials"),
    ],
)
async def test_what_cannot_be_settled_now_is_stored_and_accepted(error: PortError) -> None:
    shop = a_shop_with()
    shop.gateway_fails(error)

    answer = await send(shop)

    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    assert len(shop.tasks(TaskKind.RECHECK)) == 1


async def test_too_many_webhooks_are_stored_and_accepted() -> None:
    shop = a_shop_with(questions_per_window=0)

    answer = await send(shop)

    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    assert len(shop.tasks(TaskKind.RECHECK)) == 1


async def test_losing_every_race_is_stored_and_accepted() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment())
    shop.faults.fail_always("save", ConcurrentUpdate("version"))

    answer = await send(shop)

    assert answer.status_code == 200
    assert len(shop.tasks(TaskKind.RECHECK)) == 1


async def test_what_cannot_be_read_now_is_stored_and_accepted() -> None:
    shop = a_shop_with()
    shop.faults.fail_always("find_by_id", RepositoryUnavailable("locked"))

    answer = await send(shop)

    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    assert len(shop.tasks(TaskKind.RECHECK)) == 1


async def test_what_can_be_neither_settled_nor_stored_is_to_be_sent_again() -> None:
    shop = a_shop_with()
    shop.gateway_fails(GatewayUnavailable("timeout"))
    shop.faults.fail_always("put", RepositoryUnavailable("locked"))

    answer = await send(shop)

    assert (answer.status_code, answer.json()["status"]) == (503, "databaseUnavailable")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "changes",
    [
        {"imp_uid": None},
        {"imp_uid": 5},
        {"imp_uid": "../users/getToken"},
        {"imp_uid": "imp_1\x00"},
        {"merchant_uid": ""},
        {"merchant_uid": ["a"]},
        {"merchant_uid": "x" * 41},
        {"merchant_uid": ".."},
        {"status": 1},
    ],
)
async def test_malformed_webhooks_are_refused_and_ask_nobody(changes: dict[str, Any]) -> None:
    shop = a_shop_with()

    answer = await send(shop, PAID | changes)

    assert (answer.status_code, answer.json()["status"]) == (400, "invalidRequest")
    assert answer.json()["errors"]
    assert shop.asked == []


async def test_fields_that_the_vendor_adds_are_ignored() -> None:
    shop = a_shop_with()
    shop.gateway.put(a_payment())

    answer = await send(shop, PAID | {"added": {"next": ["year"]}})

    assert answer.json()["status"] == "accepted"


@pytest.mark.parametrize("path", ["/webhooks", "/webhooks/portone-v2", "/webhooks/portone-v1/x"])
async def test_a_gateway_without_webhooks_has_no_address(path: str) -> None:
    async with asking(a_shop_with()) as client:
        answer = await client.post(path, json=PAID)

    assert (answer.status_code, answer.json()["status"]) == (404, "notFound")
