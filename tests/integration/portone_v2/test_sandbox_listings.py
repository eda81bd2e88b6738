"""Both ways to list payments."""

from datetime import UTC, datetime

import pytest
from portone_server_sdk.payment import PaymentClient

from sandbox.machinery.exact_json import dumps
from sandbox.portone_v2 import SandboxControl
from tests.integration.portone_v2.callers import Answer, Caller


def ids(answer: Answer) -> list[str]:
    return [payment["id"] for payment in answer.body["items"]]


def iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


async def test_all_by_cursor_oldest_first(kit: PaymentClient, control: SandboxControl) -> None:
    made = await control.create_payments({"amount": 1} for _ in range(5))
    cursor, seen = None, []

    while items := (await kit.get_all_payments_by_cursor_async(size=2, cursor=cursor)).items:
        seen += [item.payment.id for item in items]  # type: ignore[union-attr]
        cursor = items[-1].cursor

    assert seen == made


async def test_pages_are_cut_by_position(kit: PaymentClient, control: SandboxControl) -> None:
    made = await control.create_payments({"amount": 1} for _ in range(5))

    page = await kit.get_payments_async(page={"number": 1, "size": 2})  # type: ignore[arg-type]

    assert page.page.total_count == 5
    assert [payment.id for payment in page.items] == [made[2], made[1]]  # type: ignore[union-attr]


async def test_a_time_is_when_it_was_made_or_when_its_status_changed(
    caller: Caller, control: SandboxControl
) -> None:
    await control.create_payment(1000, payment_id="old")
    await control.advance_clock(100)
    since = iso(await control.now())
    await control.create_payment(1000, payment_id="new")
    await control.pay("old")

    created = await caller.listed(**{"from": since, "timestampType": "CREATED_AT"})
    changed = await caller.listed(**{"from": since, "timestampType": "STATUS_CHANGED_AT"})
    before = await caller.listed(until=iso(await control.now() - 1))

    assert ids(created) == ["new"]
    assert sorted(ids(changed)) == ["new", "old"]
    assert ids(before) == ["old"]


async def test_a_second_part_is_no_change_of_status(
    caller: Caller, control: SandboxControl
) -> None:
    await control.create_payment(1000, payment_id="o", status="PAID")
    await control.cancel("o", amount=1)
    await control.advance_clock(100)
    since = iso(await control.now())
    await control.cancel("o", amount=1)

    changed = await caller.listed(**{"from": since, "timestampType": "STATUS_CHANGED_AT"})

    assert ids(changed) == []


async def test_a_filter_by_status_channel_and_version(
    caller: Caller, control: SandboxControl
) -> None:
    await control.create_payment(1000, payment_id="paid", status="PAID")
    await control.create_payment(1000, payment_id="pending", status="PAY_PENDING")
    await control.create_payment(1000, payment_id="test", test=True)
    await control.create_payment(1000, payment_id="v1", overrides={"version": "V1"})

    assert ids(await caller.listed(status=["PENDING"])) == ["pending"]
    assert ids(await caller.listed(isTest=True)) == ["test"]
    assert "test" not in ids(await caller.listed(isTest=False))
    assert ids(await caller.listed(version="V1")) == ["v1"]
    assert ids(await caller.listed(sortOrder="ASC", sortBy="STATUS_CHANGED_AT"))[0] == "paid"


@pytest.mark.parametrize(
    "wanted",
    [
        {"colour": "red"},
        {"status": ["PAY_PENDING"]},
        {"status": "PAID"},
        {"from": "2026-01-01"},
        {"from": "2026-13-01T00:00:00Z"},
        {"from": 1},
        {"from": "2999-01-01T00:00:00Z"},
        {"isTest": "yes"},
        {"sortBy": "AMOUNT"},
    ],
)
async def test_a_filter_that_is_none(
    caller: Caller, control: SandboxControl, wanted: dict[str, object]
) -> None:
    await control.create_payment(1000)

    assert (await caller.listed(**wanted)).refusal == (400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    "asked", ["{", "[]", '{"x": 1}', '{"page": {"size": 1001}}', '{"page": {"size": 0}}']
)
async def test_a_question_that_is_none(caller: Caller, asked: str) -> None:
    answer = await caller.call("GET", "/payments", requestBody=asked)

    assert answer.refusal == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("cursor", ["x", "YWZ0ZXI6eA==", "aGVyZTox"])
async def test_a_cursor_that_is_none(caller: Caller, cursor: str) -> None:
    asked = dumps({"cursor": cursor}).decode()

    answer = await caller.call("GET", "/payments-by-cursor", requestBody=asked)

    assert answer.refusal == (400, "INVALID_REQUEST")


async def test_the_question_may_be_the_body(caller: Caller, control: SandboxControl) -> None:
    await control.create_payment(1000, payment_id="o")

    assert ids(await caller.call("GET", "/payments", {"filter": {}})) == ["o"]


async def test_news_come_after_an_answer(caller: Caller, control: SandboxControl) -> None:
    await control.create_payment(1000, payment_id="card")
    await control.create_payment(1000, payment_id="account", method="virtual_account")
    await control.create_payment(1000, payment_id="paid", status="PAID")
    await control.fault("news", n=9)

    before = await caller.listed(sortOrder="ASC")
    after = await caller.listed(sortOrder="ASC")

    assert [each["status"] for each in before.body["items"]] == [
        "READY",
        "VIRTUAL_ACCOUNT_ISSUED",
        "PAID",
    ]
    assert [each["status"] for each in after.body["items"]] == ["PAID", "PAID", "PARTIAL_CANCELLED"]
