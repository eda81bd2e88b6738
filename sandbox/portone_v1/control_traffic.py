"""The control API's verbs that send something: webhooks, and the question before approval."""

from dataclasses import asdict

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.outbox import as_form, as_json
from sandbox.portone_v1 import payment as changes
from sandbox.portone_v1.approval import ask_to_go_on, conclude
from sandbox.portone_v1.control_payments import PAYMENTS_PATH
from sandbox.portone_v1.world import World, webhook_of

_LIES = ("imp_uid", "merchant_uid", "status")
_MOST_TIMES = 1000
_LATEST_S = 3600.0


class ControlTraffic:
    """Sends what the vendor would send, and what somebody else would pretend."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.post(f"{PAYMENTS_PATH}/{{imp_uid}}/webhook", self.webhook),
            web.post(f"{PAYMENTS_PATH}/{{imp_uid}}/approve", self.approve),
            web.get("/_sandbox/webhooks", self.sent),
        ]

    async def webhook(self, request: web.Request) -> web.Response:
        """Send a webhook now, late, several times or never; its fields may lie."""
        fields = await Fields.of(request, "url", "form", "times", "delay_s", "never", *_LIES)
        payment = self._world.payment(request.match_info["imp_uid"])
        payload = webhook_of(payment)
        payload |= {name: fields.text(name) for name in _LIES if fields.text(name) is not None}
        times = fields.whole("times", 1, low=1, high=_MOST_TIMES)
        delay_s = fields.seconds("delay_s", 0.0, high=_LATEST_S)
        form = fields.flag("form", default=self._world.settings.webhook_form)
        write = as_form if form else as_json
        named = fields.url("url", allow_remote=self._world.allow_remote)
        if fields.flag("never", default=False):
            return json_answer({"deliveries": [], "scheduled": 0})
        url = named or self._world.notice_urls.get(payment.imp_uid)
        url = url or self._world.settings.webhook_url
        if url is None:
            raise ControlError(400, "url is missing, and no webhook_url is set")
        work = self._world.outbox.deliver(url, lambda: write(payload), times=times, delay_s=delay_s)
        if delay_s:
            self._world.outbox.later(work)
            return json_answer({"deliveries": [], "scheduled": times}, 202)
        return json_answer({"deliveries": await work, "scheduled": 0})

    async def sent(self, request: web.Request) -> web.Response:
        """Show the latest webhooks and how each was received."""
        return json_answer({"webhooks": list(self._world.outbox.sent)})

    async def approve(self, request: web.Request) -> web.Response:
        """Play the moment of approval: ask the shop, then pay, issue the account, or fail."""
        fields = await Fields.of(request, "confirm_url")
        payment = self._world.payment(request.match_info["imp_uid"])
        settings = self._world.settings
        url = (
            fields.url("confirm_url", allow_remote=self._world.allow_remote) or settings.confirm_url
        )
        if payment.status in changes.CLOSED | {"failed"}:
            raise ControlError(409, f"a payment that is {payment.status} cannot be approved")
        if payment.awaits_deposit:
            raise ControlError(409, "the account has already been issued")
        verdict = await ask_to_go_on(self._world, payment, url)
        conclude(self._world, payment, verdict)
        if verdict.approved:
            await self._world.announce(payment)
        return json_answer({**asdict(verdict), "payment": payment.shown()})
