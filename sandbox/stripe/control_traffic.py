"""The control API's verb that sends webhooks: which, to whom, and how they are signed."""

from aiohttp import web

from sandbox.machinery.control_fields import Fields
from sandbox.machinery.sending import Sending
from sandbox.stripe.control_payments import INTENTS_PATH
from sandbox.stripe.events import Event, about
from sandbox.stripe.world import World, paid_kinds


class ControlTraffic:
    """Sends what the vendor would send, and what somebody else would pretend."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [web.post(f"{INTENTS_PATH}/{{id}}/webhook", self.webhook)]

    async def webhook(self, request: web.Request) -> web.Response:
        """Send an event about a payment now, late, several times or never."""
        fields = await Fields.of(
            request, "account", "age_s", "id", "secrets", "type", *Sending.FIELDS
        )
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
        sending = Sending.read(fields, allow_remote=self._world.allow_remote)
        outbox = self._world.outbox
        return await sending.carry_out(
            outbox,
            self._world.settings.webhook_url,
            lambda url: outbox.deliver(
                url,
                lambda: self._world.message(event, secrets, age_s),
                times=sending.times,
                delay_s=sending.delay_s,
            ),
        )
