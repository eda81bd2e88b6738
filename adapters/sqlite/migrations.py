"""The schema, as the steps that lead to it; `PRAGMA user_version` counts the steps taken."""

import sqlite3
from pathlib import Path

from adapters.sqlite.board_schema import BOARD
from adapters.sqlite.errors import DatabaseUnusable
from adapters.sqlite.first_schema import FIRST_SCHEMA

# Marks a file as ours ("payp"), so that no other program's database is written to.
APPLICATION_ID = 0x70617970

# Tasks are claimed kind by kind. Those that are done, in time nearly all, are in no index.
_TASKS_BY_KIND = (
    # When it was parked; unknown of those that were parked before this step.
    "ALTER TABLE tasks ADD COLUMN set_aside_at INTEGER",
    "DROP INDEX tasks_by_state",
    """
    CREATE INDEX tasks_to_come ON tasks (state, kind, ready_at, task_id)
    WHERE state <> 'done'
    """,
)

# NULL in a row from before history was chained.
_CHAIN = (
    "ALTER TABLE orders ADD COLUMN head_hash TEXT",
    "ALTER TABLE history ADD COLUMN payment_status TEXT",
    "ALTER TABLE history ADD COLUMN rule_version INTEGER",
    "ALTER TABLE history ADD COLUMN record_hash TEXT",
    "ALTER TABLE history ADD COLUMN previous_hash TEXT",
)

# What the sweep asks: which payments were paid within a time or still await their deposit, and
# which open orders were made within a time.
_SWEEP = (
    """
    CREATE INDEX payments_paid ON payments (gateway, paid_at, payment_id)
    WHERE status IN ('paid', 'partiallyCancelled')
    """,
    """
    CREATE INDEX payments_awaiting_deposit ON payments (gateway, payment_id)
    WHERE status = 'awaitingDeposit' AND lapsed = 0
    """,
    """
    CREATE INDEX open_orders_by_age ON orders (created_at, order_id)
    WHERE status IN ('pending', 'awaitingDeposit')
    """,
)

# Payments that only one side has, how far each gateway's sweep has come, and what sweeps found.
# A stray's order id is the gateway's word: any text.
_STRAYS_AND_SWEEPS = (
    """
    CREATE TABLE stray_payments (
        gateway TEXT NOT NULL,
        payment_id TEXT NOT NULL,
        order_id TEXT NOT NULL,
        mode TEXT NOT NULL,
        status TEXT NOT NULL,
        total_minor INTEGER,
        total_unreadable TEXT,
        total_currency TEXT NOT NULL,
        cancelled_minor INTEGER,
        cancelled_unreadable TEXT,
        cancelled_currency TEXT NOT NULL,
        evidence TEXT NOT NULL,
        method TEXT,
        account_number TEXT,
        account_bank_code TEXT,
        account_bank_name TEXT,
        account_holder TEXT,
        account_due_at INTEGER,
        merchant_account TEXT,
        paid_at INTEGER,
        receipt_url TEXT,
        failure_reason TEXT,
        lapsed INTEGER NOT NULL,
        reason TEXT NOT NULL,
        found_at INTEGER NOT NULL,
        told INTEGER NOT NULL CHECK (told IN (0, 1)),
        PRIMARY KEY (gateway, payment_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX strays_of_order ON stray_payments (order_id, gateway, payment_id)",
    """
    CREATE TABLE sweep_cursors (
        gateway TEXT NOT NULL PRIMARY KEY,
        cursor INTEGER,
        token TEXT,
        lease_until INTEGER,
        ended_at INTEGER
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE sweeps (
        sweep_id INTEGER PRIMARY KEY,
        gateway TEXT NOT NULL,
        asked_by TEXT NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER NOT NULL,
        began_at INTEGER NOT NULL,
        ended_at INTEGER NOT NULL,
        pages INTEGER NOT NULL,
        payments INTEGER NOT NULL,
        questions INTEGER NOT NULL,
        found TEXT NOT NULL CHECK (json_type(found) = 'object'),
        stopped TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX sweeps_by_end ON sweeps (ended_at, sweep_id)",
)

# `cancelled_before_minor` is in the refund's own currency. The account is NULL again at the end.
_REFUNDS = (
    """
    CREATE TABLE refunds (
        refund_id TEXT NOT NULL PRIMARY KEY,
        order_id TEXT NOT NULL REFERENCES orders (order_id),
        position INTEGER NOT NULL,
        gateway TEXT NOT NULL,
        payment_id TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        reason TEXT NOT NULL,
        requested_at INTEGER NOT NULL,
        requested_by TEXT NOT NULL,
        contents TEXT NOT NULL,
        status TEXT NOT NULL,
        operator TEXT,
        account_bank_code TEXT,
        account_number TEXT,
        account_holder TEXT,
        account_phone TEXT,
        asked_at INTEGER,
        cancelled_before_minor INTEGER,
        refused_because TEXT
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX refunds_of_order ON refunds (order_id, position)",
    """
    CREATE INDEX refunds_awaiting_approval ON refunds (order_id)
    WHERE status = 'awaitingApproval'
    """,
    "ALTER TABLE history ADD COLUMN refund_id TEXT",
)

# What was given back unasked, so that a day's ceiling holds for all processes together.
_ALLOWANCES = (
    """
    CREATE TABLE refund_allowances (
        day TEXT NOT NULL,
        currency TEXT NOT NULL,
        refund_id TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        PRIMARY KEY (day, currency, refund_id)
    ) STRICT, WITHOUT ROWID
    """,
)

# Who dropped a parked task, and why.
_DROPPED_TASKS = ("ALTER TABLE tasks ADD COLUMN drop_note TEXT",)

# Nobody lists open orders by their ids any more.
_OPEN_ORDERS_BY_AGE_ALONE = ("DROP INDEX open_orders",)

# What operators did at the console, written down before it is carried out.
_OPERATOR_LOG = (
    """
    CREATE TABLE operator_actions (
        action_id TEXT NOT NULL PRIMARY KEY,
        at INTEGER NOT NULL,
        operator TEXT NOT NULL,
        act TEXT NOT NULL,
        order_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        reason TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX actions_of_order ON operator_actions (order_id, at, action_id)",
)

# Messages of gateways that were dealt with, so that a repeat is known again.
_SEEN_WEBHOOKS = (
    """
    CREATE TABLE seen_webhooks (
        gateway TEXT NOT NULL,
        delivery_id TEXT NOT NULL,
        seen_at INTEGER NOT NULL,
        PRIMARY KEY (gateway, delivery_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX seen_webhooks_by_age ON seen_webhooks (seen_at)",
)

# The part of a total that somebody else than the buyer bears.
_DISCOUNTS = tuple(
    f"ALTER TABLE {table} ADD COLUMN discount_minor INTEGER"
    for table in ("payments", "stray_payments")
)

MIGRATIONS = (
    FIRST_SCHEMA,
    _TASKS_BY_KIND,
    _CHAIN,
    _SWEEP,
    _STRAYS_AND_SWEEPS,
    _REFUNDS,
    _ALLOWANCES,
    _DROPPED_TASKS,
    _OPEN_ORDERS_BY_AGE_ALONE,
    BOARD,
    _OPERATOR_LOG,
    _SEEN_WEBHOOKS,
    _DISCOUNTS,
)
SCHEMA_VERSION = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Brings the schema up to date, inside the caller's write transaction."""
    _claim(connection, path)
    version = _pragma(connection, "user_version")
    if version > SCHEMA_VERSION:
        raise DatabaseUnusable(
            path,
            f"has schema {version}, but this payproof knows no newer one than {SCHEMA_VERSION}",
        )
    for number in range(version, SCHEMA_VERSION):
        for statement in MIGRATIONS[number]:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number + 1}")


def _claim(connection: sqlite3.Connection, path: Path) -> None:
    """Marks an empty file as ours, and refuses one that is neither empty nor ours."""
    if _pragma(connection, "application_id") == APPLICATION_ID:
        return
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables or _pragma(connection, "application_id") or _pragma(connection, "user_version"):
        raise DatabaseUnusable(path, "is the database of another program")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
