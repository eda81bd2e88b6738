"""The stand-in's list of what happened, page by page."""

import pytest

from sandbox.toss import SandboxControl
from tests.integration.toss.conftest import Vendor


async def test_each_change_is_a_row_and_pages_are_turned_by_a_cursor(
    vendor: Vendor, control: SandboxControl
) -> None:
    payment = await control.create_payment("order-1", 1000, status="DONE")
    await control.cancel(payment["paymentKey"], amount=300)
    await control.create_payment("order-2", 1000, status="DONE")
    await control.create_payment("order-3", 1000)
    window = {"startDate": "2020-01-01T00:00:00", "endDate": "2099-01-01T00:00:00"}

    whole = (await vendor.get("/v1/transactions", **window)).body
    first = (await vendor.get("/v1/transactions", **window, limit=2)).body
    cursor = first[-1]["transactionKey"]
    rest = (await vendor.get("/v1/transactions", **window, limit=2, startingAfter=cursor)).body

    assert [(row["orderId"], row["status"], row["amount"]) for row in whole] == [
        ("order-1", "DONE", 1000),
        ("order-1", "PARTIAL_CANCELED", 300),
        ("order-2", "DONE", 1000),
    ]
    assert first + rest == whole


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"startDate": "x"}, "INVALID_REQUEST"),
        ({"endDate": ""}, "INVALID_REQUEST"),
        ({"limit": "0"}, "INVALID_REQUEST"),
        ({"limit": "5001"}, "INVALID_REQUEST"),
        ({"limit": "x"}, "INVALID_REQUEST"),
        ({"startingAfter": "x"}, "INVALID_TRANSACTION_KEY"),
    ],
)
async def test_a_list_that_cannot_be_is_refused(
    vendor: Vendor, changes: dict[str, str], code: str
) -> None:
    window = {"startDate": "2020-01-01T00:00:00", "endDate": "2099-01-01T00:00:00Z"}

    answer = await vendor.get("/v1/transactions", **(window | changes))

    assert (answer.status, answer.code) == (400, code)
