"""The control API's verbs that send webhooks: the vendor's, and what somebody else pretends."""

import asyncio
from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import Fields
from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.front import CONTROL
from sandbox.machinery.sending import Sending
from sandbox.toss.control_payments import PAYMENTS_PATH
from sandbox.toss.webhooks import EVENTS, STATUS_CHANGED, payload_of
from sandbox.toss.world import World

_LIES: Final = ("paymentKey", "orderId", "status", "secret")


class ControlTraffic:
    """Sends webhooks now, late, several times or never; their fields may lie."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.post(f"{PAYMENTS_PATH}/{{paymentKey}}/webhook", self.webhook),
            web.post(f"{CONTROL}/webhooks/due", self.send_due),
        ]

    async def webhook(self, request: web.Request) -> web.Response:
        """Send a webhook about a payment."""
        fields = await Fields.of(request, "event", "transmission_id", *Sending.FIELDS, *_LIES)
        event = fields.word("event", EVENTS) or STATUS_CHANGED
        payment = self._world.payment(request.match_info["paymentKey"])
        payload = payload_of(event, payment, self._world.clock.now())
        inner = payload["data"] if event == STATUS_CHANGED else payload
        inner |= fields.texts(*_LIES)
        sending = Sending.read(fields, allow_remote=self._world.allow_remote)
        named = fields.text("transmission_id", limit=200)
        return await sending.carry_out(
            self._world.outbox,
            self._world.settings.webhook_url,
            lambda url: self._send(url, payload, named, sending),
        )

    async def send_due(self, request: web.Request) -> web.Response:
        """Try again whatever failed and is due by the sandbox's clock."""
        return json_answer({"deliveries": await self._world.courier.send_due()})

    async def _send(
        self, url: str, payload: JsonObject, named: str | None, sending: Sending
    ) -> list[JsonObject]:
        await asyncio.sleep(sending.delay_s)
        transmission = self._world.courier.address(url, payload, named)
        return [await self._world.courier.send(transmission) for _ in range(sending.times)]
