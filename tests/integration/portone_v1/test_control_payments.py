from typing import Any

import pytest

from sandbox.portone_v1 import SandboxControl, SandboxError
from tests.integration.portone_v1.callers import Vendor

STATES = ["ready", "paid", "failed", "cancelled", "pending"]


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize(
    ("verb", "from_states", "to"),
    [
        ("pay", {"ready", "failed", "pending"}, "paid"),
        ("fail", {"ready", "pending"}, "failed"),
        ("cancel", {"paid"}, "cancelled"),
        ("deposit", set(), "paid"),
        ("issue", set(), "ready"),
        ("approve", {"ready", "pending"}, "paid"),
    ],
)
async def test_every_move_of_a_card_payment(
    control: SandboxControl, status: str, verb: str, from_states: set[str], to: str
) -> None:
    before = await control.create_payment("order-1", 1000, status=status, imp_uid="imp_1")
    move = getattr(control, verb)

    if status in from_states:
        await move("imp_1")
        assert (await control.payment("imp_1"))["status"] == to
    else:
        with pytest.raises(SandboxError) as refused:
            await move("imp_1")
        assert refused.value.http_status == 409
        assert await control.payment("imp_1") == before


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize(
    ("verb", "from_states", "to"),
    [
        ("pay", set(), "paid"),
        ("fail", {"ready", "pending"}, "failed"),
        ("cancel", {"paid"}, "cancelled"),
        ("deposit", {"ready"}, "paid"),
        ("issue", set(), "ready"),
    ],
)
async def test_every_move_of_a_virtual_account(
    control: SandboxControl, status: str, verb: str, from_states: set[str], to: str
) -> None:
    before = await control.create_payment(
        "order-1", 1000, status=status, imp_uid="imp_1", pay_method="vbank"
    )
    move = getattr(control, verb)

    if status in from_states:
        await move("imp_1")
        assert (await control.payment("imp_1"))["status"] == to
    else:
        with pytest.raises(SandboxError, match="409"):
            await move("imp_1")
        assert await control.payment("imp_1") == before


async def test_a_virtual_account_from_window_to_deposit(control: SandboxControl) -> None:
    opened = await control.create_payment(
        "order-1", 1000, pay_method="vbank", issue=False, imp_uid="imp_1"
    )
    with pytest.raises(SandboxError, match="409"):
        await control.deposit("imp_1")

    issued = await control.issue("imp_1", due_in_s=3600)
    await control.advance_clock(3600)
    paid = await control.deposit("imp_1")

    assert opened["vbank_num"] is None
    assert issued["vbank_date"] == issued["vbank_issued_at"] + 3600
    assert paid["paid_at"] >= issued["vbank_date"]
    assert paid["vbank_num"] == issued["vbank_num"]


async def test_a_deposit_after_the_deadline_needs_a_lenient_bank(control: SandboxControl) -> None:
    await control.create_payment(
        "order-1", 1000, pay_method="vbank", due_in_s=3600, imp_uid="imp_1"
    )
    await control.advance_clock(3601)

    with pytest.raises(SandboxError, match="deadline"):
        await control.deposit("imp_1")
    paid = await control.deposit("imp_1", late=True)

    assert paid["status"] == "paid"


async def test_a_failed_payment_may_be_paid_later(control: SandboxControl) -> None:
    await control.create_payment("order-1", 1000, pay_method="paypal", imp_uid="imp_1")

    failed = await control.fail("imp_1", reason="[PG] 거절")
    paid = await control.pay("imp_1")

    assert failed["fail_reason"] == "[PG] 거절"
    assert (paid["status"], paid["pg_provider"]) == ("paid", "paypal_v2")


async def test_the_console_cancels_in_parts(control: SandboxControl) -> None:
    await control.create_payment("order-1", 1000, status="paid", imp_uid="imp_1")

    part = await control.cancel("imp_1", amount=300, reason="품절")
    with pytest.raises(SandboxError, match="only 700 is left"):
        await control.cancel("imp_1", amount=701)
    rest = await control.cancel("imp_1")

    assert (part["cancel_amount"], part["status"]) == (300, "cancelled")
    assert rest["cancel_amount"] == 1000
    with pytest.raises(SandboxError, match="nothing is left"):
        await control.cancel("imp_1")


async def test_ids_are_given_when_none_is_named(control: SandboxControl) -> None:
    await control.create_payment("order-1", 1000, imp_uid="imp_000000000002")

    made = [(await control.create_payment("order-1", 1000))["imp_uid"] for _ in range(2)]

    assert made == ["imp_000000000003", "imp_000000000004"]
    with pytest.raises(SandboxError, match="exists already"):
        await control.create_payment("order-1", 1000, imp_uid="imp_000000000002")


async def test_many_are_opened_all_or_none(control: SandboxControl, vendor: Vendor) -> None:
    one = {"merchant_uid": "order-1", "amount": 1000, "imp_uid": "imp_000000000001"}
    other = {"merchant_uid": "order-2", "amount": 1000}

    with pytest.raises(SandboxError, match="given twice"):
        await control.create_payments([other, one, one])
    assert (await vendor.get("/payments/find/order-2")).status == 404

    assert len(await control.create_payments([other, one])) == 2
    with pytest.raises(SandboxError, match="exists already"):
        await control.create_payments([one])


async def test_the_window_may_insist_on_the_prepared_amount(
    control: SandboxControl, vendor: Vendor
) -> None:
    prepared = {"merchant_uid": "order-1", "amount": 1000, "currency": "KRW"}
    await vendor.call("POST", "/payments/prepare", json=prepared)

    with pytest.raises(SandboxError, match="amount differs"):
        await control.create_payment("order-1", 10, enforce_prepared=True)
    with pytest.raises(SandboxError, match="currency differs"):
        await control.create_payment("order-1", 1000, currency="USD", enforce_prepared=True)

    await control.create_payment("order-1", 1000, enforce_prepared=True)
    await control.create_payment("order-2", 10, enforce_prepared=True)
    await control.create_payment("order-1", 10)


@pytest.mark.parametrize(
    "overrides",
    [
        {"status": None, "amount": "many", "cancel_amount": None, "paid_at": "soon"},
        {"status": "paid", "amount": -5, "cancel_amount": [], "cancel_history": 7},
        {"status": "cancelled", "cancel_history": [7], "pay_method": ["card"]},
        {"status": "paid", "amount": 10**40, "started_at": 10**30, "sandbox": "yes"},
    ],
)
async def test_absurd_overrides_break_nothing(
    control: SandboxControl, vendor: Vendor, overrides: dict[str, Any]
) -> None:
    created = await control.create_payment(
        "order-1", 1000, status="paid", imp_uid="imp_1", overrides=overrides
    )

    shown = await vendor.get("/payments/imp_1")

    assert shown.payment == created
    assert {key: shown.payment[key] for key in overrides} == overrides
    assert (await vendor.get("/payments/status/all")).status == 200
    assert (await vendor.cancel(imp_uid="imp_1", amount=1)).status == 200
    assert (await vendor.cancel(imp_uid="imp_1")).status == 200


BAD_AMOUNTS: list[Any] = [0, -1, True, "x", [], "1e99", "NaN", 10**16, "0.123456789"]
BAD_FIELDS: list[dict[str, Any]] = [
    {"colour": "red"},
    {"imp_uid": "i" * 33},
    {"status": 1},
    {"sandbox": "yes"},
    {"issue": None},
    {"due_in_s": -1},
    {"due_in_s": 1.5},
    {"overrides": []},
    {"omit": "sandbox"},
    {"omit": [1]},
    {"notice_url": "ftp://127.0.0.1/"},
    {"notice_url": "http://192.0.2.1/"},
    {"notice_url": "http://[::1/"},
    {"notice_url": "http://127.0.0.1:99999/"},
    {"notice_url": "http:///path"},
]
BAD_PAYMENTS: list[Any] = [
    b"{",
    b"[]",
    b'"text"',
    b'{"a": NaN}',
    b'{"merchant_uid": "\\ud800", "amount": 1}',
    b"[" * 100_000,
    b'{"merchant_uid": "o", "amount": 1e999999999}',
    {},
    {"merchant_uid": "o"},
    {"merchant_uid": "", "amount": 1},
    {"merchant_uid": 7, "amount": 1},
    {"merchant_uid": "o" * 41, "amount": 1},
    *({"merchant_uid": "o", "amount": amount} for amount in BAD_AMOUNTS),
    *({"merchant_uid": "o", "amount": 1, **wrong} for wrong in BAD_FIELDS),
]


@pytest.mark.parametrize("body", BAD_PAYMENTS, ids=range(len(BAD_PAYMENTS)))
async def test_bad_payments_are_refused_in_one_sentence(vendor: Vendor, body: Any) -> None:
    sent = {"data": body} if isinstance(body, bytes) else {"json": body}

    answer = await vendor.call("POST", "/_sandbox/payments", **sent)

    assert answer.status == 400
    assert answer.body.keys() == {"error"}
    assert answer.body["error"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/payments/imp_1/deposit", {"late": 1}, 400),
        ("POST", "/payments/imp_1/cancel", {"amount": "x"}, 400),
        ("POST", "/payments/imp_1/fail", {"reason": ""}, 400),
        ("POST", "/payments/imp_1/pay", {"amount": 1}, 400),
        ("POST", "/payments/imp_x/pay", {}, 404),
        ("POST", "/payments/imp_1/nothing", {}, 404),
        ("DELETE", "/payments/imp_1", {}, 405),
        ("POST", "/payments/bulk", {"payments": 1}, 400),
        ("POST", "/payments/bulk", {"payments": [1]}, 400),
        ("POST", "/payments/imp_1/webhook", {}, 400),
        ("POST", "/payments/imp_1/webhook", {"url": "nonsense"}, 400),
        ("POST", "/payments/imp_1/webhook", {"url": "http://127.0.0.1/", "times": 0}, 400),
        ("POST", "/payments/imp_1/webhook", {"url": "http://127.0.0.1/", "delay_s": -1}, 400),
        ("POST", "/payments/imp_1/webhook", {"url": "http://127.0.0.1/", "delay_s": "x"}, 400),
        ("POST", "/payments/imp_1/approve", {"confirm_url": "http://example.com/"}, 400),
        ("PUT", "/settings", {"webhook_mode": "loud"}, 400),
        ("PUT", "/settings", {"webhook_url": "http://example.com/"}, 400),
        ("PUT", "/settings", {"colour": "red"}, 400),
        ("POST", "/clock", {}, 400),
        ("POST", "/clock", {"advance_s": -1}, 400),
        ("POST", "/clock", {"advance_s": None}, 400),
        ("POST", "/faults", {}, 400),
        ("POST", "/faults", {"kind": "sulk"}, 400),
        ("POST", "/faults", {"kind": "delay", "path": "/_sandbox/reset"}, 400),
        ("POST", "/faults", {"kind": "delay", "path": "payments"}, 400),
        ("POST", "/faults", {"kind": "delay", "times": 0}, 400),
        ("POST", "/faults", {"kind": "delay", "seconds": -1}, 400),
        ("POST", "/faults", {"kind": "status", "status": 200}, 400),
        ("POST", "/faults", {"kind": "envelope", "code": 0}, 400),
        ("POST", "/faults", {"kind": "drop", "method": "get"}, 400),
        ("POST", "/faults", {"kind": "drop", "chance": 2}, 400),
        ("POST", "/faults", {"kind": "drop", "seed": -1}, 400),
    ],
)
async def test_bad_control_calls_are_refused(
    vendor: Vendor, control: SandboxControl, method: str, path: str, body: Any, status: int
) -> None:
    await control.create_payment("order-1", 1000, imp_uid="imp_1")

    answer = await vendor.call(method, f"/_sandbox{path}", json=body)

    assert answer.status == status
    assert answer.body.keys() == {"error"}


@pytest.mark.parametrize("path", ["/_sandbox/payments", "/users/getToken"])
async def test_a_body_that_cannot_be_unpacked_is_refused(vendor: Vendor, path: str) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}

    answer = await vendor.call("POST", path, data=b"not gzip at all", headers=headers)

    assert answer.status == 400
