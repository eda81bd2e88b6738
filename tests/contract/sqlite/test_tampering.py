"""Every cell of an order is changed by hand, one at a time: the audit sees it, and says where."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from adapters.sqlite.order_repository import SqliteOrderRepository
from tests.contract.tampering import ENTRIES, another, audited, tell_story

# What may have to be erased or renewed, and what only serves searching.
NOT_COVERED = {
    "orders.awaits_deposit",
    "orders.client_token",
    "orders.customer_locale",
    "orders.customer_phone",
    "payments.surplus",
    "refunds.account_bank_code",
    "refunds.account_holder",
    "refunds.account_number",
    "refunds.account_phone",
}
IN_THE_SALE = {"amount_minor", "currency", "created_at", "expires_at", "name", "customer_id"}
# How each table's rows are told apart; to change that is to change which row it is.
NUMBERED_BY = {
    "orders": "order_id",
    "payments": "position",
    "refunds": "position",
    "history": "version",
}


@dataclass(frozen=True, slots=True)
class Cell:
    table: str
    column: str
    row: object
    value: object
    is_number: bool

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"

    def change(self, connection: sqlite3.Connection) -> None:
        changed = another(self.value)
        if self.column == "discrepancies":
            changed = '[{"field": "amount", "expected": "1000", "actual": "2"}]'
        elif self.value is None and self.is_number:
            changed = 1
        connection.execute(
            f"UPDATE {self.table} SET {self.column} = ? WHERE {NUMBERED_BY[self.table]} = ?",
            (changed, self.row),
        )

    @property
    def broken_at(self) -> int:
        """Which entry has to be named: 0 is the sale."""
        if self.table == "history" and isinstance(self.row, int):
            return self.row
        if self.table == "orders" and self.column in IN_THE_SALE:
            return 0
        return ENTRIES + 1 if self.name == "orders.version" else ENTRIES


def cells(connection: sqlite3.Connection) -> Iterator[Cell]:
    for table, numbered_by in NUMBERED_BY.items():
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        for _, column, kind, *_ in columns:
            if column == numbered_by:
                continue
            rows = connection.execute(f"SELECT {numbered_by}, {column} FROM {table}")
            for row, value in rows.fetchall():
                yield Cell(table, column, row, value, kind == "INTEGER")


async def test_no_cell_is_changed_unseen(orders: SqliteOrderRepository, path: Path) -> None:
    await tell_story(orders)
    unseen: set[str] = set()
    named: dict[tuple[str, object], int] = {}
    refused: set[str] = set()
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
        closing(sqlite3.connect(":memory:")) as untouched,
    ):
        connection.backup(untouched)
        tried = list(cells(connection))
        for cell in tried:
            try:
                cell.change(connection)
            except sqlite3.IntegrityError:
                refused.add(cell.name)  # by the schema itself
                continue

            found = await audited(orders)

            if found.is_intact:
                unseen.add(cell.name)
            elif found.found_break is not None:
                named[cell.name, cell.row] = found.found_break.version
            untouched.backup(connection)
            assert (await audited(orders)).is_intact

    assert unseen == NOT_COVERED
    assert refused == {"payments.total_unreadable", "payments.cancelled_unreadable"}
    assert named == {
        (cell.name, cell.row): cell.broken_at for cell in tried if (cell.name, cell.row) in named
    }
    assert len(named) > 60
