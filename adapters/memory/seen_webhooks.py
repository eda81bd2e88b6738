"""Webhooks that were dealt with, in memory."""

from datetime import datetime

from adapters.memory.store import MemoryStore
from ports.seen_webhooks import SeenWebhook


class MemorySeenWebhooks:
    """`SeenWebhooks` as long as the process lives."""

    def __init__(self, store: MemoryStore) -> None:
        self._seen = store.seen_webhooks
        self._faults = store.faults

    async def has_seen(self, gateway: str, delivery_id: str, /) -> bool:
        with self._faults.around("has_seen"):
            return (gateway, delivery_id) in self._seen

    async def mark_seen(self, webhook: SeenWebhook, forget_before: datetime, /) -> None:
        with self._faults.around("mark_seen"):
            self._seen.setdefault((webhook.gateway, webhook.delivery_id), webhook.seen_at)
            for name in [each for each, at in self._seen.items() if at < forget_before]:
                del self._seen[name]
