from decimal import Decimal
from typing import Any

import pytest

from sandbox.portone_v1 import SandboxControl
from tests.integration.portone_v1.callers import Answer, Vendor
from tests.integration.shop import Shop

REFUND_ACCOUNT = {"refund_holder": "구매자", "refund_bank": "088", "refund_account": "110"}


def assert_refused(answer: Answer) -> None:
    assert answer.status == 200
    assert answer.body["code"] == 1
    assert answer.body["response"] is None
    assert answer.body["message"]


@pytest.mark.parametrize("amount", [{}, {"amount": 0}, {"amount": 1000}])
async def test_no_amount_or_zero_is_all_that_remains(
    vendor: Vendor, control: SandboxControl, amount: dict[str, int]
) -> None:
    await control.create_payment("order-1", 1000, status="paid", imp_uid="imp_1")

    cancelled = (await vendor.cancel(imp_uid="imp_1", reason="품절", **amount)).payment

    assert (cancelled["status"], cancelled["cancel_amount"]) == ("cancelled", 1000)
    assert cancelled["cancel_reason"] == "품절"
    assert cancelled["cancelled_at"] > 0
    assert cancelled["paid_at"] > 0


async def test_parts_add_up_and_each_is_in_the_history(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.create_payment("o", "14.20", currency="USD", status="paid", imp_uid="imp_1")

    first = (await vendor.cancel(imp_uid="imp_1", amount=Decimal("0.1"))).payment
    await vendor.cancel(imp_uid="imp_1", amount=Decimal("0.2"))
    last = (await vendor.cancel(imp_uid="imp_1")).payment

    assert (first["status"], first["cancel_amount"]) == ("cancelled", Decimal("0.1"))
    assert [entry["amount"] for entry in last["cancel_history"]] == [
        Decimal("0.1"),
        Decimal("0.2"),
        Decimal("13.9"),
    ]
    assert last["cancel_amount"] == Decimal("14.2")
    assert len({entry["cancellation_id"] for entry in last["cancel_history"]}) == 3
    assert len(last["cancel_receipt_urls"]) == 3


@pytest.mark.parametrize(
    "body",
    [
        {"imp_uid": "imp_x"},
        {"imp_uid": "imp_ready"},
        {"merchant_uid": "order-x"},
        {"imp_uid": "imp_cancelled"},
        {"imp_uid": "imp_1", "amount": 1001},
        {"imp_uid": "imp_1", "checksum": 999},
        {"imp_uid": "imp_1", "amount": 10, "checksum": 10},
        {"imp_uid": "imp_vbank"},
        {"imp_uid": "imp_vbank", "refund_holder": "구매자"},
    ],
)
async def test_refusals_are_http_200_with_code_1(
    vendor: Vendor, control: SandboxControl, body: dict[str, Any]
) -> None:
    await control.create_payment("order-1", 1000, status="paid", imp_uid="imp_1")
    await control.create_payment("order-2", 1000, imp_uid="imp_ready")
    await control.create_payment("order-3", 1000, status="cancelled", imp_uid="imp_cancelled")
    await control.create_payment(
        "order-4", 1000, status="paid", pay_method="vbank", imp_uid="imp_vbank"
    )

    assert_refused(await vendor.cancel(**body))

    assert (await control.payment("imp_1"))["cancel_amount"] == 0
    assert (await control.payment("imp_vbank"))["cancel_amount"] == 0


async def test_the_known_words_of_a_refusal(vendor: Vendor) -> None:
    answer = await vendor.cancel(imp_uid="imp_x")

    assert answer.body["message"] == "취소할 결제건이 존재하지 않습니다."


@pytest.mark.parametrize(
    "body", [{}, {"imp_uid": "imp_1", "amount": -1}, {"imp_uid": "imp_1", "amount": "many"}]
)
async def test_what_cannot_be_read_is_400(vendor: Vendor, body: dict[str, Any]) -> None:
    assert (await vendor.cancel(**body)).status == 400


async def test_the_right_checksum_passes(vendor: Vendor, control: SandboxControl) -> None:
    await control.create_payment("order-1", 1000, status="paid", imp_uid="imp_1")
    await vendor.cancel(imp_uid="imp_1", amount=300, checksum=1000)

    answer = await vendor.cancel(imp_uid="imp_1", amount=300, checksum=700)

    assert answer.payment["cancel_amount"] == 600


async def test_a_form_works_as_well(vendor: Vendor, control: SandboxControl) -> None:
    await control.create_payment("order-1", 1000, status="paid", imp_uid="imp_1")

    answer = await vendor.call(
        "POST", "/payments/cancel", data={"imp_uid": "imp_1", "amount": "300", "reason": "품절"}
    )

    assert answer.payment["cancel_amount"] == 300


async def test_by_order_the_attempt_with_money_left_is_cancelled(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.create_payment("order-1", 1000, status="paid", imp_uid="imp_paid")
    await control.create_payment("order-1", 1000, status="cancelled")
    await control.create_payment("order-1", 1000)

    answer = await vendor.cancel(merchant_uid="order-1")

    assert answer.payment["imp_uid"] == "imp_paid"
    assert_refused(await vendor.cancel(merchant_uid="order-1"))


async def test_the_payment_id_wins_over_the_order_id(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.create_payment("order-1", 1000, status="paid", imp_uid="imp_1")
    await control.create_payment("order-2", 1000, status="paid", imp_uid="imp_2")

    answer = await vendor.cancel(imp_uid="imp_1", merchant_uid="order-2")

    assert answer.payment["imp_uid"] == "imp_1"


async def test_a_virtual_account_is_refunded_to_an_account(
    vendor: Vendor, control: SandboxControl
) -> None:
    await control.create_payment(
        "order-1", 1000, status="paid", pay_method="vbank", imp_uid="imp_1"
    )

    answer = await vendor.cancel(imp_uid="imp_1", **REFUND_ACCOUNT)

    assert answer.payment["cancel_amount"] == 1000
    assert answer.payment["vbank_num"] is not None


@pytest.mark.parametrize(("asked", "sent"), [({}, 0), ({"enable_webhook": True}, 1)])
async def test_a_cancel_by_api_sends_a_webhook_only_when_asked(
    vendor: Vendor, control: SandboxControl, shop: Shop, asked: dict[str, bool], sent: int
) -> None:
    await control.settings(webhook_url=shop.base_url, webhook_mode="first")
    await control.create_payment("order-1", 1000, status="failed", imp_uid="imp_1")
    await control.settings(webhook_mode="off")
    await control.pay("imp_1")
    await control.settings(webhook_mode="first")

    await vendor.cancel(imp_uid="imp_1", **asked)

    assert len(shop.received) == sent


async def test_prepared_amounts(vendor: Vendor) -> None:
    first = {"merchant_uid": "order-1", "amount": 1000}
    assert (await vendor.get("/payments/prepare/order-1")).status == 404
    assert (await vendor.call("PUT", "/payments/prepare", json=first)).status == 404

    made = await vendor.call("POST", "/payments/prepare", json=first)
    assert made.body["response"] == {"merchant_uid": "order-1", "amount": 1000, "currency": None}
    assert_refused(await vendor.call("POST", "/payments/prepare", json=first))

    changed = await vendor.call(
        "PUT", "/payments/prepare", data={**first, "amount": "14.20", "currency": "USD"}
    )
    assert changed.status == 200
    shown = (await vendor.get("/payments/prepare/order-1")).body["response"]
    assert shown == {"merchant_uid": "order-1", "amount": Decimal("14.2"), "currency": "USD"}


async def test_nothing_prepared_says_so(vendor: Vendor) -> None:
    answer = await vendor.get("/payments/prepare/order-1")

    assert answer.body == {
        "code": 1,
        "message": "사전등록된 결제정보가 존재하지 않습니다.",
        "response": None,
    }


@pytest.mark.parametrize("body", [{"amount": 1000}, {"merchant_uid": "order-1"}])
async def test_an_incomplete_preparation_is_refused(vendor: Vendor, body: dict[str, Any]) -> None:
    assert (await vendor.call("POST", "/payments/prepare", json=body)).status == 400


async def test_a_waiting_account_can_be_revoked(vendor: Vendor, control: SandboxControl) -> None:
    await control.create_payment("order-1", 1000, pay_method="vbank", imp_uid="imp_1")

    revoked = await vendor.call("DELETE", "/vbanks/imp_1")

    assert revoked.payment["status"] == "failed"
    assert (await vendor.call("DELETE", "/vbanks/imp_1")).status == 400


@pytest.mark.parametrize(
    ("made", "status"),
    [
        ({"imp_uid": "imp_2"}, 404),
        ({"imp_uid": "imp_1"}, 400),
        ({"imp_uid": "imp_1", "pay_method": "vbank", "status": "paid"}, 400),
    ],
)
async def test_other_payments_have_no_account_to_revoke(
    vendor: Vendor, control: SandboxControl, made: dict[str, str], status: int
) -> None:
    await control.create_payment("order-1", 1000, **made)  # type: ignore[arg-type]

    assert (await vendor.call("DELETE", "/vbanks/imp_1")).status == status
