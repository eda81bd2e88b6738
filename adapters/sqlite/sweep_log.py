"""The log of sweeps in SQLite."""

import json
import secrets
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from adapters.sqlite import statements as sql
from adapters.sqlite.cells import Cells, microseconds, moment, optional_moment
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.rows import UNREADABLE
from ports.sweep_log import SweepLease, SweepReport

_TOKEN_BYTES = 16


class SqliteSweepLog:
    """A `SweepLog` on SQLite."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def begin(
        self, gateway: str, now: datetime, lease_until: datetime, ended_by: datetime, /
    ) -> SweepLease | None:
        token = secrets.token_hex(_TOKEN_BYTES)
        cells: Cells = {
            "gateway": gateway,
            "token": token,
            "now": microseconds(now),
            "lease_until": microseconds(lease_until),
            "ended_by": microseconds(ended_by),
        }
        row = await self._database.write(
            lambda connection: connection.execute(sql.BEGIN_SWEEP, cells).fetchone()
        )
        if row is None:
            return None
        return SweepLease(gateway=gateway, token=token, cursor=optional_moment(row["cursor"]))

    async def advance(self, lease: SweepLease, cursor: datetime | None, until: datetime, /) -> bool:
        marks: Cells = {
            "cursor": None if cursor is None else microseconds(cursor),
            "lease_until": microseconds(until),
        }
        return await self._change(lease, sql.ADVANCE_SWEEP, marks)

    async def end(self, lease: SweepLease, now: datetime, /) -> bool:
        return await self._change(lease, sql.END_SWEEP, {"now": microseconds(now)})

    async def add_report(self, report: SweepReport, forget_before: datetime, /) -> None:
        cells, before = report_cells(report), {"before": microseconds(forget_before)}

        def add(connection: sqlite3.Connection) -> None:
            connection.execute(sql.ADD_SWEEP, cells)
            connection.execute(sql.FORGET_SWEEPS, before)

        await self._database.write(add)

    async def latest(self, limit: int, /) -> Sequence[SweepReport]:
        rows = await self._database.read(
            lambda connection: connection.execute(sql.LATEST_SWEEPS, {"limit": limit}).fetchall()
        )
        reports = []
        for row in rows:
            try:
                reports.append(report_from(row))
            except UNREADABLE:
                continue
        return reports

    async def _change(self, lease: SweepLease, statement: str, marks: Cells) -> bool:
        held: Cells = {"gateway": lease.gateway, "token": lease.token}
        changed = await self._database.write(
            lambda connection: connection.execute(statement, held | marks).rowcount
        )
        return changed == 1


def report_cells(report: SweepReport) -> Cells:
    return {
        "gateway": report.gateway,
        "asked_by": report.by,
        "since": microseconds(report.since),
        "until": microseconds(report.until),
        "began_at": microseconds(report.began_at),
        "ended_at": microseconds(report.ended_at),
        "pages": report.pages,
        "payments": report.payments,
        "questions": report.questions,
        "found": json.dumps(dict(report.found)),
        "stopped": report.stopped,
    }


def report_from(row: sqlite3.Row) -> SweepReport:
    return SweepReport(
        gateway=row["gateway"],
        by=row["asked_by"],
        since=moment(row["since"]),
        until=moment(row["until"]),
        began_at=moment(row["began_at"]),
        ended_at=moment(row["ended_at"]),
        pages=row["pages"],
        payments=row["payments"],
        questions=row["questions"],
        found={str(kind): int(times) for kind, times in json.loads(row["found"]).items()},
        stopped=row["stopped"],
    )
