"""Webhooks that were dealt with, by the sender's own ids, so that a repeat costs no look.

The console remembers here, under its own name, the sessions that were logged out of.
"""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.identifiers import check_delivery_id, check_gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWebhook:
    """One message of a gateway, and when it was first dealt with."""

    gateway: str
    delivery_id: str
    seen_at: datetime

    def __post_init__(self) -> None:
        check_gateway(self.gateway)
        check_delivery_id(self.delivery_id)


class SeenWebhooks(Protocol):
    """Remembers webhooks. Every method may raise `RepositoryUnavailable`."""

    @abstractmethod
    async def has_seen(self, gateway: str, delivery_id: str, /) -> bool:
        """Whether that message was marked, and is not forgotten yet."""

    @abstractmethod
    async def mark_seen(self, webhook: SeenWebhook, forget_before: datetime, /) -> None:
        """Remembers it; durable on return. One that is remembered already stays as it is.

        Those seen before that moment are forgotten, perhaps not all of them at once; no other is.
        """
