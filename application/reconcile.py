"""Reconcile: hold a gateway's own list of payments against our record, both ways."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from application.difference_rows import unreadable_here, unreadable_there
from application.settle_difference import SettleDifference
from application.slice_length import SliceLength
from application.tally import Tally
from domain.payment import Payment
from domain.policy import Policy
from domain.reconciliation import Difference
from domain.recorded_payment import RecordedPayment, is_news
from ports.clock import Clock
from ports.payment_gateway import PaymentGateway
from ports.payment_listing import FoundPayments, PaymentListing
from ports.payment_record import PaymentRecord
from ports.payment_search import PaymentSearch

# One question to a gateway names so many payments at most.
LOOK_UP = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceDone:
    """All that lies before that time has been compared."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Going:
    """A page or a question more; the tally says how many."""


Step = Difference | SliceDone | Going


class Reconcile:
    """Walks a time in slices, and yields each difference as it is found and cured.

    Theory of operation. Each slice is walked both ways. There to here: every page of the gateway's
    list is compared with our record in one bulk look-up, and only what differs goes through the
    settle rule, which asks the gateway again. Here to there: what we recorded as paid within the
    slice and the list did not show is looked up by hundreds; and of each order that was made
    within it and is still open, all payments are asked for, which finds what the list skipped and
    second payments. Memory holds the ids of one slice. An outage raises the port's error: all
    slices done before it stay done.
    """

    def __init__(
        self,
        gateway: PaymentGateway,
        listing: PaymentListing,
        search: PaymentSearch | None,
        record: PaymentRecord,
        settle: SettleDifference,
        clock: Clock,
        policy: Policy,
    ) -> None:
        self._gateway = gateway
        self._listing = listing
        self._search = search
        self._record = record
        self._settle = settle
        self._clock = clock
        self._policy = policy

    @property
    def gateway(self) -> str:
        """The gateway's name."""
        return self._gateway.name

    async def walk(
        self,
        since: datetime,
        until: datetime,
        tally: Tally,
        *,
        open_since: datetime | None = None,
        dry_run: bool = False,
    ) -> AsyncGenerator[Step, None]:
        """Compares all from `since` on and before `until`, which lies not in the future.

        Open orders are asked for if they were made from `open_since` on.
        """
        length = SliceLength(self._listing.longest_window)
        while since < until:
            # At whole seconds: a gateway that counts in them draws the same line as our record.
            end = min((since + length.now).replace(microsecond=0), until)
            one_slice = _Slice(tally=tally, dry_run=dry_run)
            async for step in self._there_to_here(since, end, one_slice):
                yield step
            async for step in self._here_to_there(since, end, one_slice):
                yield step
            async for step in self._open_orders(max(since, open_since or since), end, one_slice):
                yield step
            length.learn(end - since, len(one_slice.seen))
            yield SliceDone(until=end)
            since = end

    async def awaited(self, tally: Tally) -> AsyncIterator[Step]:
        """Looks at every deposit that is still awaited, by hundreds, whenever it was asked for."""
        one_slice = _Slice(tally=tally, dry_run=False)
        async for page in self._record.awaiting_deposit(self.gateway):
            async for step in self._look_up(page.payments, page.unreadable, one_slice):
                yield step

    async def _there_to_here(
        self, since: datetime, end: datetime, one_slice: "_Slice"
    ) -> AsyncIterator[Step]:
        async for page in self._listing.pages(since, end):
            before = len(one_slice.seen)
            async for step in self._compare(page, one_slice):
                yield step
            one_slice.tally.pages += 1
            one_slice.tally.payments += len(one_slice.seen) - before
            yield Going()

    async def _here_to_there(
        self, since: datetime, end: datetime, one_slice: "_Slice"
    ) -> AsyncIterator[Step]:
        async for page in self._record.paid_between(self.gateway, since, end):
            unseen = [
                each for each in page.payments if each.payment.key.payment_id not in one_slice.seen
            ]
            async for step in self._look_up(unseen, page.unreadable, one_slice):
                yield step

    async def _open_orders(
        self, since: datetime, end: datetime, one_slice: "_Slice"
    ) -> AsyncIterator[Step]:
        if self._search is None or since >= end:
            return
        async for order_ids in self._record.open_orders(since, end):
            for order_id in order_ids:
                one_slice.tally.questions += 1
                found = await self._search.find_payments_of_order(order_id)
                async for step in self._compare(found, one_slice):
                    yield step
                yield Going()

    async def _compare(self, found: FoundPayments, one_slice: "_Slice") -> AsyncIterator[Step]:
        """Holds payments as the gateway shows them against our record of them."""
        ids = [payment.key.payment_id for payment in found.payments]
        recorded = await self._record.find_recorded(self.gateway, ids)
        one_slice.seen.update(ids, found.unreadable)
        now = self._clock.now()
        for payment in found.payments:
            ours = recorded.get(payment.key.payment_id)
            if self._differs(payment, ours, now):
                differences = await self._settle.there(
                    payment, ours, one_slice.tally, dry_run=one_slice.dry_run
                )
                for difference in one_slice.new(differences):
                    yield difference
        for payment_id in found.unreadable:
            for difference in one_slice.new([unreadable_there(self.gateway, payment_id)]):
                yield difference

    def _differs(self, payment: Payment, ours: RecordedPayment | None, now: datetime) -> bool:
        if ours is None:
            return is_news(payment)
        return ours.is_surplus or not ours.agrees_with(payment, now, self._policy)

    async def _look_up(
        self,
        recorded: Sequence[RecordedPayment],
        unreadable_orders: Sequence[str],
        one_slice: "_Slice",
    ) -> AsyncIterator[Step]:
        """Looks up payments of ours at the gateway, and says which it does not show."""
        for order_id in unreadable_orders:
            for difference in one_slice.new([unreadable_here(self.gateway, order_id)]):
                yield difference
        rest = iter(recorded)
        while batch := {each.payment.key.payment_id: each for each in islice(rest, LOOK_UP)}:
            found = await self._find(batch, one_slice.tally)
            async for step in self._compare(found, one_slice):
                yield step
            shown = {payment.key.payment_id for payment in found.payments} | set(found.unreadable)
            # An answer without an id may be any of theirs: then none of them is called missing.
            if "" not in shown:
                for ours in [each for id_, each in batch.items() if id_ not in shown]:
                    differences = await self._settle.not_there(
                        ours, one_slice.tally, dry_run=one_slice.dry_run
                    )
                    for difference in one_slice.new(differences):
                        yield difference
            yield Going()

    async def _find(self, payment_ids: Iterable[str], tally: Tally) -> FoundPayments:
        if self._search is not None:
            tally.questions += 1
            return await self._search.find_payments(list(payment_ids))
        payments = []
        for payment_id in payment_ids:
            tally.questions += 1
            payment = await self._gateway.find_payment(payment_id)
            if payment is not None:
                payments.append(payment)
        return FoundPayments(payments=payments)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slice:
    """What is remembered while one slice is walked: the ids seen, and what was told of them."""

    tally: Tally
    dry_run: bool
    seen: set[str] = field(default_factory=set)
    told: set[tuple[str, str, str]] = field(default_factory=set)

    def new(self, differences: Sequence[Difference]) -> list[Difference]:
        """Those not told before: a list that moves may show one payment twice."""
        new = []
        for difference in differences:
            mark = (difference.kind, difference.payment_id, difference.order_id)
            if mark not in self.told:
                self.told.add(mark)
                self.tally.found[difference.kind] += 1
                new.append(difference)
        return new
