"""The control API's verbs that send something: webhooks, and the question before approval."""

from collections.abc import Coroutine
from dataclasses import asdict
from typing import Any, Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.exact_json import JsonObject
from sandbox.machinery.outbox import Message
from sandbox.machinery.sending import Sending
from sandbox.portone_v2 import notices, words
from sandbox.portone_v2 import payment as changes
from sandbox.portone_v2.approval import ask_to_go_on, conclude
from sandbox.portone_v2.control_payments import PAYMENTS_PATH
from sandbox.portone_v2.payment import Payment
from sandbox.portone_v2.signing import Seal, secrets_in
from sandbox.portone_v2.world import World

_LIES: Final = ("type", "store_id", "payment_id", "transaction_id")
_OPTIONS: Final = ("webhook_id", "secrets", "skew_s", "raw", "version", "form")
_FURTHEST_S: Final = 10**9


class ControlTraffic:
    """Sends what the vendor would send, and what somebody else would pretend."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.post(f"{PAYMENTS_PATH}/{{payment_id}}/webhook", self.webhook),
            web.post(f"{PAYMENTS_PATH}/{{payment_id}}/approve", self.approve),
        ]

    async def webhook(self, request: web.Request) -> web.Response:
        """Send a webhook now, late, several times or never; it may lie, or be badly signed."""
        fields = await Fields.of(request, *_OPTIONS, *Sending.FIELDS, *_LIES)
        payment = self._world.payment(request.match_info["payment_id"])
        sending = Sending.read(fields, allow_remote=self._world.allow_remote)
        message = self._message(fields, payment)
        secrets = secrets_in(fields, "secrets", self._world.settings.webhook_secrets)
        skew_s = fields.whole("skew_s", 0, low=-_FURTHEST_S, high=_FURTHEST_S)
        named = fields.text("webhook_id")
        outbox = self._world.outbox

        def send(url: str) -> Coroutine[Any, Any, list[JsonObject]]:
            webhook_id = named or self._world.new_webhook_id()
            self._world.note(payment, webhook_id, url)

            def write() -> Message:
                at = self._world.clock.now() + skew_s
                return Seal(webhook_id=webhook_id, secrets=secrets, at=at).sign(message)

            return outbox.deliver(url, write, times=sending.times, delay_s=sending.delay_s)

        return await sending.carry_out(outbox, self._world.webhook_url_of(payment), send)

    async def approve(self, request: web.Request) -> web.Response:
        """Play the moment of approval: ask the shop, then pay, issue the account, or fail."""
        fields = await Fields.of(request, "confirm_url", "version")
        payment = self._world.payment(request.match_info["payment_id"])
        settings = self._world.settings
        allow_remote = self._world.allow_remote
        url = fields.url("confirm_url", allow_remote=allow_remote) or settings.confirm_url
        version = fields.word("version", notices.VERSIONS) or settings.webhook_version
        if payment.status not in changes.OPEN - {words.FAILED}:
            raise ControlError(409, f"a payment that is {payment.status} cannot be approved")
        verdict = await ask_to_go_on(self._world, payment, url, version=version)
        conclude(self._world, payment, verdict)
        await self._world.announce(payment)
        return json_answer({**asdict(verdict), "payment": payment.shown()})

    def _message(self, fields: Fields, payment: Payment) -> Message:
        raw = fields.text("raw", limit=1_000_000)
        if raw is not None:
            return notices.raw(raw)
        settings = self._world.settings
        return notices.about(
            payment,
            version=fields.word("version", notices.VERSIONS) or settings.webhook_version,
            form=fields.flag("form", default=settings.webhook_form),
            now=self._world.clock.now(),
            lies=fields.texts(*_LIES),
        )
