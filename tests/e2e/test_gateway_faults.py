"""The gateway is away, slow, or talks nonsense: the documented answer, and it settles by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from sandbox.portone_v1 import Sandbox, SandboxControl
from tests.support.storefront import Storefront, open_storefront, serving

GATEWAY_TIMEOUT_S = 1
# What the sandbox is told to do wrong, for as long as we ask, and what the buyer is answered.
OUTAGES: dict[str, tuple[dict[str, Any], int]] = {
    "delay": ({"kind": "delay", "seconds": 3}, 503),
    "hang": ({"kind": "hang"}, 503),
    "drop": ({"kind": "drop"}, 503),
    "lost answer": ({"kind": "lost_answer"}, 503),
    "500": ({"kind": "status", "status": 500}, 503),
    "502": ({"kind": "status", "status": 502}, 503),
    "503, retry after": ({"kind": "status", "status": 503, "retry_after_s": 9}, 503),
    "429": ({"kind": "status", "status": 429}, 503),
    "404 by a proxy": ({"kind": "status", "status": 404}, 503),
    "200, but a code": ({"kind": "envelope", "code": -1, "message": "점검 중"}, 503),
    "broken json": ({"kind": "broken_json"}, 503),
    "not an object": ({"kind": "not_json_object"}, 503),
    "drip": ({"kind": "drip", "seconds": 0.05}, 503),
    "huge": ({"kind": "huge", "n_bytes": 3_000_000}, 503),
    "redirect": ({"kind": "redirect", "location": "/users/getToken"}, 503),
    "token refused": ({"kind": "expired_token"}, 502),
}
WORDS = {502: "gatewayRefused", 503: "gatewayUnavailable"}


@pytest.fixture(scope="module")
async def storefront(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Storefront]:
    folder = tmp_path_factory.mktemp("service")
    async with open_storefront(folder, GATEWAY_TIMEOUT_S=str(GATEWAY_TIMEOUT_S)) as storefront:
        yield storefront


async def test_every_fault_is_answered_as_documented_and_settles_when_it_ends(
    storefront: Storefront,
) -> None:
    # Knocks first: a payment that is not asked about yet has to get the token as well.
    await storefront.paid_order()
    orders, payments = {}, {}
    for name, (fault, _) in OUTAGES.items():
        orders[name] = await storefront.order()
        payments[name] = await storefront.payment(orders[name])
        path = f"/payments/{payments[name]}"
        await storefront.control.fault(**fault, path=path, times=None)

    async def knock(name: str) -> tuple[int, str, str | None]:
        answer = await storefront.complete(payments[name], orders[name])
        retry_after = answer.headers.get("retry-after")
        return answer.status_code, answer.json()["status"], retry_after

    answers = dict(zip(OUTAGES, await asyncio.gather(*map(knock, OUTAGES)), strict=True))
    fired = (await storefront.control.faults())["fired"]
    await storefront.control.clear_faults()

    assert answers == {
        name: (status, WORDS[status], "5" if status == 503 else None)
        for name, (_, status) in OUTAGES.items()
    }
    assert set(fired) == {fault["kind"] for fault, _ in OUTAGES.values()}
    for name in OUTAGES:
        await storefront.status_becomes(orders[name], "paid")
        assert await storefront.story(orders[name]) == ("paid", [("recheck", "success")]), name


async def test_a_short_fault_is_not_even_noticed(storefront: Storefront) -> None:
    kinds: list[dict[str, Any]] = [
        {"kind": "drop"},
        {"kind": "lost_answer"},
        {"kind": "status", "status": 503},
        {"kind": "expired_token"},
    ]
    for fault in kinds:
        order_id = await storefront.order()
        imp_uid = await storefront.payment(order_id)
        await storefront.control.fault(**fault, path=f"/payments/{imp_uid}", times=1)

        answer = await storefront.complete(imp_uid, order_id)

        assert answer.json()["status"] == "success", fault


async def test_an_answer_of_another_amount_is_a_forgery_for_as_long_as_it_is_given(
    storefront: Storefront,
) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id)
    await storefront.control.fault("wrong_amount", path=f"/payments/{imp_uid}", times=1)

    wrong = await storefront.complete(imp_uid, order_id)
    right = await storefront.complete(imp_uid, order_id)

    assert (wrong.status_code, right.status_code) == (400, 200)


async def test_a_webhook_is_accepted_in_an_outage_and_settled_after_it(
    storefront: Storefront,
) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id)
    await storefront.control.fault("drop", path=f"/payments/{imp_uid}", times=None)

    delivered = await storefront.webhook(imp_uid)
    await storefront.control.clear_faults()

    assert delivered == [200]
    await storefront.status_becomes(order_id, "paid")


async def test_the_redirects_page_says_that_it_is_not_known_yet(storefront: Storefront) -> None:
    order_id = await storefront.order()
    imp_uid = await storefront.payment(order_id)
    await storefront.control.fault("drop", path=f"/payments/{imp_uid}", times=None)

    page = await storefront.arrive(imp_uid, order_id)
    await storefront.control.clear_faults()

    assert page.status_code == 503
    assert "결제는 자동으로 다시 확인됩니다." in page.text


async def test_refused_credentials_are_the_shops_fault_not_the_buyers(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("refused")

    async with open_storefront(folder, PORTONE_V1_API_SECRET="not-the-secret") as storefront:
        order_id = await storefront.order()
        storefront.secrets.add("not-the-secret")
        answer = await storefront.complete(await storefront.payment(order_id), order_id)

    assert (answer.status_code, answer.json()["status"]) == (502, "gatewayRefused")


async def test_a_service_started_without_its_gateway_settles_when_it_comes(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("early")
    sandbox = Sandbox(api_key="late-key-77aa", api_secret="late-secret-77bb")
    async with sandbox.serve() as place:
        port = int(place.base_url.rpartition(":")[2])
    async with (
        SandboxControl(place.base_url) as control,
        AsyncExitStack() as later,
        serving(place, control, folder / "payproof.db") as storefront,
    ):
        ready = await storefront.http.get("/health/ready")
        order_id = await storefront.order()
        answer = await storefront.complete("imp_123456789012", order_id)
        await later.enter_async_context(sandbox.serve(port=port))
        await storefront.payment(order_id, imp_uid="imp_123456789012")
        await storefront.status_becomes(order_id, "paid")

    assert (ready.status_code, answer.status_code) == (200, 503)
