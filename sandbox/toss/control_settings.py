"""The control API's verbs on what the vendor's console would hold."""

from typing import Final

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import ControlError, Fields
from sandbox.machinery.front import CONTROL
from sandbox.machinery.outbox import WEBHOOK_MODES
from sandbox.toss.webhooks import EVENTS
from sandbox.toss.world import World

_SLOWEST_S: Final = 60.0


class ControlSettings:
    """Shows and changes the settings."""

    def __init__(self, world: World) -> None:
        """Act on this world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.get(f"{CONTROL}/settings", self.settings),
            web.put(f"{CONTROL}/settings", self.change_settings),
        ]

    async def settings(self, request: web.Request) -> web.Response:
        """Show the settings."""
        return json_answer(self._world.settings.shown())

    async def change_settings(self, request: web.Request) -> web.Response:
        """Change the settings that are named; null takes the URL away."""
        fields = await Fields.of(request, *self._world.settings.shown())
        settings = self._world.settings
        # Read all before any is changed: a refused request leaves everything as it was.
        mode = fields.word("webhook_mode", WEBHOOK_MODES) or settings.webhook_mode
        events = fields.names("webhook_events")
        if events - EVENTS:
            raise ControlError(400, f"webhook_events must be of {', '.join(sorted(EVENTS))}")
        processing_s = fields.seconds("processing_s", settings.processing_s, high=_SLOWEST_S)
        url = fields.url("webhook_url", allow_remote=self._world.allow_remote)
        settings.webhook_mode = mode
        settings.processing_s = processing_s
        if fields.has("webhook_events"):
            settings.webhook_events = sorted(events)
        if fields.has("webhook_url"):
            settings.webhook_url = url
        return json_answer(settings.shown())
