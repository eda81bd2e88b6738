"""No question walks a whole table, or sorts what it finds."""

import pytest

from adapters.sqlite import statements as sql
from adapters.sqlite.database import SqliteDatabase

WORDS = {
    **dict.fromkeys(("customer_id", "after", "order_id", "gateway", "payment_id", "kind"), ""),
    "now": 0,
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
        sql.LIST_OPEN,
        sql.FIND_DUE_TASKS,
    ],
)
async def test_an_index_answers(database: SqliteDatabase, query: str) -> None:
    plan = await database.read(
        lambda connection: [
            row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", WORDS)
        ]
    )

    assert any("SEARCH" in step for step in plan)
    assert not [step for step in plan if "TEMP B-TREE" in step or step.startswith("SCAN")]
