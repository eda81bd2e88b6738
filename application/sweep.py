"""Sweep: reconcile from where the last sweep ended until now, again and again."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.reconcile import Reconcile, SliceDone, Step
from application.tally import Tally
from application.tend_strays import TendStrays
from domain.reconciliation import Difference
from ports.clock import Clock
from ports.errors import PortError
from ports.payment_record import PaymentRecord
from ports.sweep_log import SweepLease, SweepLog, SweepReport

LEASE = timedelta(minutes=2)
# News that a gateway files under an earlier time than it shows it, and clocks that differ.
OVERLAP = timedelta(hours=1)
# Once a day further back, for what came later still: a bank's report, a release of the gateway.
LONG_OVERLAP = timedelta(days=3)
# Open orders are asked for one by one, so no further back than a buyer takes to pay.
OPEN_OVERLAP = timedelta(minutes=15)
# Where the very first sweep begins, if an order has been open for longer.
FURTHEST = timedelta(days=90)
REPORTS_KEPT_FOR = timedelta(days=400)

STOPPED = "stopped"
LEASE_LOST = "leaseLost"

_log = logging.getLogger("payproof.sweep")


class _LeaseLost(Exception):
    """Another worker has taken the sweep over."""


@dataclass(slots=True, kw_only=True)
class _Hold:
    """A lease, and how far it has been kept; the cursor only ever moves forward."""

    lease: SweepLease
    cursor: datetime | None
    kept_until: datetime


class Sweep:
    """One gateway's sweep. Any number of workers may have one: the log lends it to one at a time.

    Every step is durable as soon as its slice is done. A crash or an outage costs what was done of
    one slice; the next sweep begins at the cursor, with an overlap.
    """

    def __init__(
        self,
        reconcile: Reconcile,
        tend_strays: TendStrays,
        record: PaymentRecord,
        log: SweepLog,
        clock: Clock,
        *,
        every_s: int,
    ) -> None:
        self._reconcile = reconcile
        self._tend_strays = tend_strays
        self._record = record
        self._sweeps = log
        self._clock = clock
        self._every = timedelta(seconds=every_s)

    async def run_until(self, stop: asyncio.Event) -> None:
        """Sweeps whenever the last sweep, anybody's, ended a period ago; until told to stop."""
        poll_every_s = min(max(self._every.total_seconds() / 10, 0.2), 10.0)
        while not stop.is_set():
            try:
                await self.run_due(stop)
            except PortError as error:
                _log.warning("sweep of %s not begun: %s", self._reconcile.gateway, error.code)
            except Exception as error:  # noqa: BLE001 - no later sweep would be run
                _log.error("sweep of %s failed: %s", self._reconcile.gateway, type(error).__name__)
            try:
                async with asyncio.timeout(poll_every_s):
                    await stop.wait()
            except TimeoutError:
                continue

    async def run_due(self, stop: asyncio.Event | None = None) -> SweepReport | None:
        """One sweep, if it is due and nobody else is at it: what it found, or None.

        Told to stop, it ends at its next step; what it had done stays done.
        """
        now = self._clock.now()
        lease = await self._sweeps.begin(
            self._reconcile.gateway, now, now + LEASE, now - self._every
        )
        if lease is None:
            return None
        hold = _Hold(lease=lease, cursor=lease.cursor, kept_until=now + LEASE)
        since, open_since = await self._begins_at(lease.cursor, now)
        tally, stopped = Tally(), ""
        try:
            async with aclosing(self._steps(since, open_since, now, tally)) as steps:
                async for step in steps:
                    await self._note(step, hold)
                    if stop is not None and stop.is_set():
                        stopped = STOPPED
                        break
        except PortError as error:
            stopped = error.code
        except _LeaseLost:
            stopped = LEASE_LOST
        report = SweepReport(
            gateway=self._reconcile.gateway,
            by="worker",
            since=since,
            until=now if stopped == "" else hold.cursor or since,
            began_at=now,
            ended_at=self._clock.now(),
            pages=tally.pages,
            payments=tally.payments,
            questions=tally.questions,
            found={kind.value: times for kind, times in tally.found.items()},
            stopped=stopped,
        )
        await self._conclude(report, lease)
        return report

    async def _begins_at(self, cursor: datetime | None, now: datetime) -> tuple[datetime, datetime]:
        """Where the walk begins, and how old an open order is that is asked for."""
        if cursor is None:
            oldest = await self._record.oldest_open_order() or now
            first = max(min(oldest, now), now - FURTHEST) - OVERLAP
            return first, first
        is_first_of_day = cursor.date() != now.date()
        since = min(cursor, now) - (LONG_OVERLAP if is_first_of_day else OVERLAP)
        return since, cursor - OPEN_OVERLAP

    async def _steps(
        self, since: datetime, open_since: datetime, until: datetime, tally: Tally
    ) -> AsyncGenerator[Step, None]:
        async for step in self._reconcile.walk(since, until, tally, open_since=open_since):
            yield step
        async for step in self._reconcile.awaited(tally):
            yield step
        async for step in self._tend_strays(self._reconcile.gateway, tally):
            yield step

    async def _note(self, step: Step, hold: _Hold) -> None:
        """Writes down how far it came, and keeps the lease while there is anything to do."""
        if isinstance(step, Difference):
            _log.warning(
                "%s: payment %s/%s, order %s: here %s, there %s: %s",
                step.kind,
                step.gateway,
                step.payment_id,
                step.order_id,
                step.here,
                step.there,
                step.cure,
            )
        now, cursor = self._clock.now(), None
        if isinstance(step, SliceDone) and (hold.cursor is None or step.until > hold.cursor):
            cursor = hold.cursor = step.until
        if cursor is None and hold.kept_until - now > LEASE / 2:
            return
        hold.kept_until = now + LEASE
        if not await self._sweeps.advance(hold.lease, cursor, hold.kept_until):
            raise _LeaseLost

    async def _conclude(self, report: SweepReport, lease: SweepLease) -> None:
        if report.stopped == STOPPED:
            # Not ended: whoever is next takes it up at once.
            await self._sweeps.advance(lease, None, report.ended_at)
        else:
            await self._sweeps.end(lease, report.ended_at)
        await self._sweeps.add_report(report, report.ended_at - REPORTS_KEPT_FOR)
