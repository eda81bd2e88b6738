"""The log of what operators did, in SQLite."""

import sqlite3
from collections.abc import Sequence

from adapters.sqlite import board_statements as sql
from adapters.sqlite.cells import Cells, microseconds, moment
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.rows import UNREADABLE
from ports.operator_log import OperatorAct, OperatorAction


class SqliteOperatorLog:
    """An `OperatorLog` on SQLite."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def add(self, action: OperatorAction, /) -> None:
        cells = action_cells(action)
        await self._database.write(lambda connection: connection.execute(sql.ADD_ACTION, cells))

    async def of_order(self, order_id: str, limit: int, /) -> Sequence[OperatorAction]:
        wanted: Cells = {"order_id": order_id, "limit": limit}
        rows = await self._database.read(
            lambda connection: connection.execute(sql.ACTIONS_OF_ORDER, wanted).fetchall()
        )
        found = []
        for row in rows:
            try:
                found.append(action_from(row))
            except UNREADABLE:
                continue
        return found


def action_cells(action: OperatorAction) -> Cells:
    return {
        "action_id": action.action_id,
        "at": microseconds(action.at),
        "operator": action.operator,
        "act": action.act.value,
        "order_id": action.order_id,
        "subject": action.subject,
        "reason": action.reason,
    }


def action_from(row: sqlite3.Row) -> OperatorAction:
    return OperatorAction(
        action_id=row["action_id"],
        at=moment(row["at"]),
        operator=row["operator"],
        act=OperatorAct(row["act"]),
        order_id=row["order_id"],
        subject=row["subject"],
        reason=row["reason"],
    )
