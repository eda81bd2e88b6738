"""The control API's verbs on what a vendor's console holds and shows: settings, and webhooks."""

from dataclasses import asdict
from typing import Generic, TypeVar

from aiohttp import web

from sandbox.machinery.answers import json_answer
from sandbox.machinery.control_fields import Fields
from sandbox.machinery.front import CONTROL
from sandbox.machinery.sending_stage import SendingStage, Settings

_Settings = TypeVar("_Settings", bound=Settings)


class ControlConsole(Generic[_Settings]):
    """Shows and changes the settings, and shows what was sent."""

    def __init__(self, stage: SendingStage[_Settings]) -> None:
        """Act on this world."""
        self._stage = stage

    def routes(self) -> list[web.RouteDef]:
        """List the endpoints."""
        return [
            web.get(f"{CONTROL}/settings", self.settings),
            web.put(f"{CONTROL}/settings", self.change_settings),
            web.get(f"{CONTROL}/webhooks", self.sent),
        ]

    async def settings(self, request: web.Request) -> web.Response:
        """Show the settings."""
        return json_answer(asdict(self._stage.settings))

    async def change_settings(self, request: web.Request) -> web.Response:
        """Change the settings that are named; a refused request leaves all as they were."""
        fields = await Fields.of(request, *asdict(self._stage.settings))
        allow_remote = self._stage.allow_remote
        self._stage.settings = self._stage.settings.changed(fields, allow_remote=allow_remote)
        return await self.settings(request)

    async def sent(self, request: web.Request) -> web.Response:
        """Show the latest webhooks and how each was received."""
        return json_answer({"webhooks": list(self._stage.outbox.sent)})
