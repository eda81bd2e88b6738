"""The vendor's own kit reads what the stand-in shows, so neither has invented the shapes."""

import pytest
from portone_server_sdk import payment as kits
from portone_server_sdk.payment import PaymentClient

from sandbox.portone_v2 import SandboxControl, SandboxError
from tests.integration.portone_v2.callers import Caller

SHAPES = {
    "READY": kits.ReadyPayment,
    "PAY_PENDING": kits.PayPendingPayment,
    "VIRTUAL_ACCOUNT_ISSUED": kits.VirtualAccountIssuedPayment,
    "PAID": kits.PaidPayment,
    "FAILED": kits.FailedPayment,
    "CANCELLED": kits.CancelledPayment,
}


@pytest.mark.parametrize("status", SHAPES)
async def test_the_kit_reads_every_status(
    control: SandboxControl, kit: PaymentClient, status: str
) -> None:
    method = "virtual_account" if status == "VIRTUAL_ACCOUNT_ISSUED" else "card"
    await control.create_payment(1000, payment_id="order-1", status=status, method=method)

    payment = await kit.get_payment_async(payment_id="order-1")

    assert type(payment) is SHAPES[status]
    assert not isinstance(payment, dict)
    assert payment.id == "order-1"
    assert payment.amount.total == 1000


async def test_an_account_is_issued_then_deposited(
    control: SandboxControl, kit: PaymentClient
) -> None:
    await control.create_payment(1000, payment_id="o", method="virtual_account", issue=False)
    await control.issue("o", due_in_s=60)
    issued = await kit.get_payment_async(payment_id="o")
    await control.advance_clock(61)
    with pytest.raises(SandboxError, match="deadline"):
        await control.deposit("o")
    await control.deposit("o", late=True)
    paid = await kit.get_payment_async(payment_id="o")

    assert isinstance(issued, kits.VirtualAccountIssuedPayment)
    assert isinstance(paid, kits.PaidPayment)
    assert isinstance(issued.method, kits.PaymentMethodVirtualAccount)
    assert issued.method.bank == "SHINHAN"
    assert paid.method == issued.method
    assert paid.amount.paid == 1000


async def test_a_discount_is_taken_off_what_was_paid(
    control: SandboxControl, kit: PaymentClient
) -> None:
    await control.create_payment(1000, payment_id="o", status="PAID", discount=300)

    payment = await kit.get_payment_async(payment_id="o")

    assert isinstance(payment, kits.PaidPayment)
    amount = payment.amount
    assert (amount.total, amount.discount, amount.paid) == (1000, 300, 700)


async def test_attempts_of_one_payment(control: SandboxControl, kit: PaymentClient) -> None:
    await control.create_payment(1000, payment_id="o", status="FAILED")
    again = await control.create_payment(1000, payment_id="o")
    await control.pay("o")

    attempts = (await kit.get_payment_transactions_async(payment_id="o")).items

    assert [type(each) for each in attempts] == [
        kits.FailedPaymentTransaction,
        kits.PaidPaymentTransaction,
    ]
    assert isinstance(attempts[1], kits.PaidPaymentTransaction)
    assert attempts[1].id == again["transactionId"]
    with pytest.raises(SandboxError, match="cannot be tried again"):
        await control.create_payment(1000, payment_id="o")


async def test_cancelling_in_parts(control: SandboxControl, kit: PaymentClient) -> None:
    await control.create_payment(1000, payment_id="o", status="PAID")

    first = await kit.cancel_payment_async(
        payment_id="o", reason="r", amount=400, current_cancellable_amount=1000
    )
    part = await kit.get_payment_async(payment_id="o")
    await control.cancel("o", amount=600)
    whole = await kit.get_payment_async(payment_id="o")

    assert isinstance(first.cancellation, kits.SucceededPaymentCancellation)
    assert first.cancellation.total_amount == 400
    assert isinstance(part, kits.PartialCancelledPayment)
    assert isinstance(whole, kits.CancelledPayment)
    assert [each.total_amount for each in whole.cancellations] == [400, 600]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("status", "body", "refusal"),
    [
        ("READY", {}, (409, "PAYMENT_NOT_PAID")),
        ("CANCELLED", {}, (409, "PAYMENT_ALREADY_CANCELLED")),
        (
            "PAID",
            {"currentCancellableAmount": 999},
            (409, "CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN"),
        ),
        ("PAID", {"amount": 1001}, (409, "CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT")),
        ("PAID", {"amount": 0}, (400, "INVALID_REQUEST")),
        ("PAID", {"amount": "1"}, (400, "INVALID_REQUEST")),
        ("PAID", {"reason": ""}, (400, "INVALID_REQUEST")),
        ("PAID", {"storeId": "another"}, (403, "FORBIDDEN")),
        ("PAID", {"refundAccount": "x"}, (400, "INVALID_REQUEST")),
    ],
)
async def test_a_cancellation_that_cannot_be(
    control: SandboxControl, caller: Caller, status: str, body: dict[str, object], refusal: object
) -> None:
    await control.create_payment(1000, payment_id="o", status=status)
    before = await control.payment("o")

    answer = await caller.call("POST", "/payments/o/cancel", {"reason": "r", **body})

    assert answer.refusal == refusal
    assert await control.payment("o") == before


async def test_a_deposit_goes_back_to_an_account_alone(
    control: SandboxControl, caller: Caller
) -> None:
    await control.create_payment(1000, payment_id="o", status="PAID", method="virtual_account")
    account = {"bank": "SHINHAN", "number": "110123456789", "holderName": "홍길동"}

    without = await caller.call("POST", "/payments/o/cancel", {"reason": "r"})
    body = {"reason": "r", "refundAccount": account}
    to_account = await caller.call("POST", "/payments/o/cancel", body)

    assert without.refusal == (400, "INVALID_REQUEST")
    assert to_account.body["cancellation"]["totalAmount"] == 1000


async def test_a_registered_amount_is_held_against_the_window(
    control: SandboxControl, kit: PaymentClient, caller: Caller
) -> None:
    await kit.pre_register_payment_async(payment_id="o", total_amount=1000, currency="KRW")

    for amount, currency in ((999, "KRW"), (1000, "USD")):
        with pytest.raises(SandboxError, match="registered"):
            await control.create_payment(amount, payment_id="o", currency=currency)
    await control.create_payment(1000, payment_id="o", status="PAID")

    assert await control.registered("o") == {"amount": 1000, "currency": "KRW"}
    assert await control.registered("another") is None
    again = await caller.call("POST", "/payments/o/pre-register", {"totalAmount": 1})
    assert again.refusal == (409, "ALREADY_PAID")


async def test_the_shops_own_approval(control: SandboxControl, kit: PaymentClient) -> None:
    await control.create_payment(1000, payment_id="o")
    allowed = await control.allow("o")

    summary = await kit.confirm_payment_async(
        payment_id="o",
        payment_token=allowed["payment_token"],
        tx_id=allowed["tx_id"],
        total_amount=1000,
        currency="KRW",
        is_test=False,
    )

    assert summary.paid_at == (await control.payment("o"))["paidAt"]
    with pytest.raises(SandboxError, match="READY"):
        await control.allow("o")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"paymentToken": "another"}, (400, "INVALID_PAYMENT_TOKEN")),
        ({"paymentToken": None}, (400, "INVALID_REQUEST")),
        ({"totalAmount": 999}, (409, "INFORMATION_MISMATCH")),
        ({"currency": "USD"}, (409, "INFORMATION_MISMATCH")),
        ({"isTest": True}, (409, "INFORMATION_MISMATCH")),
        ({"txId": "another"}, (409, "INFORMATION_MISMATCH")),
    ],
)
async def test_an_approval_of_something_else(
    control: SandboxControl, caller: Caller, body: dict[str, object], refusal: object
) -> None:
    await control.create_payment(1000, payment_id="o")
    token = (await control.allow("o"))["payment_token"]

    answer = await caller.call("POST", "/payments/o/confirm", {"paymentToken": token, **body})

    assert answer.refusal == refusal
    assert (await control.payment("o"))["status"] == "READY"


async def test_an_approval_that_the_payment_company_declines(
    control: SandboxControl, caller: Caller
) -> None:
    await control.create_payment(1000, payment_id="o")
    body = {"paymentToken": (await control.allow("o", declined=True))["payment_token"]}

    answer = await caller.call("POST", "/payments/o/confirm", body)
    paid = await caller.call("POST", "/payments/o/confirm", body)

    assert answer.refusal == (502, "PG_PROVIDER")
    assert paid.refusal == (400, "INVALID_PAYMENT_TOKEN")
    assert (await control.payment("o"))["status"] == "FAILED"


@pytest.mark.parametrize(
    ("status", "verb"),
    [
        ("PAID", "pay"),
        ("PAID", "pend"),
        ("PAID", "fail"),
        ("READY", "cancel"),
        ("READY", "issue"),
        ("READY", "deposit"),
        ("CANCELLED", "cancel"),
    ],
)
async def test_what_cannot_happen_changes_nothing(
    control: SandboxControl, status: str, verb: str
) -> None:
    await control.create_payment(1000, payment_id="o", status=status)
    before = await control.payment("o")

    with pytest.raises(SandboxError) as error:
        await getattr(control, verb)("o")

    assert error.value.http_status == 409
    assert await control.payment("o") == before


async def test_any_field_may_be_anything(control: SandboxControl) -> None:
    shown = await control.create_payment(
        1000,
        payment_id="o",
        status="STRANGE",
        overrides={"amount": {"total": 2**63}, "channel": None},
        omit=["currency"],
    )

    assert shown["status"] == "STRANGE"
    assert shown["amount"]["total"] == 2**63
    assert shown["amount"]["paid"] == 0
    assert shown["channel"] is None
    assert "currency" not in shown
