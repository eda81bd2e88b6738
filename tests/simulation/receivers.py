"""Who is told: the provider that takes notices to people, and the shop's backend."""

from ports.notifier import Notice
from ports.shop_channel import News
from tests.simulation.ledger import Ledger


class Provider:
    """A `Notifier` that takes every message as often as it comes."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def send(self, notice: Notice, /) -> None:
        self._ledger.notices.append(notice)
        self._ledger.accepted[notice.message_id] += 1


class ShopInbox:
    """A `ShopChannel` that accepts all news."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def tell(self, news: News, /) -> None:
        self._ledger.news.append(news)
        self._ledger.accepted[news.event_id] += 1
