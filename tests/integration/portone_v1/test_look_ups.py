from typing import Any

import pytest

from sandbox.portone_v1 import SandboxControl
from tests.integration.portone_v1.callers import Vendor


@pytest.mark.parametrize(
    ("imp_uids", "merchant_uids", "status", "found"),
    [
        (["imp_a", "imp_b"], [], 200, 2),
        (["imp_a"], ["order-b"], 200, 2),
        (["imp_a", "imp_x"], [], 207, 1),
        (["imp_x"], ["order-x"], 404, 0),
    ],
)
async def test_several_payments_at_once(
    vendor: Vendor,
    control: SandboxControl,
    imp_uids: list[str],
    merchant_uids: list[str],
    status: int,
    found: int,
) -> None:
    await control.create_payment("order-a", 1000, imp_uid="imp_a")
    await control.create_payment("order-b", 1000, imp_uid="imp_b")
    query = [("imp_uid[]", uid) for uid in imp_uids]
    query += [("merchant_uid[]", uid) for uid in merchant_uids]

    answer = await vendor.call("GET", "/payments", params=query)

    assert answer.status == status
    assert len(answer.body["response"] or []) == found


@pytest.mark.parametrize(("count", "status"), [(0, 400), (100, 404), (101, 400)])
async def test_at_most_a_hundred_ids(vendor: Vendor, count: int, status: int) -> None:
    query = [("imp_uid[]", f"imp_{number}") for number in range(count)]

    answer = await vendor.call("GET", "/payments", params=query)

    assert answer.status == status


async def test_find_shows_the_latest_attempt_though_an_earlier_one_is_paid(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.create_payment("order:1", 1000, imp_uid="imp_paid", status="paid")
    await control.advance_clock(60)
    await control.create_payment("order:1", 1000, imp_uid="imp_left")

    async def found(path: str, **query: str) -> Any:
        return (await vendor.get(f"/payments/find/order%3A1{path}", **query)).payment["imp_uid"]

    assert await found("") == "imp_left"
    assert await found("", sorting="-started") == "imp_left"
    assert await found("", sorting="started") == "imp_paid"
    assert await found("", sorting="-paid") == "imp_paid"
    assert await found("/paid") == "imp_paid"
    await control.cancel("imp_paid", amount=1)
    await control.advance_clock(60)
    await control.fail("imp_left")
    assert await found("", sorting="-updated") == "imp_left"
    assert await found("", sorting="updated") == "imp_paid"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/payments/find/order-x", 404),
        ("/payments/find/order-1/failed", 404),
        ("/payments/find/order-1/nonsense", 400),
        ("/payments/find/order-1?sorting=amount", 400),
        ("/payments/findAll/order-x", 404),
        ("/payments/findAll/order-1?page=2", 400),
        ("/payments/findAll/order-1?page=0", 400),
        ("/payments/findAll/order-1?limit=1001", 400),
    ],
)
async def test_a_look_up_without_a_row_says_why(
    vendor: Vendor, control: SandboxControl, path: str, status: int
) -> None:
    await control.create_payment("order-1", 1000)

    assert (await vendor.get(path)).status == status


async def test_find_all_pages_through_the_attempts(vendor: Vendor, control: SandboxControl) -> None:
    for number in range(5):
        await control.create_payment("a/b c", 1000, imp_uid=f"imp_{number}")

    # Sent raw: an id may hold a slash, which must stay one segment.
    pages = [
        (await vendor.get(f"/payments/findAll/a%2Fb%20c?limit=2&page={page}")).body["response"]
        for page in (1, 2, 3)
    ]

    assert [[row["imp_uid"] for row in page["list"]] for page in pages] == [
        ["imp_4", "imp_3"],
        ["imp_2", "imp_1"],
        ["imp_0"],
    ]
    assert [(page["previous"], page["next"], page["total"]) for page in pages] == [
        (0, 2, 5),
        (1, 3, 5),
        (2, 0, 5),
    ]


async def test_find_all_by_status(vendor: Vendor, control: SandboxControl) -> None:
    await control.create_payment("order-1", 1000)
    await control.create_payment("order-1", 1000, status="failed")

    page = (await vendor.get("/payments/findAll/order-1/failed")).body["response"]

    assert [row["status"] for row in page["list"]] == ["failed"]
