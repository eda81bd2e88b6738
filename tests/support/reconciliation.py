"""Reconciling a shop in memory around noon, with lists and searches that say what a test wants."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from application.reconcile import Reconcile, Step
from application.tally import Tally
from domain.payment import Payment
from domain.reconciliation import Difference
from ports.errors import PortError
from ports.payment_listing import FoundPayments
from tests.support.factories import NOON, a_payment
from tests.support.shop import Shop

SINCE = (NOON - timedelta(minutes=30)).replace(microsecond=0)
PAID = a_payment()


class Run:
    """A reconciliation of the hours around noon, and all that it yielded."""

    def __init__(self, shop: Shop, reconcile: Reconcile | None = None) -> None:
        self.shop = shop
        self.reconcile = reconcile or shop.reconcile
        self.tally = Tally()
        self.steps: list[Step] = []

    async def __call__(self, **options: Any) -> "Run":
        # Half an hour at first, so that one slice holds it all.
        self.shop.clock.advance(1799 if self.shop.clock.now() == NOON else 1)
        until = self.shop.clock.now()
        async for step in self.reconcile.walk(SINCE, until, self.tally, **options):
            self.steps.append(step)
        return self

    @property
    def differences(self) -> list[Difference]:
        return [step for step in self.steps if isinstance(step, Difference)]

    @property
    def found(self) -> list[tuple[str, str]]:
        return [(str(each.kind), str(each.cure)) for each in self.differences]


async def reconciled(shop: Shop, **options: Any) -> Run:
    return await Run(shop)(**options)


class Listed:
    """A listing that hands out exactly these pages, each of them a list of payments or errors."""

    longest_window = timedelta(days=90)

    def __init__(self, pages: Sequence[Sequence[Payment | str] | PortError]) -> None:
        self.pages_to_come = list(pages)
        self.windows: list[tuple[datetime, datetime]] = []

    async def pages(self, since: datetime, until: datetime, /) -> AsyncIterator[FoundPayments]:
        self.windows.append((since, until))
        pages, self.pages_to_come = self.pages_to_come, []
        for page in pages:
            if isinstance(page, PortError):
                raise page
            yield FoundPayments(
                payments=[each for each in page if isinstance(each, Payment)],
                unreadable=[each for each in page if isinstance(each, str)],
            )


def with_listing(shop: Shop, listing: Listed) -> Reconcile:
    return Reconcile(
        shop.gateway,
        listing,
        shop.gateway,
        shop.record,
        shop.settle_difference,
        shop.clock,
        shop.policy,
    )


class Search:
    """A search that answers whatever it is told to."""

    def __init__(self, answer: FoundPayments) -> None:
        self.answer = answer

    async def find_payments(self, payment_ids: Sequence[str], /) -> FoundPayments:
        return self.answer

    async def find_payments_of_order(self, order_id: str, /) -> FoundPayments:
        return FoundPayments(payments=[])


def with_search(shop: Shop, answer: FoundPayments) -> Reconcile:
    return Reconcile(
        shop.gateway,
        shop.gateway,
        Search(answer),
        shop.record,
        shop.settle_difference,
        shop.clock,
        shop.policy,
    )
