"""A SweepLog lends each gateway's sweep to one worker, and remembers what sweeps found."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from ports.sweep_log import SweepLease, SweepLog, SweepReport
from tests.support.factories import GATEWAY, NOON

MINUTE = timedelta(minutes=1)
LONG_AGO = NOON - timedelta(days=1000)
REPORT = SweepReport(
    gateway=GATEWAY,
    by="worker",
    since=NOON - timedelta(hours=1),
    until=NOON,
    began_at=NOON,
    ended_at=NOON + MINUTE,
    pages=3,
    payments=2500,
    questions=7,
    found={"missingHere": 2, "over": 1},
)


async def begun(sweeps: SweepLog, minutes: int = 0, *, gateway: str = GATEWAY) -> SweepLease | None:
    now = NOON + minutes * MINUTE
    return await sweeps.begin(gateway, now, now + 2 * MINUTE, now - 5 * MINUTE)


async def first(sweeps: SweepLog) -> SweepLease:
    lease = await begun(sweeps)
    assert lease is not None
    return lease


async def test_the_first_sweep_has_no_cursor(sweeps: SweepLog) -> None:
    lease = await first(sweeps)

    assert (lease.gateway, lease.cursor) == (GATEWAY, None)


async def test_one_worker_at_a_time_for_each_gateway(sweeps: SweepLog) -> None:
    leases = await asyncio.gather(*(begun(sweeps) for _ in range(8)))

    assert len([lease for lease in leases if lease is not None]) == 1
    assert await begun(sweeps, gateway="portone-v2") is not None


async def test_a_crashed_sweep_is_taken_up_where_it_was(sweeps: SweepLog) -> None:
    lease = await first(sweeps)
    assert await sweeps.advance(lease, NOON - MINUTE, NOON + 2 * MINUTE)

    assert await begun(sweeps, 1) is None
    taken = await begun(sweeps, 2)

    assert taken is not None
    assert taken.cursor == NOON - MINUTE
    assert taken.token != lease.token
    assert not await sweeps.advance(lease, NOON, NOON + 9 * MINUTE)
    assert not await sweeps.end(lease, NOON)
    assert await sweeps.end(taken, NOON + 2 * MINUTE)
    again = await begun(sweeps, 60)
    assert again is not None
    assert again.cursor == NOON - MINUTE


async def test_a_lease_can_be_kept_without_moving_the_cursor(sweeps: SweepLog) -> None:
    lease = await first(sweeps)
    await sweeps.advance(lease, NOON - MINUTE, NOON + 2 * MINUTE)

    assert await sweeps.advance(lease, None, NOON + 9 * MINUTE)

    assert await begun(sweeps, 8) is None
    taken = await begun(sweeps, 9)
    assert taken is not None
    assert taken.cursor == NOON - MINUTE


async def test_a_lease_that_ran_out_is_held_until_another_takes_it(sweeps: SweepLog) -> None:
    lease = await first(sweeps)

    assert await sweeps.advance(lease, NOON, NOON + 30 * MINUTE)


async def test_a_sweep_that_has_just_ended_is_not_repeated(sweeps: SweepLog) -> None:
    lease = await first(sweeps)
    assert await sweeps.end(lease, NOON + MINUTE)

    assert await begun(sweeps, 5) is None
    assert await begun(sweeps, 6) is not None
    assert not await sweeps.end(lease, NOON + 6 * MINUTE)


async def test_reports_are_told_newest_first(sweeps: SweepLog) -> None:
    reports = [
        replace(REPORT, ended_at=NOON + minutes * MINUTE, payments=minutes) for minutes in (3, 1, 2)
    ]
    for report in reports:
        await sweeps.add_report(report, LONG_AGO)

    assert list(await sweeps.latest(2)) == [reports[0], reports[2]]
    assert list(await sweeps.latest(10)) == [reports[0], reports[2], reports[1]]


async def test_a_report_is_remembered_whole(sweeps: SweepLog) -> None:
    report = replace(REPORT, by="cli", found={}, stopped="gatewayUnavailable")

    await sweeps.add_report(report, LONG_AGO)
    await sweeps.add_report(REPORT, LONG_AGO)

    assert report in await sweeps.latest(2)
    assert REPORT in await sweeps.latest(2)


async def test_old_reports_are_forgotten(sweeps: SweepLog) -> None:
    old = replace(REPORT, ended_at=NOON - MINUTE)
    kept = replace(REPORT, ended_at=NOON)
    for report in (old, kept):
        await sweeps.add_report(report, LONG_AGO)

    await sweeps.add_report(REPORT, NOON)

    assert list(await sweeps.latest(10)) == [REPORT, kept]
