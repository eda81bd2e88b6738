import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.machinery.exact_json import loads
from sandbox.portone_v1 import SandboxControl
from tests.integration.portone_v1.callers import Vendor

FIXTURES = Path(__file__).parents[2] / "fixtures" / "portone_v1"

# What differs from run to run, or was left out when the fixtures were made.
VOLATILE = {
    "cancel_history",
    "cancel_receipt_urls",
    "cancelled_at",
    "failed_at",
    "imp_uid",
    "merchant_uid",
    "paid_at",
    "pg_tid",
    "receipt_url",
    "started_at",
    "user_agent",
    "vbank_date",
    "vbank_issued_at",
    "vbank_num",
}


def fixture(name: str) -> Any:
    return loads((FIXTURES / f"{name}.json").read_bytes())


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("paid_card", {"status": "paid"}),
        ("paid_point_kakaopay", {"status": "paid", "pay_method": "point", "amount": 100}),
        (
            "paid_phone_mobile",
            {"status": "paid", "pay_method": "phone", "overrides": {"channel": "mobile"}},
        ),
        ("ready_abandoned_card", {}),
        (
            "ready_vbank_issued",
            {"pay_method": "vbank", "amount": 6500, "overrides": {"channel": "mobile"}},
        ),
        (
            "ready_vbank_not_yet_issued",
            {
                "pay_method": "vbank",
                "issue": False,
                "overrides": {"pg_provider": "html5_inicis"},
            },
        ),
        ("paid_vbank_deposited", {"pay_method": "vbank", "amount": 6500, "status": "paid"}),
        ("failed", {"status": "failed"}),
        (
            "cancelled_full",
            {
                "status": "cancelled",
                "overrides": {
                    "apply_num": None,
                    "card_code": None,
                    "card_name": None,
                    "card_number": None,
                    "card_type": None,
                },
            },
        ),
        (
            "paid_usd_decimal",
            {"status": "paid", "pay_method": "paypal", "currency": "USD", "amount": "14.20"},
        ),
        (
            "paid_unknown_fields",
            {
                "status": "paid",
                "pay_method": "brand_new_method",
                "overrides": {"new_field_2030": {"a": 1}},
            },
        ),
    ],
)
async def test_a_payment_looks_as_the_vendors(
    vendor: Vendor, control: SandboxControl, name: str, wanted: dict[str, Any]
) -> None:
    expected = fixture(name)["response"]
    created = await control.create_payment("order-0001", wanted.pop("amount", 1000), **wanted)

    shown = (await vendor.get(f"/payments/{created['imp_uid']}")).payment

    assert shown == created
    assert sorted(shown) == sorted(expected)
    for key in shown.keys() - VOLATILE:
        assert shown[key] == expected[key], key
    for key in VOLATILE & shown.keys():
        assert type(shown[key]) is type(expected[key]) or "receipt" in key, key
        assert bool(shown[key]) == bool(expected[key]) or "receipt" in key, key


async def test_a_cancellation_is_recorded_as_the_vendor_does(
    vendor: Vendor, control: SandboxControl
) -> None:
    expected = fixture("cancelled_partial")["response"]["cancel_history"][0]
    created = await control.create_payment("order-0001", 1000, status="paid")

    shown = (await control.cancel(created["imp_uid"], amount=300))["cancel_history"][0]

    assert shown.keys() == expected.keys()
    assert (shown["amount"], shown["reason"]) == (300, "고객 변심")
    assert len(shown["cancellation_id"]) == len(expected["cancellation_id"])


@pytest.mark.parametrize(
    ("amount", "on_the_wire"),
    [
        (1000, b'"amount":1000,'),
        ("14.20", b'"amount":14.2,'),
        (Decimal("0.1"), b'"amount":0.1,'),
        ("123456789012.12345678", b'"amount":123456789012.12345678,'),
        ("1000.00", b'"amount":1000,'),
    ],
)
async def test_amounts_are_written_exactly(
    vendor: Vendor, control: SandboxControl, amount: Any, on_the_wire: bytes
) -> None:
    created = await control.create_payment("order-1", amount, currency="USD", status="paid")

    async with vendor.session.get(
        f"{vendor.base_url}/payments/{created['imp_uid']}", headers=vendor.headers
    ) as response:
        raw = await response.read()

    assert on_the_wire in raw
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert "테스트 상품".encode() in raw


async def test_an_unknown_payment_is_404_in_the_envelope(vendor: Vendor) -> None:
    answer = await vendor.get("/payments/imp_unknown")

    assert answer.status == 404
    assert answer.body == fixture("error_404_unknown_imp_uid")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 404),
        ({"include_sandbox": "false"}, 404),
        ({"include_sandbox": "nonsense"}, 404),
        ({"include_sandbox": "true"}, 200),
    ],
)
async def test_a_test_channel_payment_hides(
    vendor: Vendor, control: SandboxControl, query: dict[str, str], status: int
) -> None:
    created = await control.create_payment("order-1", 1000, status="paid", sandbox=True)

    answer = await vendor.get(f"/payments/{created['imp_uid']}", **query)

    assert answer.status == status
    if status == 404:
        assert answer.body == fixture("error_404_unknown_imp_uid")
    else:
        assert answer.payment["sandbox"] is True


@pytest.mark.parametrize(
    "path",
    [
        "/payments?imp_uid[]=imp_test",
        "/payments/find/order-1",
        "/payments/findAll/order-1",
        "/payments/status/paid",
    ],
)
async def test_a_test_channel_payment_hides_nowhere_else(
    vendor: Vendor, control: SandboxControl, path: str
) -> None:
    await control.create_payment("order-1", 1000, status="paid", sandbox=True, imp_uid="imp_test")

    answer = await vendor.get(path)

    assert answer.status == 200
    assert b'"sandbox":true' in json.dumps(answer.body, separators=(",", ":")).encode()


async def test_old_records_have_their_oddities(vendor: Vendor, control: SandboxControl) -> None:
    created = await control.create_payment(
        "order-1", 1000, status="paid", overrides={"cancel_amount": "0"}, omit=["sandbox"]
    )

    shown = (await vendor.get(f"/payments/{created['imp_uid']}")).payment

    assert shown["cancel_amount"] == "0"
    assert "sandbox" not in shown
    cancelled = (await vendor.cancel(imp_uid=created["imp_uid"], amount=400)).payment
    assert cancelled["cancel_amount"] == 400


async def test_an_answer_may_lie_about_its_ids(vendor: Vendor, control: SandboxControl) -> None:
    await control.create_payment(
        "order-1", 1000, imp_uid="imp_real", overrides={"imp_uid": "imp_x", "merchant_uid": "o-2"}
    )

    shown = (await vendor.get("/payments/imp_real")).payment

    assert (shown["imp_uid"], shown["merchant_uid"]) == ("imp_x", "o-2")


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("POST", "/payments/imp_1")])
async def test_other_paths_answer_in_the_envelope(vendor: Vendor, method: str, path: str) -> None:
    answer = await vendor.call(method, path)

    assert answer.status in {404, 405}
    assert answer.body["code"] == -1
