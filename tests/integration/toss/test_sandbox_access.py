"""Who may ask the stand-in, in which words it answers, and what it has no answer to."""

from base64 import b64encode

import pytest

from sandbox.toss import RunningSandbox, SandboxControl
from tests.integration.toss.conftest import Vendor


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ("", 401, "UNAUTHORIZED_KEY"),
        ("Bearer x", 401, "UNAUTHORIZED_KEY"),
        ("Basic !", 403, "INCORRECT_BASIC_AUTH_FORMAT"),
        ("Basic " + b64encode(b"live_sk_sandbox").decode(), 403, "INCORRECT_BASIC_AUTH_FORMAT"),
        ("Basic " + b64encode(b"live_sk_sandbox:x").decode(), 403, "INCORRECT_BASIC_AUTH_FORMAT"),
        ("Basic " + b64encode(b"live_sk_other:").decode(), 401, "UNAUTHORIZED_KEY"),
    ],
)
async def test_only_the_key_and_a_colon_open_the_door(
    vendor: Vendor, header: str, status: int, code: str
) -> None:
    answer = await vendor.call("GET", "/v1/payments/x", headers={"Authorization": header})

    assert (answer.status, answer.code) == (status, code)


async def test_each_key_sees_its_own_world(
    vendor: Vendor, control: SandboxControl, running: RunningSandbox
) -> None:
    payment = await control.create_payment("order-1", 1000, test=True, status="DONE")
    paths = [f"/v1/payments/{payment['paymentKey']}", "/v1/payments/orders/order-1"]

    by_live = [await vendor.get(path) for path in paths]
    vendor.key = running.test_key
    by_test = [await vendor.get(path) for path in paths]

    assert [answer.code for answer in by_live] == ["NOT_FOUND_PAYMENT"] * 2
    assert [answer.body["paymentKey"] for answer in by_test] == [payment["paymentKey"]] * 2


async def test_words_come_in_the_language_asked_for(
    vendor: Vendor, control: SandboxControl
) -> None:
    payment = await control.create_payment(
        "order-1", 1000, method="virtualAccount", status="WAITING_FOR_DEPOSIT"
    )
    path, english = f"/v1/payments/{payment['paymentKey']}", {"Accept-Language": "en-US"}

    in_english = await vendor.call("GET", path, headers=english)
    refused = await vendor.call("GET", "/v1/payments/x", headers=english)

    assert (await vendor.get(path)).body["method"] == "가상계좌"
    assert in_english.body["method"] == "Virtual Account"
    assert refused.body["message"].isascii()


async def test_an_unknown_path_is_not_found(vendor: Vendor) -> None:
    answer = await vendor.get("/v2/whatever")

    assert (answer.status, answer.code) == (404, "NOT_FOUND")
