"""The stand-in gives money back as the vendor documents it, and keeps virtual accounts so."""

from decimal import Decimal
from typing import Any

import pytest

from sandbox.toss import SandboxControl, SandboxError
from tests.integration.toss.conftest import Vendor, agreed

ACCOUNT = {"bank": "88", "accountNumber": "110123456789", "holderName": "홍길동"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"cancelReason": ""}, 400, "INVALID_REQUEST"),
        ({"cancelAmount": 0}, 400, "INVALID_REQUEST"),
        ({"cancelAmount": "x"}, 400, "INVALID_REQUEST"),
        ({"cancelAmount": 1001}, 403, "NOT_CANCELABLE_AMOUNT"),
        ({"refundableAmount": 999}, 400, "NOT_MATCHES_REFUNDABLE_AMOUNT"),
        ({"currency": "USD"}, 400, "INVALID_REQUEST"),
    ],
)
async def test_what_cannot_be_given_back_is_refused(
    vendor: Vendor, control: SandboxControl, body: dict[str, Any], status: int, code: str
) -> None:
    payment = await control.create_payment("order-1", 1000, status="DONE")

    answer = await vendor.cancel(payment, **body)

    assert (answer.status, answer.code) == (status, code)
    assert (await control.payment(payment["paymentKey"]))["balanceAmount"] == 1000


async def test_all_is_given_back_in_parts_to_the_cent(
    vendor: Vendor, control: SandboxControl
) -> None:
    payment = await control.create_payment(
        "order-1", Decimal("14.20"), currency="USD", status="DONE"
    )

    part = await vendor.cancel(payment, cancelAmount=4.1, currency="USD")
    rest = await vendor.cancel(payment)
    more = await vendor.cancel(payment)

    assert (part.body["status"], part.body["balanceAmount"]) == (
        "PARTIAL_CANCELED",
        Decimal("10.1"),
    )
    assert (rest.body["status"], rest.body["balanceAmount"]) == ("CANCELED", 0)
    assert [each["cancelAmount"] for each in rest.body["cancels"]] == [
        Decimal("4.1"),
        Decimal("10.1"),
    ]
    assert (more.status, more.code) == (400, "ALREADY_CANCELED_PAYMENT")


async def test_what_was_not_paid_cannot_be_given_back(
    vendor: Vendor, control: SandboxControl
) -> None:
    answer = await vendor.cancel(await agreed(control))

    assert (answer.status, answer.code) == (403, "NOT_CANCELABLE_PAYMENT")


async def test_a_virtual_account_from_issue_to_refund(
    vendor: Vendor, control: SandboxControl
) -> None:
    payment = await agreed(control, method="virtualAccount")
    key = payment["paymentKey"]
    waiting = (await vendor.confirm(payment)).body
    deposited = await control.deposit(key)
    without = await vendor.cancel(payment)
    refunded = await vendor.cancel(payment, refundReceiveAccount=ACCOUNT)

    assert waiting["status"] == "WAITING_FOR_DEPOSIT"
    assert waiting["approvedAt"] is None
    assert waiting["virtualAccount"]["accountNumber"]
    assert deposited["status"] == "DONE"
    assert without.code == "INVALID_REFUND_ACCOUNT_INFO"
    assert refunded.body["status"] == "CANCELED"


async def test_a_deadline_passes_without_a_word_and_a_late_deposit_is_refused(
    control: SandboxControl,
) -> None:
    payment = await control.create_payment(
        "order-1", 1000, method="virtualAccount", status="WAITING_FOR_DEPOSIT", due_in_s=60
    )
    key = payment["paymentKey"]
    await control.advance_clock(61)

    assert (await control.payment(key))["status"] == "WAITING_FOR_DEPOSIT"
    with pytest.raises(SandboxError):
        await control.deposit(key)
    assert (await control.deposit(key, late=True))["status"] == "DONE"


async def test_a_deposit_may_be_taken_back(control: SandboxControl) -> None:
    payment = await control.create_payment("o-1", 1000, method="virtualAccount", status="DONE")

    after = await control.take_back(payment["paymentKey"])

    assert (after["status"], after["approvedAt"]) == ("WAITING_FOR_DEPOSIT", None)


async def test_an_account_is_called_off_before_its_deposit(
    vendor: Vendor, control: SandboxControl
) -> None:
    payment = await control.create_payment(
        "order-1", 1000, method="virtualAccount", status="WAITING_FOR_DEPOSIT"
    )

    part = await vendor.cancel(payment, cancelAmount=1)
    whole = await vendor.cancel(payment)

    assert part.code == "NOT_CANCELABLE_AMOUNT"
    assert (whole.body["status"], whole.body["approvedAt"]) == ("CANCELED", None)
