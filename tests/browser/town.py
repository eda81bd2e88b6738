"""All that `payproof demo --serve` opens, with an eye on what happens there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from entrypoints.cli.demo.service import API_KEY
from entrypoints.cli.demo.street import Street, open_street
from sandbox.portone_v1 import SandboxControl
from tests.support.storefront import until

# Nobody likes to wait.
_SWEEP_EVERY_S = 2


class Town:
    """The open street, and what was said there."""

    def __init__(self, street: Street, control: SandboxControl, said: list[str]) -> None:
        self.street = street
        self.control = control
        self.said = said

    async def status(self, order_id: str) -> str:
        """The order's status, as the shop's backend may read it."""
        key = {"Authorization": f"Bearer {API_KEY}"}
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            answer = await client.get(f"{self.street.service_url}/orders/{order_id}", headers=key)
        return str(answer.json()["status"])

    async def shop_hears(self, event: str, order_id: str) -> None:
        """Waits until the shop has been told."""
        await until(lambda: f"shop: {event} {order_id}" in self.said)


@asynccontextmanager
async def open_town(gateway: str) -> AsyncIterator[Town]:
    """Opens the street, and notes what is said there."""
    said: list[str] = []
    async with (
        open_street(
            lambda who, line: said.append(f"{who}: {line}"),
            gateway=gateway,
            sweep_every_s=_SWEEP_EVERY_S,
        ) as street,
        SandboxControl(street.sandbox_url) as control,
    ):
        yield Town(street, control, said)
