from typing import Any

import pytest

from sandbox.portone_v1 import SandboxControl
from tests.integration.portone_v1.callers import Vendor

DAY_S = 24 * 3600


async def listed(vendor: Vendor, status: str = "all", /, **query: Any) -> list[str]:
    answer = await vendor.get(f"/payments/status/{status}", **query)
    assert answer.status == 200, answer.body
    return [row["imp_uid"] for row in answer.body["response"]["list"]]


async def test_payments_are_listed_by_their_status(vendor: Vendor, control: SandboxControl) -> None:
    statuses = ["ready", "paid", "cancelled", "failed", "something_new"]
    for status in statuses:
        await control.create_payment("order-1", 1000, status=status, imp_uid=f"imp_{status}")

    for status in statuses[:-1]:
        assert await listed(vendor, status) == [f"imp_{status}"]
    assert await listed(vendor) == [f"imp_{status}" for status in reversed(statuses)]
    assert (await vendor.get("/payments/status/something_new")).status == 400


async def test_a_change_moves_a_payment_to_the_other_list(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.create_payment("order-1", 1000, imp_uid="imp_1")
    assert await listed(vendor, "ready") == ["imp_1"]
    assert await listed(vendor, "paid") == []

    await control.pay("imp_1")

    assert await listed(vendor, "ready") == []
    assert await listed(vendor, "paid") == ["imp_1"]
    await vendor.cancel(imp_uid="imp_1", amount=1)
    assert await listed(vendor, "paid") == []
    assert await listed(vendor, "cancelled") == ["imp_1"]


async def test_the_window_looks_at_the_time_of_the_status_reached(
    vendor: Vendor, control: SandboxControl
) -> None:
    times = {"started_at": 1000, "paid_at": 2000, "failed_at": 3000, "cancelled_at": 4000}
    for status in ("ready", "paid", "failed", "cancelled"):
        await control.create_payment(
            "order-1", 1000, status=status, imp_uid=f"imp_{status}", overrides=times
        )

    async def at(moment: int) -> list[str]:
        return await listed(vendor, **{"from": moment, "to": moment})

    assert await at(1000) == ["imp_ready"]
    assert await at(2000) == ["imp_paid"]
    assert await at(3000) == ["imp_failed"]
    assert await at(4000) == ["imp_cancelled"]
    assert await at(2001) == []


async def test_a_kept_window_follows_a_change_of_time(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.create_payment("order-1", 1000, imp_uid="imp_1", overrides={"started_at": 1000})
    window = {"from": 0, "to": 2000}
    assert await listed(vendor, **window) == ["imp_1"]

    await control.pay("imp_1")

    assert await listed(vendor, **window) == []


async def test_pages_know_their_neighbours(vendor: Vendor, control: SandboxControl) -> None:
    await control.create_payments(
        {"merchant_uid": "order-1", "amount": 1, "overrides": {"started_at": 1000 + number}}
        for number in range(45)
    )
    window = {"from": 0, "to": 5000}

    pages = [
        (await vendor.get("/payments/status/ready", **window, page=page)).body["response"]
        for page in (1, 2, 3)
    ]

    assert [(page["previous"], page["next"]) for page in pages] == [(0, 2), (1, 3), (2, 0)]
    assert [len(page["list"]) for page in pages] == [20, 20, 5]
    assert {page["total"] for page in pages} == {45}
    starts = [row["started_at"] for page in pages for row in page["list"]]
    assert starts == list(range(1044, 999, -1))


async def test_a_page_past_the_end_is_refused_but_an_empty_first_one_is_not(
    vendor: Vendor, control: SandboxControl
) -> None:
    empty = await vendor.get("/payments/status/paid")
    await control.create_payment("order-1", 1000, status="paid")

    past = await vendor.get("/payments/status/paid", page=2)

    assert empty.body["response"] == {"list": [], "next": 0, "previous": 0, "total": 0}
    assert past.status == 400
    assert past.body["response"] is None


async def test_ninety_days_at_most_and_by_default(vendor: Vendor, control: SandboxControl) -> None:
    now = await control.now()
    for days in (89, 91):
        overrides = {"started_at": now - days * DAY_S}
        await control.create_payment("order-1", 1, imp_uid=f"imp_{days}", overrides=overrides)

    too_wide = await vendor.get("/payments/status/all", **{"from": 0, "to": 90 * DAY_S + 1})
    widest = await vendor.get("/payments/status/all", **{"from": 0, "to": 90 * DAY_S})

    assert await listed(vendor) == ["imp_89"]
    assert too_wide.status == 400
    assert widest.status == 200


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "-1"},
        {"page": "one"},
        {"page": "²"},
        {"page": "9" * 5000},
        {"limit": "0"},
        {"limit": "1001"},
        {"from": "2000", "to": "1000"},
        {"from": "1.5"},
        {"sorting": "amount"},
    ],
)
async def test_unreadable_queries_are_refused(vendor: Vendor, query: dict[str, str]) -> None:
    answer = await vendor.get("/payments/status/all", **query)

    assert answer.status == 400
    assert answer.body["code"] == -1


async def test_a_thousand_rows_a_page(vendor: Vendor, control: SandboxControl) -> None:
    made = await control.create_payments([{"merchant_uid": "o", "amount": 1}] * 1200)

    rows = await listed(vendor, limit=1000) + await listed(vendor, limit=1000, page=2)

    assert rows == made[::-1]


async def test_more_windows_than_are_kept(vendor: Vendor, control: SandboxControl) -> None:
    await control.create_payment("order-1", 1, imp_uid="imp_1", overrides={"started_at": 1000})

    for since in range(990, 1000):
        assert await listed(vendor, **{"from": since, "to": 2000}) == ["imp_1"]
