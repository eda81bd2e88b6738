"""The control API's verbs that send something: webhooks, and the question before approval."""

from dataclasses import asdict
from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.front import CONTROL
from sandbox.machinery.outbox import Message
from sandbox.portone_v2 import notices, words
from sandbox.portone_v2 import payment as changes
from sandbox.portone_v2.approval import ask_to_go_on, conclude
from sandbox.portone_v2.control_payments import PAYMENTS_PATH
from sandbox.portone_v2.payment import Payment
from sandbox.portone_v2.signing import Seal, secrets_in
from sandbox.portone_v2.world import World

_LIES: Final = ("type", "store_id", "payment_id", "transaction_id")
_OPTIONS: Final = (
    "url",
    "times",
    "delay_s",
    "never",
    "webhook_id",
    "secrets",
    "skew_s",
    "raw",
    "version",
    "form",
)
_MOST_TIMES: Final = 1000
_LATEST_S: Final = 3600.0
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
            web.get(f"{CONTROL}/webhooks", self.sent),
        ]

    async def webhook(self, request: web.Request) -> web.Response:
        """Send a webhook now, late, several times or never; it may lie, or be badly signed."""
        fields = await Fields.of(request, *_OPTIONS, *_LIES)
        payment = self._world.payment(request.match_info["payment_id"])
        times = fields.whole("times", 1, low=1, high=_MOST_TIMES)
        delay_s = fields.seconds("delay_s", 0.0, high=_LATEST_S)
        named = fields.url("url", allow_remote=self._world.allow_remote)
        message = self._message(fields, payment)
        secrets = secrets_in(fields, "secrets", self._world.settings.webhook_secrets)
        skew_s = fields.whole("skew_s", 0, low=-_FURTHEST_S, high=_FURTHEST_S)
        if fields.flag("never", default=False):
            return json_answer({"deliveries": [], "scheduled": 0})
        url = named or self._world.notice_urls.get(payment.payment_id)
        url = url or self._world.settings.webhook_url
        if url is None:
            raise ControlError(400, "url is missing, and no webhook_url is set")
        webhook_id = fields.text("webhook_id") or self._world.new_webhook_id()
        self._world.note(payment, webhook_id, url)

        def write() -> Message:
            at = self._world.clock.now() + skew_s
            return Seal(webhook_id=webhook_id, secrets=secrets, at=at).sign(message)

        work = self._world.outbox.deliver(url, write, times=times, delay_s=delay_s)
        if delay_s:
            self._world.outbox.later(work)
            return json_answer({"deliveries": [], "scheduled": times}, 202)
        return json_answer({"deliveries": await work, "scheduled": 0})

    async def sent(self, request: web.Request) -> web.Response:
        """Show the latest webhooks and how each was received."""
        return json_answer({"webhooks": list(self._world.outbox.sent)})

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
        lies = {name: text for name in _LIES if (text := fields.text(name)) is not None}
        settings = self._world.settings
        return notices.about(
            payment,
            version=fields.word("version", notices.VERSIONS) or settings.webhook_version,
            form=fields.flag("form", default=settings.webhook_form),
            now=self._world.clock.now(),
            lies=lies,
        )
