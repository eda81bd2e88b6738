"""The schema's step for the operator's board: indexes for its lists, and sums kept by the hour.

Theory of operation. A day of a busy shop is more payments than a page may wait for, so what came
in is summed when it is written: triggers add each payment's share to the row of its hour and take
its share of before away, in the same transaction. So the sums are never beside the payments,
whoever writes them: a verdict, a refund or a migration.
"""
# ruff: noqa: S608 -- statements are put together from the words of this file alone

_HOUR = 3_600_000_000
# A sum that no longer fits would turn into a fraction, and refuse the payment that caused it.
_MOST = 9 * 10**18
_SUMS = ("paid", "refunded", "surplus")
# What a payment adds to the sums, where it has come in and says when and how much.
_COUNTS = """
    {row}.paid_at IS NOT NULL AND {row}.total_minor IS NOT NULL
    AND {row}.cancelled_minor IS NOT NULL
    AND {row}.status IN ('paid', 'partiallyCancelled', 'cancelled')
"""
_SHARE = f"""
    {{row}}.paid_at / {_HOUR}, {{row}}.total_currency,
    {{sign}}1, {{sign}}{{row}}.total_minor,
    {{sign}}({{row}}.cancelled_minor > 0), {{sign}}{{row}}.cancelled_minor,
    {{sign}}{{row}}.surplus,
    {{sign}}({{row}}.surplus * ({{row}}.total_minor - {{row}}.cancelled_minor))
"""
_WATCHED = ["status", "paid_at", "total_minor", "total_currency", "cancelled_minor", "surplus"]


def _add(names: tuple[str, ...], source: str) -> str:
    columns = [column for name in names for column in (name, f"{name}_minor")]
    grown = ", ".join(f"{each} = min({each} + excluded.{each}, {_MOST})" for each in columns)
    return f"""
        INSERT INTO takings (hour, currency, {", ".join(columns)}) {source}
        ON CONFLICT (hour, currency) DO UPDATE SET {grown};
    """


def _share_of(row: str, sign: str = "") -> str:
    share, counts = _SHARE.format(row=row, sign=sign), _COUNTS.format(row=row)
    return _add(_SUMS, f"SELECT {share} WHERE {counts}")


_ADD_UP_PAYMENTS = _add(
    _SUMS,
    f"""
        SELECT paid_at / {_HOUR}, total_currency, count(*), sum(total_minor),
            sum(cancelled_minor > 0), sum(cancelled_minor),
            sum(surplus), sum(surplus * (total_minor - cancelled_minor))
        FROM payments WHERE {_COUNTS.format(row="payments")} GROUP BY 1, 2
    """,
)
_ADD_UP_FORGERIES = _add(
    ("forged",),
    f"""
        SELECT history.at / {_HOUR}, orders.currency, count(*), sum(orders.amount_minor)
        FROM history JOIN orders ON orders.order_id = history.order_id
        WHERE history.outcome = 'forged' GROUP BY 1, 2
    """,
)

BOARD = (
    # Whether the payment is one too many, which its order's other columns decide.
    "ALTER TABLE payments ADD COLUMN surplus INTEGER NOT NULL DEFAULT 0",
    """
    UPDATE payments SET surplus = 1
    WHERE status IN ('paid', 'partiallyCancelled')
        AND total_minor IS NOT NULL AND cancelled_minor IS NOT NULL
        AND EXISTS (
            SELECT 1 FROM orders
            WHERE orders.order_id = payments.order_id AND settled_by_payment_id IS NOT NULL
                AND (settled_by_gateway, settled_by_payment_id)
                    <> (payments.gateway, payments.payment_id)
        )
    """,
    "CREATE INDEX orders_by_age ON orders (created_at, order_id)",
    """
    CREATE INDEX orders_awaiting_by_age ON orders (created_at, order_id)
    WHERE status = 'awaitingDeposit'
    """,
    """
    CREATE INDEX orders_of_customer ON orders (customer_id, created_at, order_id)
    WHERE customer_id IS NOT NULL
    """,
    "CREATE INDEX forgeries ON history (at, order_id, version) WHERE outcome = 'forged'",
    """
    CREATE INDEX forgeries_by_payment ON history (payment_id, at, order_id, version)
    WHERE outcome = 'forged'
    """,
    """
    CREATE INDEX surplus_payments ON payments (coalesce(paid_at, 0), order_id, position)
    WHERE surplus = 1
    """,
    # `forged` counts refusals, with the amounts of the orders that they were tried on.
    """
    CREATE TABLE takings (
        hour INTEGER NOT NULL,
        currency TEXT NOT NULL,
        paid INTEGER NOT NULL DEFAULT 0,
        paid_minor INTEGER NOT NULL DEFAULT 0,
        refunded INTEGER NOT NULL DEFAULT 0,
        refunded_minor INTEGER NOT NULL DEFAULT 0,
        surplus INTEGER NOT NULL DEFAULT 0,
        surplus_minor INTEGER NOT NULL DEFAULT 0,
        forged INTEGER NOT NULL DEFAULT 0,
        forged_minor INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (hour, currency)
    ) STRICT, WITHOUT ROWID
    """,
    _ADD_UP_PAYMENTS,
    _ADD_UP_FORGERIES,
    f"""
    CREATE TRIGGER payment_adds_up AFTER INSERT ON payments
    BEGIN {_share_of("NEW")} END
    """,
    f"""
    CREATE TRIGGER payment_adds_up_anew AFTER UPDATE ON payments
    WHEN {" OR ".join(f"OLD.{each} IS NOT NEW.{each}" for each in _WATCHED)}
    BEGIN {_share_of("OLD", "-")} {_share_of("NEW")} END
    """,
    f"""
    CREATE TRIGGER forgery_adds_up AFTER INSERT ON history WHEN NEW.outcome = 'forged'
    BEGIN {
        _add(
            ("forged",),
            f'''
                SELECT NEW.at / {_HOUR}, currency, 1, amount_minor FROM orders
                WHERE order_id = NEW.order_id
            ''',
        )
    } END
    """,
)
