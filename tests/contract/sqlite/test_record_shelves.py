"""A damaged row is named when everything is carried away, and stops nothing."""

from pathlib import Path

import pytest

from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.record_shelves import shelves
from tests.support.full_store import RECORDS

# Damage that the table itself does not refuse, and what is then named.
DAMAGE = {
    "orders": ("UPDATE orders SET currency = 'WON' WHERE order_id = 'bare'", ["bare"]),
    "tasks": (
        "UPDATE tasks SET kind = 'dance' WHERE order_id = 'not-come-yet'",
        ["recheck/not-come-yet/portone-v1/imp_000000000001/"],
    ),
    "stray payments": (
        "UPDATE stray_payments SET reason = 'none' WHERE payment_id = 'imp_stray'",
        ["portone-v1/imp_stray"],
    ),
    "sweep cursors": (
        "UPDATE sweep_cursors SET ended_at = 9223372036854775807 WHERE gateway = 'stripe'",
        ["stripe"],
    ),
    "sweep reports": ("UPDATE sweeps SET found = '{\"over\": {}}' WHERE asked_by = 'cli'", ["2"]),
    "operator actions": (
        "UPDATE operator_actions SET act = 'danced' WHERE action_id = 'action-2'",
        ["action-2"],
    ),
    "seen webhooks": (
        "UPDATE seen_webhooks SET seen_at = 9223372036854775807 WHERE gateway = 'x'",
        ["x/msg/1"],
    ),
    "allowances": (
        "UPDATE refund_allowances SET currency = 'WON' WHERE refund_id = 'rf-2'",
        ["2026-03-02/WON/rf-2"],
    ),
}


def test_every_kind_is_damaged_once(tmp_path: Path) -> None:
    assert DAMAGE.keys() == shelves(SqliteDatabase(tmp_path / "never-opened.db")).keys()


@pytest.mark.parametrize("kind", DAMAGE)
async def test_what_cannot_be_read_is_named_and_stops_nothing(tmp_path: Path, kind: str) -> None:
    statement, names = DAMAGE[kind]
    database = SqliteDatabase(tmp_path / "payproof.db")
    await database.open()
    shelf, records = shelves(database)[kind], RECORDS[kind]()
    await shelf.put(records)
    damaged = await database.write(lambda connection: connection.execute(statement).rowcount)

    page = await shelf.page("", 100)
    found = await shelf.find(records)
    counted = await shelf.count()
    await database.close()

    assert damaged == 1
    assert page.unreadable == names
    assert len(page.records) == counted - 1 == len(records) - 1
    assert found.count(None) == 1


async def test_a_moment_no_calendar_has_is_not_read(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "payproof.db")
    await database.open()
    shelf, records = shelves(database)["tasks"], RECORDS["tasks"]()
    await shelf.put(records)
    await database.write(
        lambda connection: connection.execute("UPDATE tasks SET ready_at = 9223372036854775807")
    )

    page = await shelf.page("", 100)
    await database.close()

    assert (list(page.records), len(page.unreadable)) == ([], len(records))
