"""The stand-in takes a payment as the vendor documents it: by the shop's word, once."""

import asyncio
from typing import Any

import pytest

from sandbox.toss import SandboxControl, SandboxError
from tests.integration.toss.conftest import Vendor, agreed


async def test_a_payment_is_taken_only_by_the_shops_word(
    vendor: Vendor, control: SandboxControl
) -> None:
    opened = await control.create_payment("order-1", 1000)
    too_early = await vendor.confirm(opened)
    payment = await control.authenticate(opened["paymentKey"])
    done = await vendor.confirm(payment)
    again = await vendor.confirm(payment)

    assert (too_early.status, too_early.code) == (404, "NOT_FOUND_PAYMENT_SESSION")
    assert payment["status"] == "IN_PROGRESS"
    assert (done.status, done.body["status"], done.body["method"]) == (200, "DONE", "카드")
    assert (again.status, again.code) == (400, "ALREADY_PROCESSED_PAYMENT")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": 999}, "INVALID_REQUEST"),
        ({"amount": None}, "INVALID_REQUEST"),
        ({"amount": "x"}, "INVALID_REQUEST"),
        ({"amount": -1000}, "INVALID_REQUEST"),
        ({"orderId": "order-2"}, "INVALID_REQUEST"),
        ({"orderId": 7}, "INVALID_REQUEST"),
        ({"paymentKey": "unknown"}, "NOT_FOUND_PAYMENT"),
    ],
)
async def test_another_payment_order_or_amount_takes_nothing(
    vendor: Vendor, control: SandboxControl, changes: dict[str, Any], code: str
) -> None:
    payment = await agreed(control)

    answer = await vendor.confirm(payment, **changes)

    assert answer.code == code
    assert (await control.payment(payment["paymentKey"]))["status"] == "IN_PROGRESS"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
async def test_a_body_that_is_no_object_is_refused(vendor: Vendor, body: bytes) -> None:
    answer = await vendor.call("POST", "/v1/payments/confirm", data=body)

    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


async def test_others_may_bear_a_part_of_the_total(control: SandboxControl) -> None:
    by_card = await control.create_payment("order-1", 1000, discount=300, status="DONE")
    by_wallet = await control.create_payment(
        "order-2", 1000, method="easyPay", discount=300, status="DONE"
    )
    plain = await control.create_payment("order-3", 1000, status="DONE")

    assert (by_card["discount"], by_card["card"]["amount"]) == ({"amount": 300}, 700)
    assert by_wallet["easyPay"] == {
        "provider": "토스페이",
        "amount": 700,
        "discountAmount": 300,
    }
    assert {each["totalAmount"] for each in (by_card, by_wallet)} == {1000}
    assert (plain["discount"], plain["card"]["amount"]) == (None, 1000)


@pytest.mark.parametrize(
    "options", [{"discount": 1001}, {"discount": -1}, {"discount": 1, "method": "transfer"}]
)
async def test_a_discount_is_a_part_of_what_is_paid(
    control: SandboxControl, options: dict[str, Any]
) -> None:
    with pytest.raises(SandboxError):
        await control.create_payment("order-1", 1000, **options)


async def test_the_shop_has_ten_minutes(vendor: Vendor, control: SandboxControl) -> None:
    payment = await agreed(control)
    opened = await control.create_payment("order-2", 1000)
    await control.advance_clock(601)

    late = await vendor.confirm(payment)
    await control.advance_clock(1201)

    assert (late.status, late.code) == (404, "NOT_FOUND_PAYMENT_SESSION")
    assert (await control.payment(payment["paymentKey"]))["status"] == "EXPIRED"
    assert (await control.payment(opened["paymentKey"]))["status"] == "EXPIRED"


async def test_a_card_may_be_refused(vendor: Vendor, control: SandboxControl) -> None:
    payment = await agreed(control, rejects_with="REJECT_CARD_PAYMENT")

    answer = await vendor.confirm(payment)
    shown = await control.payment(payment["paymentKey"])

    assert (answer.status, answer.code) == (403, "REJECT_CARD_PAYMENT")
    assert (shown["status"], shown["failure"]["code"]) == ("ABORTED", "REJECT_CARD_PAYMENT")


async def test_a_key_makes_a_request_happen_once(vendor: Vendor, control: SandboxControl) -> None:
    payment = await agreed(control)
    first, again = [await vendor.confirm(payment, key="k") for _ in range(2)]
    parts = [await vendor.cancel(payment, key="k", cancelAmount=300) for _ in range(2)]
    other = await vendor.cancel(payment, key="l", cancelAmount=300)

    assert first == again
    assert first.body["status"] == "DONE"
    assert [part.body["balanceAmount"] for part in parts] == [700, 700]
    assert other.body["balanceAmount"] == 400


async def test_a_key_repeats_a_refusal_too_and_lives_for_15_days(
    vendor: Vendor, control: SandboxControl
) -> None:
    payment = await control.create_payment("order-1", 1000, status="DONE")
    refused = await vendor.cancel(payment, key="k", cancelAmount=1001)
    repeated = await vendor.cancel(payment, key="k", cancelAmount=300)
    await control.advance_clock(15 * 24 * 3600)
    anew = await vendor.cancel(payment, key="k", cancelAmount=300)
    too_long = await vendor.cancel(payment, key="k" * 301, cancelAmount=300)

    assert refused == repeated
    assert (refused.status, refused.code) == (403, "NOT_CANCELABLE_AMOUNT")
    assert anew.body["balanceAmount"] == 700
    assert (too_long.status, too_long.code) == (400, "INVALID_IDEMPOTENCY_KEY")


async def test_while_the_first_is_under_way_the_same_key_is_told_so(
    vendor: Vendor, control: SandboxControl
) -> None:
    payment = await agreed(control)
    await control.settings(processing_s=1.0)
    first = asyncio.create_task(vendor.confirm(payment, key="k"))
    async with asyncio.timeout(10):
        while (await control.payment(payment["paymentKey"]))["status"] != "DONE":
            await asyncio.sleep(0.01)

    second = await vendor.confirm(payment, key="k")

    assert (second.status, second.code) == (409, "IDEMPOTENT_REQUEST_PROCESSING")
    assert (await first).status == 200


async def test_an_order_shows_the_payment_that_took_money(
    vendor: Vendor, control: SandboxControl
) -> None:
    first = await control.create_payment("order-1", 1000, status="DONE")
    await control.create_payment("order-1", 1000)

    found = await vendor.get("/v1/payments/orders/order-1")
    none = await vendor.get("/v1/payments/orders/order-2")

    assert found.body["paymentKey"] == first["paymentKey"]
    assert (none.status, none.code) == (404, "NOT_FOUND_PAYMENT")
