"""What the stand-in is told to do: troubles, lies and odd payments, as one likes."""

from typing import Any

import pytest

from sandbox.toss import RunningSandbox, SandboxControl, SandboxError
from tests.integration.toss.conftest import Vendor, agreed


async def test_a_test_key_can_force_an_error(
    vendor: Vendor, control: SandboxControl, running: RunningSandbox
) -> None:
    live, test = await agreed(control), await agreed(control, test=True)
    headers = {"TossPayments-Test-Code": "PROVIDER_ERROR"}

    ignored = await vendor.cancel(live, headers=headers)
    vendor.key = running.test_key
    forced = await vendor.cancel(test, headers=headers)

    assert forced.code == "PROVIDER_ERROR"
    assert ignored.code == "NOT_CANCELABLE_PAYMENT"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("expired_token", 401, "UNAUTHORIZED_KEY"), ("refusal", 400, "PROVIDER_ERROR")],
)
async def test_the_vendors_own_troubles_can_be_planned(
    vendor: Vendor, control: SandboxControl, kind: str, status: int, code: str
) -> None:
    await control.fault(kind)

    answer = await vendor.get("/v1/payments/x")

    assert (answer.status, answer.code) == (status, code)


async def test_amounts_can_be_made_wrong_and_news_can_come(
    vendor: Vendor, control: SandboxControl
) -> None:
    payment = await control.create_payment("order-1", 1000, status="DONE")
    waiting = await control.create_payment(
        "order-2", 1000, method="virtualAccount", status="WAITING_FOR_DEPOSIT"
    )
    opened = await control.create_payment("order-3", 1000)
    await control.fault("wrong_amount")
    await control.fault("news", n=3)
    path = f"/v1/payments/{payment['paymentKey']}"

    wrong, before = await vendor.get(path), await vendor.get(path)
    after = [
        (await control.payment(each["paymentKey"]))["status"] for each in (payment, waiting, opened)
    ]

    assert wrong.body["totalAmount"] == 1001
    assert before.body["status"] == "DONE"
    assert after == ["PARTIAL_CANCELED", "DONE", "DONE"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"order_id": "o"},
        {"order_id": "o", "amount": 0},
        {"order_id": "o", "amount": 1, "method": "x"},
        {"order_id": "o", "amount": 1, "status": "WAITING_FOR_DEPOSIT"},
        {"order_id": "o", "amount": 1, "rejects_with": "x"},
        {"order_id": "o", "amount": 1, "unknown": 1},
    ],
)
async def test_the_control_api_says_what_it_does_not_understand(
    control: SandboxControl, body: dict[str, Any]
) -> None:
    with pytest.raises(SandboxError) as error:
        await control.ask("POST", "/payments", body)

    assert error.value.http_status == 400


async def test_what_is_not_possible_changes_nothing(control: SandboxControl) -> None:
    payment = await control.create_payment("order-1", 1000, status="DONE")
    key = payment["paymentKey"]
    for change in (
        control.authenticate(key),
        control.settle(key),
        control.deposit(key),
        control.take_back(key),
        control.abort(key),
        control.cancel(key, amount=1001),
    ):
        with pytest.raises(SandboxError) as error:
            await change
        assert error.value.http_status == 409
    with pytest.raises(SandboxError) as unknown:
        await control.payment("unknown")

    assert await control.payment(key) == payment
    assert unknown.value.http_status == 404


async def test_a_payment_may_be_as_odd_as_one_likes_and_all_can_be_forgotten(
    control: SandboxControl,
) -> None:
    odd = await control.create_payment(
        "order-1", 1000, status="SOMETHING_NEW", overrides={"x": None}, omit=["currency"]
    )
    await control.abort((await control.create_payment("order-2", 1))["paymentKey"])
    await control.reset()

    assert (odd["status"], odd["x"], "currency" in odd) == ("SOMETHING_NEW", None, False)
    with pytest.raises(SandboxError):
        await control.payment(odd["paymentKey"])
