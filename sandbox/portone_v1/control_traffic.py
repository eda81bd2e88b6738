"""The control API's verbs that send something: webhooks, and the question before approval."""

from dataclasses import asdict

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.outbox import as_form, as_json
from sandbox.machinery.sending import Sending
from sandbox.portone_v1 import payment as changes
from sandbox.portone_v1.approval import ask_to_go_on, conclude
from sandbox.portone_v1.control_payments import PAYMENTS_PATH
from sandbox.portone_v1.world import World, webhook_of

_LIES = ("imp_uid", "merchant_uid", "status")


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
        ]

    async def webhook(self, request: web.Request) -> web.Response:
        """Send a webhook now, late, several times or never; its fields may lie."""
        fields = await Fields.of(request, "form", *Sending.FIELDS, *_LIES)
        payment = self._world.payment(request.match_info["imp_uid"])
        payload = webhook_of(payment) | fields.texts(*_LIES)
        sending = Sending.read(fields, allow_remote=self._world.allow_remote)
        form = fields.flag("form", default=self._world.settings.webhook_form)
        write = as_form if form else as_json
        outbox = self._world.outbox
        return await sending.carry_out(
            outbox,
            self._world.webhook_url_of(payment),
            lambda url: outbox.deliver(
                url, lambda: write(payload), times=sending.times, delay_s=sending.delay_s
            ),
        )

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
