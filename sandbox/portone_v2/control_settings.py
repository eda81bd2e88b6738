"""The control API's verbs on what the vendor's console would hold."""

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import Fields
from sandbox.machinery.front import CONTROL
from sandbox.machinery.outbox import WEBHOOK_MODES
from sandbox.portone_v2.notices import VERSIONS
from sandbox.portone_v2.signing import secrets_in
from sandbox.portone_v2.world import World


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
        """Change the settings that are named; null takes a URL away."""
        fields = await Fields.of(request, *self._world.settings.shown())
        settings = self._world.settings
        allow_remote = self._world.allow_remote
        # Read all before any is changed: a refused request leaves everything as it was.
        mode = fields.word("webhook_mode", WEBHOOK_MODES) or settings.webhook_mode
        version = fields.word("webhook_version", VERSIONS) or settings.webhook_version
        form = fields.flag("webhook_form", default=settings.webhook_form)
        secrets = secrets_in(fields, "webhook_secrets", settings.webhook_secrets)
        timeout_s = fields.seconds("confirm_timeout_s", settings.confirm_timeout_s, high=60)
        webhook_url = fields.url("webhook_url", allow_remote=allow_remote)
        confirm_url = fields.url("confirm_url", allow_remote=allow_remote)
        settings.webhook_mode = mode
        settings.webhook_version = version
        settings.webhook_form = form
        settings.webhook_secrets = secrets
        settings.confirm_timeout_s = timeout_s
        if fields.has("webhook_url"):
            settings.webhook_url = webhook_url
        if fields.has("confirm_url"):
            settings.confirm_url = confirm_url
        return json_answer(settings.shown())
