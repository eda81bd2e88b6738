"""A shop, its buyers and PortOne, all before one running service."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from sandbox.portone_v1 import RunningSandbox, Sandbox, SandboxControl
from tests.support.service import API_KEY, PHONE, Program, running, settings_for

# What happens by itself happens at latest some seconds on; the rest is patience with slow machines.
SEEN_WITHIN_S = 60
_BY_SHOP = {"Authorization": f"Bearer {API_KEY}"}
_numbers = count(1)


class Storefront:
    """What shop, buyer and gateway do. Each order gets an id of its own."""

    def __init__(
        self, service: Program, url: str, control: SandboxControl, secrets: set[str]
    ) -> None:
        self.service = service
        self.url = url
        self.control = control
        self.secrets = secrets
        self.client_tokens: dict[str, str] = {}
        self.http = httpx.AsyncClient(
            base_url=url, trust_env=False, timeout=60, limits=httpx.Limits(max_connections=None)
        )

    async def order(self, amount: int | str = 1000, currency: str = "KRW", **more: Any) -> str:
        """The shop registers an order of a customer with a phone; gives its id."""
        order_id = str(more.get("order_id", f"order-{next(_numbers)}"))
        body = {
            "order_id": order_id,
            "amount": amount,
            "currency": currency,
            "name": "꽃다발",
            "customer": {"id": f"customer-of-{order_id}", "phone": PHONE},
            **more,
        }
        answer = await self.http.post("/orders", json=body, headers=_BY_SHOP)
        assert answer.status_code == 201, answer.text
        self.client_tokens[order_id] = answer.json()["client_token"]
        self.secrets.add(self.client_tokens[order_id])
        return order_id

    async def payment(self, order_id: str, amount: int | str = 1000, **more: Any) -> str:
        """A payment is opened at PortOne (paid, unless told otherwise); gives its imp_uid."""
        opened = await self.control.create_payment(order_id, amount, **{"status": "paid", **more})
        return str(opened["imp_uid"])

    async def paid_order(self, amount: int = 1000) -> tuple[str, str]:
        """An order with a payment that is paid and shown by the browser."""
        order_id = await self.order(amount)
        imp_uid = await self.payment(order_id, amount)
        answer = await self.complete(imp_uid, order_id)
        assert answer.status_code == 200, answer.text
        return order_id, imp_uid

    async def complete(self, imp_uid: str, order_id: str, **more: Any) -> httpx.Response:
        """The buyer's browser says it has paid."""
        body = {"imp_uid": imp_uid, "merchant_uid": order_id, **more}
        return await self.http.post("/payments/complete", json=body)

    async def arrive(self, imp_uid: str, order_id: str, **more: str) -> httpx.Response:
        """The buyer's phone comes back from the payment app."""
        query = {"imp_uid": imp_uid, "merchant_uid": order_id, **more}
        return await self.http.get("/payments/redirect", params=query)

    async def webhook(self, imp_uid: str, **options: Any) -> list[int | None]:
        """PortOne sends its webhook; gives the HTTP status of each delivery."""
        url = f"{self.url}/webhooks/portone-v1"
        deliveries = await self.control.webhook(imp_uid, url=url, **options)
        return [delivery.get("status_code") for delivery in deliveries]

    async def read(self, order_id: str) -> dict[str, Any]:
        """The order, as the shop's backend reads it."""
        answer = await self.http.get(f"/orders/{order_id}", headers=_BY_SHOP)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def waiting_accounts(self, order_id: str) -> list[dict[str, Any]]:
        """The accounts that the order's customer has still to pay into."""
        path = f"/customers/customer-of-{order_id}/virtual-accounts"
        answer = await self.http.get(path, headers=_BY_SHOP)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["virtual_accounts"])

    async def story(self, order_id: str) -> tuple[str, list[tuple[str, str]]]:
        """The order's status, and who made us look and what came of it, in order."""
        order = await self.read(order_id)
        return order["status"], [(entry["trigger"], entry["outcome"]) for entry in order["history"]]

    async def status_becomes(self, order_id: str, wanted: str) -> None:
        """Waits until the order has that status."""

        async def has_it() -> bool:
            return bool((await self.read(order_id))["status"] == wanted)

        await until(has_it)

    async def printed_about(self, order_id: str, *, at_least: int = 1) -> list[str]:
        """The headlines of what the service told people about the order, once there are so many."""

        await until(lambda: len(self._headlines(order_id)) >= at_least)
        return self._headlines(order_id)

    async def lookups(self, imp_uid: str) -> int:
        """How often the service has asked PortOne about this payment."""
        recent = (await self.control.calls())["recent"]
        return sum(call["path"] == f"/payments/{imp_uid}" for call in recent)

    async def token_requests(self) -> int:
        """How often the service has asked PortOne for an access token."""
        calls = (await self.control.calls())["by_endpoint"]
        return int(calls.get("POST /users/getToken", 0))

    def _headlines(self, order_id: str) -> list[str]:
        return [line for line in self.service.printed if f"/{order_id}/" in line]


async def until(arrived: Callable[[], bool | Awaitable[bool]]) -> None:
    """Waits until something is so; fails when it takes too long."""
    async with asyncio.timeout(SEEN_WITHIN_S):
        while True:
            answer = arrived()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.05)


@asynccontextmanager
async def open_sandbox() -> AsyncIterator[tuple[RunningSandbox, SandboxControl]]:
    """PortOne, served in the test's own loop."""
    sandbox = Sandbox(api_key="portone-key-52c7", api_secret="portone-secret-a90e")
    async with sandbox.serve() as place, SandboxControl(place.base_url) as control:
        yield place, control


@asynccontextmanager
async def open_storefront(folder: Path, **settings: str) -> AsyncIterator[Storefront]:
    """A service on an empty database, with a sandbox of its own."""
    async with (
        open_sandbox() as (place, control),
        serving(place, control, folder / "payproof.db", **settings) as storefront,
    ):
        yield storefront


@asynccontextmanager
async def serving(
    place: RunningSandbox, control: SandboxControl, database: Path, **settings: str
) -> AsyncIterator[Storefront]:
    """A service on that database; at its end it must not have said any secret it knows."""
    secrets = {API_KEY, place.api_key, place.api_secret}
    environment = settings_for(place, database, **settings)
    async with running(
        "serve", "--port", "0", settings=environment, secrets=secrets, folder=database.parent
    ) as service:
        storefront = Storefront(service, await service.address(), control, secrets)
        try:
            yield storefront
        finally:
            await storefront.http.aclose()
        secrets.add(await _access_token(place))


async def _access_token(place: RunningSandbox) -> str:
    """The token the service has used: until it runs out, everybody is given the same."""
    keys = {"imp_key": place.api_key, "imp_secret": place.api_secret}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{place.base_url}/users/getToken", json=keys)
    return str(answer.json()["response"]["access_token"])
