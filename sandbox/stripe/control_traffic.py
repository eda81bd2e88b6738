"""The control API's verbs on webhooks and settings: what is sent, to whom, and how it is signed."""

from typing import Any, Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.outbox import WEBHOOK_MODES
from sandbox.stripe.control_payments import INTENTS_PATH
from sandbox.stripe.events import Event, about
from sandbox.stripe.world import World, paid_kinds

_MOST_TIMES: Final = 1000
_LATEST_S: Final = 3600.0
_REFUND_STATUSES: Final = frozenset({"succeeded", "pending", "requires_action"})


class ControlTraffic:
    """Sends what the vendor would send, and what somebody else would pretend."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.post(f"{INTENTS_PATH}/{{id}}/webhook", self.webhook),
            web.get("/_sandbox/webhooks", self.sent),
            web.get("/_sandbox/settings", self.settings),
            web.put("/_sandbox/settings", self.change_settings),
        ]

    async def webhook(self, request: web.Request) -> web.Response:
        """Send an event about a payment now, late, several times or never."""
        fields = await Fields.of(
            request,
            "account", "age_s", "delay_s", "id", "never", "secrets", "times", "type", "url",
        )  # fmt: skip
        intent = self._world.intent(request.match_info["id"])
        kind = fields.text("type", limit=100) or paid_kinds(intent)[-1]
        number = len(self._world.ledger.events) + len(self._world.outbox.sent) + 1
        event = Event(
            event_id=fields.text("id", limit=200) or f"evt_sent{number:020d}",
            kind=kind,
            created=self._world.clock.now(),
            about=about(kind, intent, intent.refunds[-1] if intent.refunds else None),
            livemode=intent.livemode,
            account=fields.text("account", limit=60),
        )
        secrets = sorted(fields.names("secrets")) if fields.has("secrets") else None
        age_s = fields.whole("age_s", 0, low=-(10**6), high=10**6)
        times = fields.whole("times", 1, low=1, high=_MOST_TIMES)
        delay_s = fields.seconds("delay_s", 0.0, high=_LATEST_S)
        url = fields.url("url", allow_remote=self._world.allow_remote)
        url = url or self._world.settings.webhook_url
        if fields.flag("never", default=False):
            return json_answer({"deliveries": [], "scheduled": 0})
        if url is None:
            raise ControlError(400, "url is missing, and no webhook_url is set")
        work = self._world.outbox.deliver(
            url, lambda: self._world.message(event, secrets, age_s), times=times, delay_s=delay_s
        )
        if delay_s:
            self._world.outbox.later(work)
            return json_answer({"deliveries": [], "scheduled": times}, 202)
        return json_answer({"deliveries": await work, "scheduled": 0})

    async def sent(self, request: web.Request) -> web.Response:
        """Show the latest webhooks and how each was received."""
        return json_answer({"webhooks": list(self._world.outbox.sent)})

    async def settings(self, request: web.Request) -> web.Response:
        """Show the settings."""
        return json_answer(self._world.settings.shown())

    async def change_settings(self, request: web.Request) -> web.Response:
        """Change the settings that are named; null takes the URL away."""
        fields = await Fields.of(request, *self._world.settings.shown())
        settings = self._world.settings
        # Read all before any is changed: a refused request leaves everything as it was.
        changes: dict[str, Any] = {
            "webhook_mode": fields.word("webhook_mode", WEBHOOK_MODES),
            "refund_status": fields.word("refund_status", _REFUND_STATUSES),
            "webhook_secrets": sorted(fields.names("webhook_secrets")) or None,
        }
        url = fields.url("webhook_url", allow_remote=self._world.allow_remote)
        for name, value in changes.items():
            if value is not None:
                setattr(settings, name, value)
        if fields.has("webhook_url"):
            settings.webhook_url = url
        return json_answer(settings.shown())
