"""The records of the peers: what each of them reads and durably writes for one verification.

All do the same work on the same database as payproof's store: one read of the order, then one
atomic write of order, payment and history, with the same promise that it survives a power cut.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import WriteConcern
from pymongo.read_concern import ReadConcern

from benchmarks.sales import FIRST_VIRTUAL_ACCOUNT, Sale

T = TypeVar("T")

_AMOUNT = 1000
_SCHEMA = """
PRAGMA journal_mode = DELETE;
PRAGMA synchronous = EXTRA;
CREATE TABLE orders (order_id TEXT PRIMARY KEY, amount INTEGER, status TEXT, version INTEGER)
    STRICT, WITHOUT ROWID;
CREATE TABLE payments (payment_id TEXT PRIMARY KEY, order_id TEXT, amount INTEGER, status TEXT,
    account TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE history (order_id TEXT, version INTEGER, outcome TEXT, PRIMARY KEY (order_id, version))
    STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What the gateway tells of a payment."""

    order_id: str
    payment_id: str
    amount: int
    status: str
    account: str | None


class Records(Protocol):
    """An order's amount and status, and how they change."""

    async def open(self, cards: int, accounts: int) -> None:
        """Makes the database, with that many orders to be paid by card and by transfer."""
        ...

    async def read(self, order_id: str) -> tuple[int, str] | None:
        """The order's amount and status."""
        ...

    async def write(self, payment: Payment) -> None:
        """Records what became of the payment, durably."""
        ...


def records_in(database: str, *, shares_commits: bool = False) -> Records:
    """The records in a MongoDB named by its URL, or in a SQLite file."""
    if database.startswith("mongodb:"):
        return _MongoRecords(database)
    return _SharedSqliteRecords(database) if shares_commits else _SqliteRecords(database)


def sales_to_load(cards: int, accounts: int) -> Iterable[Sale]:
    """The orders that a benchmark needs, by the number paid in each way."""
    yield from map(Sale, range(cards))
    yield from map(Sale, range(FIRST_VIRTUAL_ACCOUNT, FIRST_VIRTUAL_ACCOUNT + accounts))


class _SqliteRecords:
    """One connection on one thread, and a commit for each write."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1)
        self._connection: sqlite3.Connection

    async def open(self, cards: int, accounts: int) -> None:
        await self._on_thread(lambda: self._open(cards, accounts))

    async def read(self, order_id: str) -> tuple[int, str] | None:
        return await self._on_thread(lambda: self._read(order_id))

    async def write(self, payment: Payment) -> None:
        await self._on_thread(lambda: self._commit([payment]))

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _open(self, cards: int, accounts: int) -> None:
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        self._connection.executescript(_SCHEMA)
        rows = [(sale.order_id, _AMOUNT, "pending", 0) for sale in sales_to_load(cards, accounts)]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", rows)
        self._connection.execute("COMMIT")

    def _read(self, order_id: str) -> tuple[int, str] | None:
        query = "SELECT amount, status FROM orders WHERE order_id = ?"
        found: tuple[int, str] | None = self._connection.execute(query, (order_id,)).fetchone()
        return found

    def _commit(self, payments: Sequence[Payment]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for payment in payments:
            self._write(payment)
        self._connection.execute("COMMIT")

    def _write(self, payment: Payment) -> None:
        execute = self._connection.execute
        changed = execute(
            "UPDATE orders SET status = ?, version = version + 1 WHERE order_id = ? "
            "RETURNING version",
            (payment.status, payment.order_id),
        )
        (version,) = changed.fetchone()
        execute(
            "INSERT OR REPLACE INTO payments VALUES (?, ?, ?, ?, ?)",
            (
                payment.payment_id,
                payment.order_id,
                payment.amount,
                payment.status,
                payment.account,
            ),
        )
        execute("INSERT INTO history VALUES (?, ?, ?)", (payment.order_id, version, payment.status))


class _SharedSqliteRecords(_SqliteRecords):
    """The same, where all writes that wait at once share a commit."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._turn = asyncio.Lock()
        self._gathering: list[Payment] | None = None
        self._commit_to_come: asyncio.Task[None]

    async def write(self, payment: Payment) -> None:
        if self._gathering is None:
            self._gathering = []
            self._commit_to_come = asyncio.create_task(self._commit_gathered(self._gathering))
        self._gathering.append(payment)
        await self._commit_to_come

    async def _commit_gathered(self, payments: list[Payment]) -> None:
        async with self._turn:
            self._gathering = None
            await self._on_thread(lambda: self._commit(payments))


class _MongoRecords:
    """One document an order."""

    def __init__(self, url: str) -> None:
        self._client: Any = AsyncIOMotorClient(url)
        self._orders = self._client.get_default_database().get_collection(
            "orders",
            read_concern=ReadConcern("majority"),
            write_concern=WriteConcern("majority", j=True),
        )

    async def open(self, cards: int, accounts: int) -> None:
        start = {"amount": _AMOUNT, "status": "pending", "version": 0}
        sales = sales_to_load(cards, accounts)
        documents = [
            {"_id": sale.order_id, **start, "payments": [], "history": []} for sale in sales
        ]
        await self._orders.insert_many(documents)

    async def read(self, order_id: str) -> tuple[int, str] | None:
        found = await self._orders.find_one({"_id": order_id}, {"amount": 1, "status": 1})
        return None if found is None else (found["amount"], found["status"])

    async def write(self, payment: Payment) -> None:
        kept = {
            "payment_id": payment.payment_id,
            "amount": payment.amount,
            "status": payment.status,
            "account": payment.account,
        }
        await self._orders.update_one(
            {"_id": payment.order_id},
            {
                "$set": {"status": payment.status},
                "$inc": {"version": 1},
                "$push": {"payments": kept, "history": {"outcome": payment.status}},
            },
        )
