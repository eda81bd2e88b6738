"""No question walks a whole table, or sorts what it finds; a list it is asked with is no table."""

import pytest

from adapters.sqlite import board_statements as board
from adapters.sqlite import desk_statements as desk
from adapters.sqlite import statements as sql
from adapters.sqlite import webhook_statements as hooks
from adapters.sqlite.database import SqliteDatabase
from adapters.sqlite.rows import order_cells
from tests.support.factories import an_order

_NAMES_OF_PAGES = "SELECT name, rootpage FROM sqlite_schema WHERE rootpage IS NOT NULL"
WORDS = {
    **dict.fromkeys(("now", "after_moment", "until"), 0),
    "after_id": "",
    "payment_ids": "[]",
    **dict.fromkeys(("customer_id", "after", "before", "order_id", "gateway", "payment_id"), ""),
    "delivery_id": "",
    **dict.fromkeys(("task_id", "kind", "state"), ""),
    **dict.fromkeys(("since", "at", "ordinal", "at_most", "ready_at"), 0),
    "text": "",
    "order_ids": "[]",
    "limit": 1,
}


@pytest.mark.parametrize(
    "query",
    [
        sql.FIND_ORDER,
        sql.FIND_PAYMENTS,
        sql.FIND_HISTORY,
        sql.FIND_BINDING,
        sql.FIND_AWAITING_DEPOSIT,
        sql.FIND_REFUNDS,
        sql.LIST_AWAITING_APPROVAL,
        sql.FIND_DUE_TASKS,
        sql.FIND_RECORDED,
        sql.PAID_BETWEEN,
        sql.PAYMENTS_AWAITING_DEPOSIT,
        sql.OPEN_ORDERS,
        sql.KNOWN_ORDERS,
        sql.PAGE_OF_STRAYS,
        sql.STRAYS_OF_ORDER,
        board.TAKINGS,
        board.NEWEST,
        board.AWAITING,
        board.OF_CUSTOMER,
        board.BEGINNING_WITH,
        board.FORGED,
        board.REFUSED,
        board.SURPLUS,
        board.ACTIONS_OF_ORDER,
        hooks.FIND_SEEN_WEBHOOK,
        hooks.FORGET_SEEN_WEBHOOKS,
        hooks.PAGE_OF_SEEN_WEBHOOKS,
        desk.MEASURE_TASKS,
        desk.PAGE_OF_TASKS,
        desk.FIND_TASK,
        desk.FIND_TASKS_BETWEEN,
    ],
)
async def test_an_index_answers(database: SqliteDatabase, query: str) -> None:
    plan = await database.read(
        lambda connection: [
            row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", WORDS)
        ]
    )

    assert any("SEARCH" in step for step in plan)
    walks = [step for step in plan if step.startswith("SCAN") and step[5:11] != "wanted"]
    assert not [*walks, *(step for step in plan if "TEMP B-TREE" in step)]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (board.COUNT_AWAITING, "orders_awaiting_by_age"),
        (board.COUNT_FORGED, "forgeries"),
        (board.COUNT_SURPLUS, "surplus_payments"),
    ],
)
async def test_only_what_is_counted_is_walked(
    database: SqliteDatabase, query: str, index: str
) -> None:
    plan = await database.read(
        lambda connection: [
            row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", WORDS)
        ]
    )

    assert [step for step in plan if index in step]


async def test_to_save_an_order_writes_no_index_of_what_never_changes(
    database: SqliteDatabase,
) -> None:
    written = await database.read(
        lambda connection: {
            row["name"]
            for row in connection.execute(_NAMES_OF_PAGES)
            if row["rootpage"]
            in {
                step["p2"]
                for step in connection.execute(
                    f"EXPLAIN {sql.REPLACE_ORDER}", order_cells(an_order())
                )
                if step["opcode"] == "OpenWrite"
            }
        }
    )

    assert "open_orders_by_age" in written  # its condition is about the status
    assert "orders_by_age" not in written
