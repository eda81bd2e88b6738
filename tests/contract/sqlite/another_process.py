"""Another process on the same SQLite file; tests start it, talk to it, and kill it.

Usage: python -m tests.contract.sqlite.another_process FILE (hold | append ORDER_ID UNTIL | take)
"""

import asyncio
import sqlite3
import sys
from pathlib import Path

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.order_repository import SqliteOrderRepository
from adapters.sqlite.task_queue import SqliteTaskQueue
from domain.tasks import TaskKind
from ports.errors import ConcurrentUpdate
from tests.contract.evolution import next_version
from tests.support.factories import NOON, a_payment, a_task, evidence

# SQLite lets those who wait for a lock sleep: without a breath one process would do all the work.
BREATH_S = 0.005


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def hold(path: Path) -> None:
    """Keep everybody out until standard input ends."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    say("held")
    sys.stdin.read()
    connection.execute("ROLLBACK")
    connection.close()


async def append(database: SqliteDatabase, order_id: str, until: int) -> None:
    """Write version after version, each with a task, and say each number once it is durable."""
    orders = SqliteOrderRepository(database)
    while True:
        order = await orders.find_by_id(order_id)
        assert order is not None
        if order.version >= until:
            return
        later = next_version(order, a_payment(evidence=evidence(f"answer {order.version + 1}")))
        try:
            await orders.save(later, [a_task(detail=str(later.version))])
        except ConcurrentUpdate:
            continue
        say(later.version)
        await asyncio.sleep(BREATH_S)


async def take(database: SqliteDatabase) -> None:
    """Complete every due task, a few at a time, and say each."""
    tasks = SqliteTaskQueue(database)
    while claimed := await tasks.claim(TaskKind.RECHECK, NOON, NOON.replace(year=2027), 3):
        for each in claimed:
            assert await tasks.complete(each)
            say(each.task.detail)
        await asyncio.sleep(BREATH_S)


async def main(path: Path, what: str, *words: str) -> None:
    database = SqliteDatabase(path, busy_timeout_s=60)
    await database.open()
    # All begin together, at a line from the test.
    say("ready")
    sys.stdin.readline()
    try:
        if what == "append":
            await append(database, words[0], int(words[1]))
        else:
            await take(database)
    finally:
        await database.close()


if __name__ == "__main__":
    if sys.argv[2] == "hold":
        hold(Path(sys.argv[1]))
    else:
        asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
