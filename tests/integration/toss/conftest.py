"""A running sandbox, and who talks with it."""

from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession

from sandbox.machinery.exact_json import loads
from sandbox.toss import RunningSandbox, Sandbox, SandboxControl
from tests.integration.sandboxes import control_of, running_of


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["code"])


class Vendor:
    """A client of the vendor's API; JSON comes back with exact numbers."""

    def __init__(self, session: ClientSession, running: RunningSandbox) -> None:
        self.session = session
        self.base_url = running.base_url
        self.key = running.live_key

    async def call(self, method: str, path: str, **options: Any) -> Answer:
        packed = b64encode(f"{self.key}:".encode()).decode()
        options["headers"] = {"Authorization": f"Basic {packed}"} | options.get("headers", {})
        async with self.session.request(method, f"{self.base_url}{path}", **options) as response:
            return Answer(response.status, loads(await response.read()))

    async def get(self, path: str, **query: Any) -> Answer:
        return await self.call("GET", path, params=query)

    async def confirm(
        self, payment: dict[str, Any], *, key: str | None = None, **changes: Any
    ) -> Answer:
        body = {
            "paymentKey": payment["paymentKey"],
            "orderId": payment["orderId"],
            "amount": payment["totalAmount"],
        }
        headers = {} if key is None else {"Idempotency-Key": key}
        return await self.call("POST", "/v1/payments/confirm", json=body | changes, headers=headers)

    async def cancel(
        self,
        payment: dict[str, Any],
        *,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> Answer:
        path = f"/v1/payments/{payment['paymentKey']}/cancel"
        headers = dict(headers or {}) if key is None else {"Idempotency-Key": key}
        whole = {"cancelReason": "고객 변심"} | body
        return await self.call("POST", path, json=whole, headers=headers)


async def agreed(control: SandboxControl, **options: Any) -> dict[str, Any]:
    """A payment that its buyer has allowed, and that waits for the shop's word."""
    payment = await control.create_payment("order-1", 1000, **options)
    return await control.authenticate(payment["paymentKey"])


running = running_of(Sandbox)
control = control_of(SandboxControl)


@pytest.fixture
async def vendor(running: RunningSandbox) -> AsyncIterator[Vendor]:
    async with ClientSession() as session:
        yield Vendor(session, running)
