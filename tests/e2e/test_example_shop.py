"""The example shop as it lies there: whom it believes, and what it lets its page load."""

import json
import os
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hmac import digest
from pathlib import Path

import httpx
import pytest

from entrypoints.cli.demo.program import running_program

FOLDER = Path(__file__).parents[2] / "examples" / "shop"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EVENT = {"type": "order.paid", "data": {"order_id": "shop-1"}}


class Shop:
    def __init__(self, http: httpx.AsyncClient, said: list[str]) -> None:
        self.http = http
        self.said = said

    async def told(self, body: bytes, headers: dict[str, bytes]) -> int:
        raw = [(name.encode(), text) for name, text in headers.items()]
        return (await self.http.post("/events", content=body, headers=raw)).status_code


@asynccontextmanager
async def open_shop(**settings: str) -> AsyncIterator[Shop]:
    """A shop whose payproof is out of reach."""
    said: list[str] = []
    usual = {
        "SHOP_PORT": "0",
        "SHOP_PAYPROOF_URL": "http://127.0.0.1:1",
        "SHOP_PAYPROOF_KEY": "shop-key",
        "SHOP_EVENT_SECRET": SECRET,
        "SHOP_MERCHANT_CODE": "imp12345678",
    }
    environment = dict(os.environ) | {"PYTHONUNBUFFERED": "1"} | usual | settings
    shop = str(FOLDER / "shop.py")
    async with (
        running_program(
            "the shop", sys.executable, shop, environment=environment, tell=said.append
        ) as (_, url),
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as http,
    ):
        yield Shop(http, said)


@pytest.fixture(scope="module")
async def shop() -> AsyncIterator[Shop]:
    async with open_shop() as shop:
        yield shop


def signed(body: bytes, event_id: str, *, at_s: float | None = None) -> dict[str, bytes]:
    at = str(int(time.time() if at_s is None else at_s))
    mac = digest(
        b64decode(SECRET.removeprefix("whsec_")), f"{event_id}.{at}.".encode() + body, "sha256"
    )
    return {
        "webhook-id": event_id.encode(),
        "webhook-timestamp": at.encode(),
        "webhook-signature": b"v1," + b64encode(mac),
    }


def test_the_backend_has_forty_lines() -> None:
    text = (FOLDER / "shop.py").read_text(encoding="utf-8")
    after_imports = text[text.index("PAYPROOF =") :].splitlines()
    lines = [line for line in after_imports if line.strip() and not line.strip().startswith('"""')]

    assert len(lines) <= 40


async def test_an_event_counts_once(shop: Shop) -> None:
    body = json.dumps(EVENT).encode()

    statuses = [await shop.told(body, signed(body, "evt_1")) for _ in range(2)]

    assert statuses == [204, 204]
    assert shop.said.count("order.paid shop-1") == 1


@pytest.mark.parametrize(
    "spoiled",
    [
        {"webhook-signature": b"v1,AAAA"},
        {"webhook-signature": b"v1,\xff"},
        {"webhook-id": b"evt_other"},
        {"webhook-timestamp": b"soon"},
        {},
    ],
)
async def test_nobody_else_is_believed(shop: Shop, spoiled: dict[str, bytes]) -> None:
    body = json.dumps(EVENT).encode()
    headers = {**signed(body, "evt_2"), **spoiled} if spoiled else {}

    assert await shop.told(body, headers) == 401


async def test_an_old_event_is_not_believed(shop: Shop) -> None:
    body = json.dumps(EVENT).encode()

    assert await shop.told(body, signed(body, "evt_3", at_s=time.time() - 3600)) == 401


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"phone": "1", "goods": "moon"}'])
async def test_it_sells_nothing_that_it_does_not_have(shop: Shop, body: bytes) -> None:
    answer = await shop.http.post("/orders", content=body)

    assert (answer.status_code, answer.json()) == (400, {"status": "invalidRequest"})


async def test_no_answer_from_payproof_is_not_a_no(shop: Shop) -> None:
    answer = await shop.http.post("/payments/complete", json={})

    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


async def test_its_backend_opens_payments_at_stripe_for_its_own_orders_alone() -> None:
    async with open_shop(SHOP_GATEWAY="stripe", SHOP_STRIPE_KEY="sk_live_1") as shop:
        unknown = [await shop.http.post("/stripe/payment", content=it) for it in (b"", b"[1]")]
        out_of_reach = await shop.http.post(
            "/stripe/payment", json={"order_id": "shop-0123456789ab"}
        )

    assert [answer.status_code for answer in unknown] == [404, 404]
    assert (out_of_reach.status_code, out_of_reach.json()) == (503, {"status": "unavailable"})


@pytest.mark.parametrize(
    ("wanted", "language"), [("ko-KR,ko;q=0.9", "ko"), ("fr,ko;q=0.8", "en"), ("en", "en")]
)
async def test_it_speaks_the_first_language_of_the_browser(
    shop: Shop, wanted: str, language: str
) -> None:
    page = await shop.http.get("/", headers={"Accept-Language": wanted})

    assert f'<html lang="{language}">' in page.text


async def test_only_script_and_code_differ_with_the_real_gateway(shop: Shop) -> None:
    script = "http://127.0.0.1:8090/_checkout/script.js"

    real = await shop.http.get("/")
    async with open_shop(SHOP_SCRIPT_URL=script, SHOP_MERCHANT_CODE="imp00000000") as other:
        trial = await other.http.get("/")

    lines = zip(real.text.splitlines(), trial.text.splitlines(), strict=True)
    differing = [line.strip() for pair in lines if len(set(pair)) > 1 for line in pair]
    assert differing == [
        '<script src="https://cdn.iamport.kr/v1/iamport.js"></script>',
        f'<script src="{script}"></script>',
        '<body data-gateway="portone-v1" data-merchant-code="imp12345678" data-channel-key="">',
        '<body data-gateway="portone-v1" data-merchant-code="imp00000000" data-channel-key="">',
    ]
    policies = [page.headers["Content-Security-Policy"] for page in (real, trial)]
    # The scripts of card companies come from anywhere, and are written in any way.
    assert "-src" not in policies[0]
    assert "https:" not in policies[1]
    assert "script-src 'self' http://127.0.0.1:8090;" in policies[1]
    assert all("frame-ancestors 'none'" in policy for policy in policies)
