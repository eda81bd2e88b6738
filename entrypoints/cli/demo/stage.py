"""Where the demo plays: a sandbox, a real service process, and the shop and buyer before them."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import httpx

from entrypoints.cli.demo.program import StageFailed
from entrypoints.cli.demo.service import API_KEY, running_service
from entrypoints.cli.stand_ins import STAND_INS
from sandbox.portone_v1 import SandboxControl

_SEEN_WITHIN_S = 12


class Stage:
    """What the acts use. The service is a process of its own, seen over HTTP and by its output."""

    def __init__(
        self, sandbox_url: str, service_url: str, control: SandboxControl, printed: list[str]
    ) -> None:
        self.sandbox_url = sandbox_url
        self.service_url = service_url
        self.control = control
        self._printed = printed
        self._browser = httpx.AsyncClient(base_url=service_url, trust_env=False, timeout=15)

    async def aclose(self) -> None:
        await self._browser.aclose()

    async def order(self, order_id: str, amount: int, name: str) -> None:
        """The shop's backend registers an order."""
        body = {
            "order_id": order_id,
            "amount": amount,
            "currency": "KRW",
            "name": name,
            "customer": {"id": "customer-1", "phone": "010-0000-5678", "locale": "ko"},
        }
        answer = await self._browser.post("/orders", json=body, headers=_shop())
        if answer.status_code != 201:
            raise StageFailed(f"the order was not registered: {answer.text}")

    async def complete(self, imp_uid: str, order_id: str) -> tuple[int, str]:
        """The buyer's browser says it has paid; gives the HTTP status and the answer's sentence."""
        answer = await self._browser.post(
            "/payments/complete", json={"imp_uid": imp_uid, "merchant_uid": order_id}
        )
        return answer.status_code, _sentence(answer)

    async def return_by_redirect(self, imp_uid: str, order_id: str) -> int:
        """The buyer's phone comes back from the payment app."""
        answer = await self._browser.get(
            "/payments/redirect",
            params={"imp_uid": imp_uid, "merchant_uid": order_id, "imp_success": "true"},
        )
        return answer.status_code

    async def status(self, order_id: str) -> str:
        """The order's status, as the shop's backend reads it."""
        answer = await self._browser.get(f"/orders/{order_id}", headers=_shop())
        return str(answer.json().get("status"))

    async def status_becomes(self, order_id: str, wanted: str) -> str:
        """The order's status, given the time to become the wanted one by itself."""

        async def arrived() -> bool:
            return await self.status(order_id) == wanted

        await self._within(arrived)
        return await self.status(order_id)

    async def webhook(self, imp_uid: str, **lies: Any) -> int:
        """PortOne sends its webhook; gives the HTTP status it was answered with."""
        deliveries = await self.control.webhook(
            imp_uid, url=f"{self.service_url}/webhooks/portone-v1", lies=lies
        )
        return int(deliveries[0].get("status_code", 0))

    async def lookups(self) -> int:
        """How often the service has asked the gateway about a payment so far."""
        calls = (await self.control.calls())["by_endpoint"]
        return int(calls.get("GET /payments/{imp_uid}", 0))

    async def message_about(self, order_id: str) -> bool:
        """Whether the service printed a message to a person about the order, soon enough."""

        async def printed() -> bool:
            return any(order_id in line for line in self._printed)

        return await self._within(printed)

    def messages(self) -> list[str]:
        """Everything the service printed for people."""
        return list(self._printed)

    async def _within(self, arrived: Callable[[], Awaitable[bool]]) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(_SEEN_WITHIN_S):
                while not await arrived():  # noqa: ASYNC110 - it happens in another process
                    await asyncio.sleep(0.05)
                return True
        return False


@asynccontextmanager
async def open_stage() -> AsyncIterator[Stage]:
    """Starts everything on free loopback ports, and stops it again."""
    async with AsyncExitStack() as stack:
        stand_in = await stack.enter_async_context(STAND_INS["portone-v1"](0))
        control = await stack.enter_async_context(SandboxControl(stand_in.base_url))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="payproof-demo-"))
        printed: list[str] = []
        _, service_url = await stack.enter_async_context(
            running_service(dict(stand_in.settings), folder, printed.append)
        )
        await control.settings(confirm_url=f"{service_url}/confirm/portone-v1")
        stage = Stage(stand_in.base_url, service_url, control, printed)
        stack.push_async_callback(stage.aclose)
        yield stage


def _shop() -> dict[str, str]:
    return {"Authorization": f"Bearer {API_KEY}"}


def _sentence(answer: httpx.Response) -> str:
    body = answer.json()
    return f"{body.get('status')}: {body.get('message')}"
