from typing import Any

import pytest

from sandbox.portone_v1 import SandboxControl, SandboxError
from tests.integration.portone_v1.callers import Vendor


async def listed(vendor: Vendor, since: int, until: int, **query: Any) -> list[dict[str, Any]]:
    window = {"from": since, "to": until, "sorting": "started", "limit": 1000}
    answer = await vendor.get("/payments/status/all", **(window | query))
    assert answer.status == 200, answer.body
    return list(answer.body["response"]["list"])


async def test_payments_are_made_from_a_few_numbers(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.generate_payments(10, since=1000, until=2000, prefix="o:", amount="14.20")

    rows = await listed(vendor, 1000, 1999)

    assert [row["merchant_uid"] for row in rows] == [f"o:{number:07d}" for number in range(10)]
    assert [row["started_at"] for row in rows] == list(range(1000, 2000, 100))
    assert all(row["paid_at"] == row["started_at"] for row in rows)
    assert {(row["status"], str(row["amount"])) for row in rows} == {("paid", "14.2")}


async def test_more_than_are_made_at_once_follow_each_other(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.generate_payments(100_001, since=0, until=200_002, status="ready")

    last = await listed(vendor, 199_990, 200_002)
    attempts = await vendor.get("/payments/findAll/order-0100000")

    assert [row["started_at"] for row in last] == [199_990 + 2 * step for step in range(6)]
    assert last[-1]["merchant_uid"] == "order-0100000"
    assert attempts.body["response"]["total"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"count": 0},
        {"count": 100_001},
        {"count": 1, "amount": 0},
        {"count": 1, "status": "new"},
        {"count": 1, "since": 2, "until": 1},
        {"count": 1, "prefix": "x" * 33},
        {"count": 1, "surprise": 1},
    ],
    ids=str,
)
async def test_what_cannot_be_made_is_refused(
    control: SandboxControl, body: dict[str, Any]
) -> None:
    with pytest.raises(SandboxError) as error:
        await control.ask("POST", "/payments/generate", body)

    assert error.value.http_status == 400


async def test_what_the_shop_announced_is_shown(vendor: Vendor, control: SandboxControl) -> None:
    body = {"merchant_uid": "a:b", "amount": 1000, "currency": "KRW"}
    await vendor.call("POST", "/payments/prepare", json=body)

    assert await control.prepared("a:b") == body
    assert await control.prepared("a") is None


async def test_numbers_beyond_64_bits_are_listed_too(
    vendor: Vendor, control: SandboxControl
) -> None:
    overrides = {"amount": 10**23, "started_at": 1000}
    await control.create_payment("order-1", 1, overrides=overrides)

    [row] = await listed(vendor, 1000, 1000)

    assert row["amount"] == 10**23
