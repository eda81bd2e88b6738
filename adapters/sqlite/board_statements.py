"""What an operator asks of all orders together, in SQL."""
# ruff: noqa: S608 -- statements are put together from the words of this file alone

TAKINGS = "SELECT * FROM takings WHERE hour >= :since AND hour < :until ORDER BY hour, currency"

_ORDER = """
    SELECT created_at AS at, order_id, 0 AS ordinal, status, amount_minor, currency, expires_at,
        name, customer_id, NULL AS gateway, NULL AS payment_id
    FROM orders
"""
_BY_AGE = "(created_at, order_id) < (:at, :order_id)"
_YOUNGEST_FIRST = "ORDER BY created_at DESC, order_id DESC LIMIT :limit"
NEWEST = f"{_ORDER} WHERE {_BY_AGE} {_YOUNGEST_FIRST}"
AWAITING = f"{_ORDER} WHERE status = 'awaitingDeposit' AND {_BY_AGE} {_YOUNGEST_FIRST}"
OF_CUSTOMER = f"{_ORDER} WHERE customer_id = :customer_id AND {_BY_AGE} {_YOUNGEST_FIRST}"
# Ids are ASCII: no character of theirs comes after the bound.
BEGINNING_WITH = f"""
    {_ORDER} WHERE order_id >= :text AND order_id < :text || char(127)
    ORDER BY order_id LIMIT :limit
"""
_FORGERY = """
    SELECT history.at, history.order_id, history.version AS ordinal, orders.status,
        orders.amount_minor, orders.currency, orders.expires_at, orders.name, orders.customer_id,
        history.gateway, history.payment_id
    FROM history CROSS JOIN orders ON orders.order_id = history.order_id
    WHERE history.outcome = 'forged'
"""
_LATEST_FIRST = """
    ORDER BY history.at DESC, history.order_id DESC, history.version DESC LIMIT :limit
"""
FORGED = f"""
    {_FORGERY} AND (history.at, history.order_id, history.version) < (:at, :order_id, :ordinal)
    {_LATEST_FIRST}
"""
REFUSED = f"{_FORGERY} AND history.payment_id = :payment_id {_LATEST_FIRST}"
SURPLUS = """
    SELECT coalesce(payments.paid_at, 0) AS at, payments.order_id, payments.position AS ordinal,
        orders.status, payments.total_minor - payments.cancelled_minor AS amount_minor,
        payments.total_currency AS currency, orders.expires_at, orders.name, orders.customer_id,
        payments.gateway, payments.payment_id
    FROM payments CROSS JOIN orders ON orders.order_id = payments.order_id
    WHERE payments.surplus = 1
        AND coalesce(payments.paid_at, 0) <= :at
        AND (coalesce(payments.paid_at, 0), payments.order_id, payments.position)
            < (:at, :order_id, :ordinal)
    ORDER BY coalesce(payments.paid_at, 0) DESC, payments.order_id DESC, payments.position DESC
    LIMIT :limit
"""


def _counted(rows: str) -> str:
    return f"SELECT count(*) AS lines FROM (SELECT 1 FROM {rows} LIMIT :at_most)"


COUNT_NEWEST = _counted("orders")
COUNT_AWAITING = _counted("orders WHERE status = 'awaitingDeposit'")
COUNT_FORGED = _counted("history WHERE outcome = 'forged'")
COUNT_SURPLUS = _counted("payments WHERE surplus = 1")

# --- what operators did

ADD_ACTION = """
    INSERT INTO operator_actions (action_id, at, operator, act, order_id, subject, reason)
    VALUES (:action_id, :at, :operator, :act, :order_id, :subject, :reason)
    ON CONFLICT (action_id) DO NOTHING
"""
ACTIONS_OF_ORDER = """
    SELECT * FROM operator_actions WHERE order_id = :order_id
    ORDER BY at DESC, action_id DESC LIMIT :limit
"""
COUNT_ACTIONS = "SELECT count(*) AS records FROM operator_actions"
PAGE_OF_ACTIONS = """
    SELECT * FROM operator_actions WHERE action_id > :action_id ORDER BY action_id LIMIT :limit
"""
FIND_ACTION = "SELECT * FROM operator_actions WHERE action_id = :action_id"
