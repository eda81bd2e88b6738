"""Every SQL statement, with the columns spelled out once. Values are always bound, by name."""
# ruff: noqa: S608 -- statements are put together from the words of this file alone

_ORDER = """
    order_id version status amount_minor currency client_token created_at expires_at name
    customer_id customer_phone customer_locale settled_by_gateway settled_by_payment_id
    awaits_deposit head_hash
"""
_SNAPSHOT = """
    gateway payment_id order_id mode status
    total_minor total_unreadable total_currency
    cancelled_minor cancelled_unreadable cancelled_currency
    evidence method
    account_number account_bank_code account_bank_name account_holder account_due_at
    merchant_account paid_at receipt_url failure_reason lapsed discount_minor
"""
_PAYMENT = f"{_SNAPSHOT} position surplus"
_HISTORY = """
    order_id version at triggered_by outcome gateway payment_id evidence discrepancies
    payment_status rule_version record_hash previous_hash refund_id
"""
_REFUND = """
    refund_id order_id position gateway payment_id amount_minor currency reason
    requested_at requested_by contents status operator
    account_bank_code account_number account_holder account_phone
    asked_at cancelled_before_minor refused_because
"""
_TASK = "task_id kind order_id gateway payment_id due_at detail lane position"
_STRAY = f"{_SNAPSHOT} reason found_at told"
_SWEEP = """
    gateway asked_by since until began_at ended_at pages payments questions found stopped
"""
_STANDING = "state ready_at attempts lease park_reason set_aside_at drop_note"


# What names an order, and when it was registered. To write it again would write its indexes too.
_NEVER_CHANGES = "order_id created_at"


def _each(columns: str, form: str, *, but: str = "") -> str:
    """The columns as a list, each in that form, without those that are left out."""
    return ", ".join(form.format(each) for each in columns.split() if each not in but.split())


# --- orders, their payments and history

FIND_ORDER = "SELECT * FROM orders WHERE order_id = :order_id"
FIND_PAYMENTS = "SELECT * FROM payments WHERE order_id = :order_id ORDER BY position"
FIND_HISTORY = "SELECT * FROM history WHERE order_id = :order_id ORDER BY version"
FIND_REFUNDS = "SELECT * FROM refunds WHERE order_id = :order_id ORDER BY position"
FIND_BINDING = "SELECT order_id FROM payments WHERE gateway = :gateway AND payment_id = :payment_id"
FIND_AWAITING_DEPOSIT = """
    SELECT * FROM orders WHERE customer_id = :customer_id AND awaits_deposit = 1
    ORDER BY created_at DESC, order_id DESC LIMIT :limit
"""
LIST_IDS = "SELECT order_id FROM orders WHERE order_id > :after ORDER BY order_id LIMIT :limit"
LIST_AWAITING_APPROVAL = """
    SELECT * FROM orders WHERE order_id IN (
        SELECT order_id FROM refunds WHERE status = 'awaitingApproval' AND order_id > :after
    )
    ORDER BY order_id LIMIT :limit
"""
ADD_ORDER = f"""
    INSERT INTO orders ({_each(_ORDER, "{}")}) VALUES ({_each(_ORDER, ":{}")})
    ON CONFLICT (order_id) DO NOTHING
"""
REPLACE_ORDER = f"""
    UPDATE orders SET {_each(_ORDER, "{0} = :{0}", but=_NEVER_CHANGES)}
    WHERE order_id = :order_id AND version = :version - 1
"""
# Changes no row, if the payment belongs to another order.
PUT_PAYMENT = f"""
    INSERT INTO payments ({_each(_PAYMENT, "{}")}) VALUES ({_each(_PAYMENT, ":{}")})
    ON CONFLICT (gateway, payment_id) DO UPDATE SET {_each(_PAYMENT, "{0} = excluded.{0}")}
    WHERE payments.order_id = excluded.order_id
"""
PUT_REFUND = f"""
    INSERT INTO refunds ({_each(_REFUND, "{}")}) VALUES ({_each(_REFUND, ":{}")})
    ON CONFLICT (refund_id) DO UPDATE SET {_each(_REFUND, "{0} = excluded.{0}")}
"""
ADD_HISTORY = f"""
    INSERT INTO history ({_each(_HISTORY, "{}")}) VALUES ({_each(_HISTORY, ":{}")})
"""

# --- tasks

_INSERT_TASK = f"""
    INSERT INTO tasks ({_each(_TASK, "{}")}, state, ready_at, attempts)
    VALUES ({_each(_TASK, ":{}")}, 'waiting', :due_at, 0)
"""
ADD_TASK = f"{_INSERT_TASK} ON CONFLICT (task_id) DO NOTHING"
# One that waits stays as it is; any other waits again, from zero attempts and free of its lease.
PUT_TASK = f"""
    {_INSERT_TASK} ON CONFLICT (task_id) DO UPDATE
    SET due_at = excluded.due_at, state = 'waiting', ready_at = excluded.ready_at, attempts = 0,
        lease = NULL, park_reason = NULL, set_aside_at = NULL, drop_note = NULL
    WHERE state <> 'waiting'
"""
_FIRST_IN_LANE = """
    (lane = '' OR NOT EXISTS (
        SELECT 1 FROM tasks AS earlier
        WHERE earlier.lane <> '' AND earlier.state IN ('waiting', 'leased')
            AND earlier.order_id = tasks.order_id AND earlier.lane = tasks.lane
            AND earlier.position < tasks.position
    ))
"""
# What the index of the tasks to come says of itself, for a query to be served by it.
TO_COME = "state <> 'done'"
_DUE = f"{TO_COME} AND kind = :kind AND ready_at <= :now AND {_FIRST_IN_LANE}"
# Two walks along one index, merged: a long queue is never sorted.
FIND_DUE_TASKS = f"""
    SELECT * FROM tasks WHERE state = 'waiting' AND {_DUE}
    UNION ALL
    SELECT * FROM tasks WHERE state = 'leased' AND {_DUE}
    ORDER BY ready_at, task_id LIMIT :limit
"""
LEND_TASK = """
    UPDATE tasks SET state = 'leased', lease = :lease, ready_at = :ready_at, attempts = attempts + 1
    WHERE task_id = :task_id
"""
_HELD = "WHERE task_id = :task_id AND lease = :lease"
COMPLETE_TASK = f"""
    UPDATE tasks SET state = 'done', lease = NULL, park_reason = NULL {_HELD}
"""
RETRY_TASK = f"""
    UPDATE tasks SET state = 'waiting', lease = NULL, park_reason = :reason,
        ready_at = :ready_at {_HELD}
"""
PARK_TASK = f"""
    UPDATE tasks SET state = 'parked', lease = NULL, park_reason = :reason,
        set_aside_at = :set_aside_at {_HELD}
"""
COUNT_TASKS = "SELECT state, count(*) AS tasks FROM tasks GROUP BY state"

# --- the record of payments, for the sweep

_RECORDED = """
    SELECT payments.*, orders.settled_by_gateway IS payments.gateway
        AND orders.settled_by_payment_id IS payments.payment_id AS settles
"""
FIND_RECORDED = f"""
    {_RECORDED} FROM json_each(:payment_ids) AS wanted
    CROSS JOIN payments ON payments.gateway = :gateway AND payments.payment_id = wanted.value
    CROSS JOIN orders ON orders.order_id = payments.order_id
"""
# Each page begins after the last row of the one before.
PAID_BETWEEN = f"""
    {_RECORDED} FROM payments CROSS JOIN orders ON orders.order_id = payments.order_id
    WHERE payments.gateway = :gateway
        AND payments.status IN ('paid', 'partiallyCancelled')
        AND (payments.paid_at, payments.payment_id) > (:after_moment, :after_id)
        AND payments.paid_at < :until
    ORDER BY payments.paid_at, payments.payment_id LIMIT :limit
"""
PAYMENTS_AWAITING_DEPOSIT = f"""
    {_RECORDED} FROM payments CROSS JOIN orders ON orders.order_id = payments.order_id
    WHERE payments.status = 'awaitingDeposit' AND payments.lapsed = 0
        AND payments.gateway = :gateway AND payments.payment_id > :after_id
    ORDER BY payments.payment_id LIMIT :limit
"""
OPEN_ORDERS = """
    SELECT order_id, created_at FROM orders
    WHERE status IN ('pending', 'awaitingDeposit')
        AND (created_at, order_id) > (:after_moment, :after_id) AND created_at < :until
    ORDER BY created_at, order_id LIMIT :limit
"""
OLDEST_OPEN_ORDER = """
    SELECT created_at FROM orders WHERE status IN ('pending', 'awaitingDeposit')
    ORDER BY created_at LIMIT 1
"""
KNOWN_ORDERS = """
    SELECT orders.order_id FROM json_each(:order_ids) AS wanted
    CROSS JOIN orders ON orders.order_id = wanted.value
"""

# --- stray payments

KEEP_STRAY = f"""
    INSERT INTO stray_payments ({_each(_STRAY, "{}")}) VALUES ({_each(_STRAY, ":{}")})
    ON CONFLICT (gateway, payment_id) DO UPDATE SET {_each(_SNAPSHOT, "{0} = excluded.{0}")},
        told = stray_payments.told AND stray_payments.reason = excluded.reason,
        reason = excluded.reason
    RETURNING *
"""
_THE_STRAY = "WHERE gateway = :gateway AND payment_id = :payment_id"
MARK_STRAY_TOLD = f"UPDATE stray_payments SET told = 1 {_THE_STRAY}"
DROP_STRAY = f"DELETE FROM stray_payments {_THE_STRAY}"
PAGE_OF_STRAYS = """
    SELECT * FROM stray_payments WHERE (gateway, payment_id) > (:gateway, :payment_id)
    ORDER BY gateway, payment_id LIMIT :limit
"""
STRAYS_OF_ORDER = """
    SELECT gateway, payment_id FROM stray_payments WHERE order_id = :order_id
    ORDER BY gateway, payment_id LIMIT :limit
"""

# --- sweeps

BEGIN_SWEEP = """
    INSERT INTO sweep_cursors (gateway, token, lease_until)
    VALUES (:gateway, :token, :lease_until)
    ON CONFLICT (gateway) DO UPDATE SET token = excluded.token, lease_until = excluded.lease_until
    WHERE (token IS NULL OR lease_until <= :now) AND (ended_at IS NULL OR ended_at <= :ended_by)
    RETURNING cursor
"""
_HELD_SWEEP = "WHERE gateway = :gateway AND token = :token"
ADVANCE_SWEEP = f"""
    UPDATE sweep_cursors SET cursor = coalesce(:cursor, cursor), lease_until = :lease_until
    {_HELD_SWEEP}
"""
END_SWEEP = f"""
    UPDATE sweep_cursors SET token = NULL, lease_until = NULL, ended_at = :now {_HELD_SWEEP}
"""
ADD_SWEEP = f"INSERT INTO sweeps ({_each(_SWEEP, '{}')}) VALUES ({_each(_SWEEP, ':{}')})"
FORGET_SWEEPS = "DELETE FROM sweeps WHERE ended_at < :before"
LATEST_SWEEPS = "SELECT * FROM sweeps ORDER BY ended_at DESC, sweep_id DESC LIMIT :limit"

# --- what was given back unasked

TAKE_ALLOWANCE = """
    INSERT INTO refund_allowances (day, currency, refund_id, amount_minor)
    SELECT :day, :currency, :refund_id, :amount_minor
    WHERE :amount_minor + (
        SELECT coalesce(sum(amount_minor), 0) FROM refund_allowances
        WHERE day = :day AND currency = :currency
    ) <= :limit_minor
    ON CONFLICT (day, currency, refund_id) DO NOTHING
"""
FIND_ALLOWANCE = """
    SELECT 1 FROM refund_allowances
    WHERE day = :day AND currency = :currency AND refund_id = :refund_id
"""

# --- whole records, to be carried from store to store

COUNT_ORDERS = "SELECT count(*) AS records FROM orders"
PAGE_OF_ORDERS = """
    SELECT * FROM orders WHERE order_id > :order_id ORDER BY order_id LIMIT :limit
"""
COUNT_ALL_TASKS = "SELECT count(*) AS records FROM tasks"
PAGE_OF_ALL_TASKS = """
    SELECT * FROM tasks WHERE task_id > :task_id ORDER BY task_id LIMIT :limit
"""
FIND_STORED_TASK = "SELECT * FROM tasks WHERE task_id = :task_id"
CARRY_TASK = f"""
    INSERT INTO tasks ({_each(f"{_TASK} {_STANDING}", "{}")})
    VALUES ({_each(f"{_TASK} {_STANDING}", ":{}")})
    ON CONFLICT (task_id) DO NOTHING
"""
COUNT_STRAYS = "SELECT count(*) AS records FROM stray_payments"
FIND_STRAY = f"SELECT * FROM stray_payments {_THE_STRAY}"
CARRY_STRAY = f"""
    INSERT INTO stray_payments ({_each(_STRAY, "{}")}) VALUES ({_each(_STRAY, ":{}")})
    ON CONFLICT (gateway, payment_id) DO NOTHING
"""
COUNT_SWEEP_STATES = "SELECT count(*) AS records FROM sweep_cursors"
PAGE_OF_SWEEP_STATES = """
    SELECT * FROM sweep_cursors WHERE gateway > :gateway ORDER BY gateway LIMIT :limit
"""
FIND_SWEEP_STATE = "SELECT * FROM sweep_cursors WHERE gateway = :gateway"
CARRY_SWEEP_STATE = """
    INSERT INTO sweep_cursors (gateway, cursor, token, lease_until, ended_at)
    VALUES (:gateway, :cursor, :token, :lease_until, :ended_at) ON CONFLICT (gateway) DO NOTHING
"""
COUNT_SWEEPS = "SELECT count(*) AS records FROM sweeps"
PAGE_OF_SWEEPS = "SELECT * FROM sweeps WHERE sweep_id > :sweep_id ORDER BY sweep_id LIMIT :limit"
_THE_SWEEP = "WHERE gateway = :gateway AND asked_by = :asked_by AND began_at = :began_at"
FIND_SWEEP = f"SELECT * FROM sweeps {_THE_SWEEP}"
CARRY_SWEEP = f"""
    INSERT INTO sweeps ({_each(_SWEEP, "{}")}) SELECT {_each(_SWEEP, ":{}")}
    WHERE NOT EXISTS (SELECT 1 FROM sweeps {_THE_SWEEP})
"""
COUNT_ALLOWANCES = "SELECT count(*) AS records FROM refund_allowances"
PAGE_OF_ALLOWANCES = """
    SELECT * FROM refund_allowances
    WHERE (day, currency, refund_id) > (:day, :currency, :refund_id)
    ORDER BY day, currency, refund_id LIMIT :limit
"""
FIND_TAKEN_ALLOWANCE = """
    SELECT * FROM refund_allowances
    WHERE day = :day AND currency = :currency AND refund_id = :refund_id
"""
CARRY_ALLOWANCE = """
    INSERT INTO refund_allowances (day, currency, refund_id, amount_minor)
    VALUES (:day, :currency, :refund_id, :amount_minor)
    ON CONFLICT (day, currency, refund_id) DO NOTHING
"""
