"""The control API's verbs that send webhooks: the vendor's, and what somebody else pretends."""

import asyncio
from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.front import CONTROL
from sandbox.toss.control_payments import PAYMENTS_PATH
from sandbox.toss.webhooks import EVENTS, STATUS_CHANGED, payload_of
from sandbox.toss.world import World

_LIES: Final = ("paymentKey", "orderId", "status", "secret")
_MOST_TIMES: Final = 1000
_LATEST_S: Final = 3600.0


class ControlTraffic:
    """Sends webhooks now, late, several times or never; their fields may lie."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.post(f"{PAYMENTS_PATH}/{{paymentKey}}/webhook", self.webhook),
            web.get(f"{CONTROL}/webhooks", self.sent),
            web.post(f"{CONTROL}/webhooks/due", self.send_due),
        ]

    async def webhook(self, request: web.Request) -> web.Response:
        """Send a webhook about a payment."""
        fields = await Fields.of(
            request, "event", "url", "times", "delay_s", "never", "transmission_id", *_LIES
        )
        event = fields.word("event", EVENTS) or STATUS_CHANGED
        payment = self._world.payment(request.match_info["paymentKey"])
        payload = payload_of(event, payment, self._world.clock.now())
        lies = {name: fields.text(name) for name in _LIES if fields.text(name) is not None}
        inner = payload["data"] if event == STATUS_CHANGED else payload
        inner |= lies
        times = fields.whole("times", 1, low=1, high=_MOST_TIMES)
        delay_s = fields.seconds("delay_s", 0.0, high=_LATEST_S)
        named = fields.text("transmission_id", limit=200)
        url = fields.url("url", allow_remote=self._world.allow_remote)
        url = url or self._world.settings.webhook_url
        if fields.flag("never", default=False):
            return json_answer({"deliveries": [], "scheduled": 0})
        if url is None:
            raise ControlError(400, "url is missing, and no webhook_url is set")
        work = self._send(url, payload, named, times, delay_s)
        if delay_s:
            self._world.outbox.later(work)
            return json_answer({"deliveries": [], "scheduled": times}, 202)
        return json_answer({"deliveries": await work, "scheduled": 0})

    async def sent(self, request: web.Request) -> web.Response:
        """Show the latest webhooks and how each was received."""
        return json_answer({"webhooks": list(self._world.outbox.sent)})

    async def send_due(self, request: web.Request) -> web.Response:
        """Try again whatever failed and is due by the sandbox's clock."""
        return json_answer({"deliveries": await self._world.courier.send_due()})

    async def _send(
        self, url: str, payload: JsonObject, named: str | None, times: int, delay_s: float
    ) -> list[JsonObject]:
        await asyncio.sleep(delay_s)
        transmission = self._world.courier.address(url, payload, named)
        return [await self._world.courier.send(transmission) for _ in range(times)]
