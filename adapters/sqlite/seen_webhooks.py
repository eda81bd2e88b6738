"""Webhooks that were dealt with, in SQLite."""

import sqlite3
from datetime import datetime

from adapters.sqlite import webhook_statements as sql
from adapters.sqlite.cells import Cells, microseconds, moment
from adapters.sqlite.database import SqliteDatabase
from ports.seen_webhooks import SeenWebhook


class SqliteSeenWebhooks:
    """`SeenWebhooks` on SQLite."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def has_seen(self, gateway: str, delivery_id: str, /) -> bool:
        cells: Cells = {"gateway": gateway, "delivery_id": delivery_id}
        row = await self._database.read(
            lambda connection: connection.execute(sql.FIND_SEEN_WEBHOOK, cells).fetchone()
        )
        return row is not None

    async def mark_seen(self, webhook: SeenWebhook, forget_before: datetime, /) -> None:
        before: Cells = {"before": microseconds(forget_before)}

        def mark(connection: sqlite3.Connection) -> None:
            connection.execute(sql.MARK_WEBHOOK_SEEN, seen_cells(webhook))
            connection.execute(sql.FORGET_SEEN_WEBHOOKS, before)

        await self._database.write(mark)


def seen_cells(webhook: SeenWebhook) -> Cells:
    return {
        "gateway": webhook.gateway,
        "delivery_id": webhook.delivery_id,
        "seen_at": microseconds(webhook.seen_at),
    }


def seen_from(row: sqlite3.Row) -> SeenWebhook:
    return SeenWebhook(
        gateway=row["gateway"], delivery_id=row["delivery_id"], seen_at=moment(row["seen_at"])
    )
