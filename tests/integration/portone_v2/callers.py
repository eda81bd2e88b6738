"""Who talks with the sandbox: the vendor's own kit, and a caller who may send what no kit would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from portone_server_sdk.payment import PaymentClient

from sandbox.machinery.exact_json import dumps, loads
from sandbox.portone_v2 import RunningSandbox


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.body["type"]


class Caller:
    def __init__(self, session: ClientSession, running: RunningSandbox) -> None:
        self.session = session
        self.running = running
        self.authorisation = f"PortOne {running.api_secret}"

    async def call(self, method: str, path: str, body: Any = None, **query: str) -> Answer:
        data = body if body is None or isinstance(body, bytes) else dumps(body)
        async with self.session.request(
            method,
            f"{self.running.base_url}{path}",
            data=data,
            params=query,
            headers={"Authorization": self.authorisation},
        ) as response:
            return Answer(response.status, loads(await response.read()))

    async def listed(self, **filter_: Any) -> Answer:
        body = {"page": {"number": 0, "size": 100}, "filter": filter_}
        return await self.call("GET", "/payments", requestBody=dumps(body).decode())


@asynccontextmanager
async def open_kit(running: RunningSandbox) -> AsyncIterator[PaymentClient]:
    """The vendor's own kit, which never closes its connections by itself."""
    kit = PaymentClient(
        secret=running.api_secret, base_url=running.base_url, store_id=running.store_id
    )
    try:
        yield kit
    finally:
        for part in (kit, *vars(kit).values()):
            if hasattr(part, "_async_client"):
                await part._async_client.aclose()
                part._sync_client.close()
