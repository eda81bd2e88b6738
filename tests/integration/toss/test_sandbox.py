"""The stand-in keeps to what the vendor documents."""

import asyncio
from base64 import b64encode
from decimal import Decimal
from typing import Any

import pytest

from sandbox.toss import RunningSandbox, SandboxControl, SandboxError
from tests.integration.toss.conftest import Vendor

ACCOUNT = {"bank": "88", "accountNumber": "110123456789", "holderName": "홍길동"}


async def agreed(control: SandboxControl, **options: Any) -> dict[str, Any]:
    payment = await control.create_payment("order-1", 1000, **options)
    return await control.authenticate(payment["paymentKey"])


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


async def test_an_order_shows_the_payment_that_took_money(
    vendor: Vendor, control: SandboxControl
) -> None:
    first = await control.create_payment("order-1", 1000, status="DONE")
    await control.create_payment("order-1", 1000)

    found = await vendor.get("/v1/payments/orders/order-1")
    none = await vendor.get("/v1/payments/orders/order-2")

    assert found.body["paymentKey"] == first["paymentKey"]
    assert (none.status, none.code) == (404, "NOT_FOUND_PAYMENT")


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


async def test_each_change_is_a_row_and_pages_are_turned_by_a_cursor(
    vendor: Vendor, control: SandboxControl
) -> None:
    payment = await control.create_payment("order-1", 1000, status="DONE")
    await control.cancel(payment["paymentKey"], amount=300)
    await control.create_payment("order-2", 1000, status="DONE")
    await control.create_payment("order-3", 1000)
    window = {"startDate": "2020-01-01T00:00:00", "endDate": "2099-01-01T00:00:00"}

    whole = (await vendor.get("/v1/transactions", **window)).body
    first = (await vendor.get("/v1/transactions", **window, limit=2)).body
    cursor = first[-1]["transactionKey"]
    rest = (await vendor.get("/v1/transactions", **window, limit=2, startingAfter=cursor)).body

    assert [(row["orderId"], row["status"], row["amount"]) for row in whole] == [
        ("order-1", "DONE", 1000),
        ("order-1", "PARTIAL_CANCELED", 300),
        ("order-2", "DONE", 1000),
    ]
    assert first + rest == whole


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"startDate": "x"}, "INVALID_REQUEST"),
        ({"endDate": ""}, "INVALID_REQUEST"),
        ({"limit": "0"}, "INVALID_REQUEST"),
        ({"limit": "5001"}, "INVALID_REQUEST"),
        ({"limit": "x"}, "INVALID_REQUEST"),
        ({"startingAfter": "x"}, "INVALID_TRANSACTION_KEY"),
    ],
)
async def test_a_list_that_cannot_be_is_refused(
    vendor: Vendor, changes: dict[str, str], code: str
) -> None:
    window = {"startDate": "2020-01-01T00:00:00", "endDate": "2099-01-01T00:00:00Z"}

    answer = await vendor.get("/v1/transactions", **(window | changes))

    assert (answer.status, answer.code) == (400, code)


async def test_an_unknown_path_is_not_found(vendor: Vendor) -> None:
    answer = await vendor.get("/v2/whatever")

    assert (answer.status, answer.code) == (404, "NOT_FOUND")


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
