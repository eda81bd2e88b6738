"""Past orders spread over the last two months, some of which need a look.

Of a hundred one waits for its deposit, and has a task that is not due yet; of two hundred one was
forged, of five hundred one paid twice, of two thousand one has a parked task.
"""

import asyncio
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from adapters.mongodb.adding_up import LINES, TAKINGS
from adapters.mongodb.board_batch import batch_of, hour_text, traces_of
from adapters.mongodb.database import MongoDatabase
from adapters.mongodb.order_board import MongoOrderBoard
from adapters.mongodb.stored_fields import moment_text
from adapters.mongodb.task_ledger import PARKED, WAITING
from benchmarks.stored_orders import load_mongodb, load_sqlite

LAST_DAYS_US = 60 * 86_400_000_000
# From when an order was made to when its waiting task is due: none is while pages are looked at.
_DUE_LATER_US = 90 * 86_400_000_000
# Of the ids that `stored_orders` gives, the number.
_NUMBER = "CAST(substr(order_id, 6) AS INTEGER)"
_SPREAD = (
    f"UPDATE orders SET created_at = :first + {_NUMBER} * :step",
    f"UPDATE orders SET customer_id = 'customer-' || ({_NUMBER} / 100)",
    f"UPDATE payments SET paid_at = :first + {_NUMBER} * :step",
    f"UPDATE history SET at = :first + {_NUMBER} * :step",
    f"UPDATE orders SET status = 'awaitingDeposit' WHERE {_NUMBER} % 100 = 1",
    f"UPDATE history SET outcome = 'forged' WHERE {_NUMBER} % 200 = 2",
    f"UPDATE payments SET surplus = 1 WHERE {_NUMBER} % 500 = 3",
    f"UPDATE tasks SET ready_at = :first + {_NUMBER} * :step",
    f"UPDATE tasks SET ready_at = ready_at + {_DUE_LATER_US} WHERE {_NUMBER} % 100 = 1",
    f"UPDATE tasks SET state = 'waiting' WHERE {_NUMBER} % 100 = 1",
    f"UPDATE tasks SET state = 'parked', park_reason = 'tooOften' WHERE {_NUMBER} % 2000 = 4",
)


def begin_us() -> int:
    """When the first of them was made."""
    return int(time.time() * 1_000_000) - LAST_DAYS_US


def store_in_sqlite(database: str, count: int) -> None:
    """Stores so many in a new file."""
    load_sqlite(Path(database), count, lambda _: None)
    values = {"first": begin_us(), "step": LAST_DAYS_US // count}
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for statement in _SPREAD:
            connection.execute(statement, values if ":first" in statement else {})


def store_in_mongodb(url: str, count: int) -> None:
    """Stores so many in a new database, with the sums and lines that adding them up would give."""
    _add_up(url)  # of nothing, which makes what has to be there
    board = _Board(begin_us(), LAST_DAYS_US // count)
    load_mongodb(url, count, lambda _: None, board.spread)
    with MongoClient[dict[str, Any]](url) as client:
        database = client.get_default_database()
        database[TAKINGS].insert_many(
            {"_id": hour, "seq": 1, **sums} for hour, sums in board.sums.items()
        )
        database[LINES].insert_many({**line, "seq": 1} for line in board.lines)


def _add_up(url: str) -> None:
    async def add_up() -> None:
        database = MongoDatabase(url, timeout_s=60)
        await database.open()
        try:
            await MongoOrderBoard(database).add_up()
        finally:
            await database.close()

    asyncio.run(add_up())


class _Board:
    """Spreads orders, and keeps count of what they add to the board."""

    def __init__(self, first_us: int, step_us: int) -> None:
        self._first = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=first_us)
        self._step_us = step_us
        self.sums: dict[str, Counter[str]] = {}
        self.lines: list[dict[str, Any]] = []
        self._shares: dict[tuple[bool, bool], dict[str, Any]] = {}

    def spread(self, number: int, order: dict[str, Any]) -> None:
        made_at = self._first + timedelta(microseconds=number * self._step_us)
        at = moment_text(made_at)
        (payment,), (entry,), (task,) = order["payments"], order["history"], order["tasks"]
        order["created_at"] = payment["paid_at"] = entry["at"] = task["ready_at"] = at
        order["customer"]["customer_id"] = f"customer-{number // 100}"
        if number % 100 == 1:
            order["status"] = "awaitingDeposit"
            due_at = moment_text(made_at + timedelta(microseconds=_DUE_LATER_US))
            task |= {"state": WAITING, "ready_at": due_at}
            order["next_due"] = {task["kind"]: due_at}
        if number % 200 == 2:
            entry["outcome"] = "forged"
        if number % 2000 == 4:
            task |= {"state": PARKED, "reason": "tooOften"}
        if number % 500 == 3:
            key = {**payment["key"], "payment_id": f"{payment['key']['payment_id']}-again"}
            order["payments"].append({**payment, "key": key})
            order["bound"].append(f"{key['gateway']}/{key['payment_id']}")
        # All that are paid once, and no more, add the same to their hours.
        kind = (number % 200 == 2, number % 500 == 3)
        if any(kind) or kind not in self._shares:
            traces = traces_of(order)
            self.lines += traces.lines
            self._shares[kind] = batch_of([traces], {}, 1)["orders"][0]["added_up"]
        (share,) = self._shares[kind]["sums"].values()
        hour = f"{hour_text(at)}/{order['amount']['currency']}"
        order["added_up"] = self._shares[kind] | {"sums": {hour: share}}
        self.sums.setdefault(hour, Counter()).update(share)
