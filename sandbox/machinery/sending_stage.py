"""What the worlds are made of whose vendors send webhooks, as their console says."""

from collections.abc import Collection
from dataclasses import Field
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from sandbox.machinery.control_fields import Fields
from sandbox.machinery.fault_effects import Voice
from sandbox.machinery.outbox import Outbox
from sandbox.machinery.stage import Stage


class Settings(Protocol):
    """What one vendor's console would hold, a dataclass: the control API knows its fields."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def webhook_url(self) -> str | None:
        """Where webhooks go."""

    def changed(self, fields: Fields, *, allow_remote: bool) -> Self:
        """Give the settings with those changed that are named; raises ControlError."""


_Settings = TypeVar("_Settings", bound=Settings)


class SendingStage(Stage, Generic[_Settings]):
    """A vendor that sends by itself, to others than this machine only if that is allowed."""

    def __init__(
        self,
        user_agent: str,
        voice: Voice,
        settings: _Settings,
        *,
        allow_remote: bool,
        doors: Collection[str] = (),
        hidden: Collection[str] = (),
    ) -> None:
        """Start with these settings, and come back to them by `reset`."""
        super().__init__(voice, doors=doors, hidden=hidden)
        self.outbox = Outbox(user_agent)
        self.settings = settings
        self.allow_remote = allow_remote
        self._first_settings = settings

    async def reset(self) -> None:
        """Return to the beginning, settings and clock included."""
        await self.outbox.reset()
        await super().reset()
        self.settings = self._first_settings
