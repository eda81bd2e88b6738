"""The schema's first step: orders, their payments and history, and tasks."""

# Money is in minor units, times are microseconds since 1970 in UTC. An amount that is no Money
# is kept as the text the gateway gave. Text compares by bytes, so ids sort by code point.
FIRST_SCHEMA = (
    """
    CREATE TABLE orders (
        order_id TEXT NOT NULL PRIMARY KEY,
        version INTEGER NOT NULL,
        status TEXT NOT NULL,
        amount_minor INTEGER NOT NULL,
        currency TEXT NOT NULL,
        client_token TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER,
        name TEXT,
        customer_id TEXT,
        customer_phone TEXT,
        customer_locale TEXT,
        settled_by_gateway TEXT,
        settled_by_payment_id TEXT,
        awaits_deposit INTEGER NOT NULL CHECK (awaits_deposit IN (0, 1))
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX open_orders ON orders (order_id)
    WHERE status IN ('pending', 'awaitingDeposit')
    """,
    """
    CREATE INDEX orders_awaiting_deposit ON orders (customer_id, created_at, order_id)
    WHERE awaits_deposit = 1
    """,
    # The key binds a payment to one order.
    """
    CREATE TABLE payments (
        gateway TEXT NOT NULL,
        payment_id TEXT NOT NULL,
        order_id TEXT NOT NULL REFERENCES orders (order_id),
        position INTEGER NOT NULL,
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
        lapsed INTEGER NOT NULL CHECK (lapsed IN (0, 1)),
        PRIMARY KEY (gateway, payment_id),
        CHECK ((total_minor IS NULL) <> (total_unreadable IS NULL)),
        CHECK ((cancelled_minor IS NULL) <> (cancelled_unreadable IS NULL))
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX payments_of_order ON payments (order_id, position)",
    """
    CREATE TABLE history (
        order_id TEXT NOT NULL REFERENCES orders (order_id),
        version INTEGER NOT NULL,
        at INTEGER NOT NULL,
        triggered_by TEXT NOT NULL,
        outcome TEXT NOT NULL,
        gateway TEXT NOT NULL,
        payment_id TEXT NOT NULL,
        evidence TEXT NOT NULL,
        discrepancies TEXT NOT NULL CHECK (json_type(discrepancies) = 'array'),
        PRIMARY KEY (order_id, version)
    ) STRICT, WITHOUT ROWID
    """,
    # `ready_at` is when a waiting task is due, and when a leased one's lease runs out. The order
    # need not exist: a payment may be heard of first.
    """
    CREATE TABLE tasks (
        task_id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        order_id TEXT NOT NULL,
        gateway TEXT NOT NULL,
        payment_id TEXT NOT NULL,
        due_at INTEGER NOT NULL,
        detail TEXT NOT NULL,
        lane TEXT NOT NULL,
        position INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'leased', 'done', 'parked')),
        ready_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        lease TEXT,
        park_reason TEXT
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX tasks_by_state ON tasks (state, ready_at, task_id)",
    """
    CREATE INDEX tasks_in_lanes ON tasks (order_id, lane, position)
    WHERE lane <> '' AND state IN ('waiting', 'leased')
    """,
)
