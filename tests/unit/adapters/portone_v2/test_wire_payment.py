"""What each field of the vendor's payment means to us, and what is never guessed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portone_server_sdk._generated.payment.payment_amount import _deserialize_payment_amount

from adapters.portone_v2.wire import Reading, is_payment_id, moment, read_payment
from domain.iso4217 import EXPONENTS
from domain.money import MAX_AMOUNT_MINOR, Currency, Money, UnreadableAmount
from domain.payment import Mode, Payment, PaymentStatus
from ports.errors import GatewayProtocolError
from tests.support.factories import won
from tests.unit.adapters.portone_v2.samples import (
    ACCOUNT,
    BY_CUSTOM_DATA,
    READING,
    STORE,
    payment,
)


def read(reading: Reading = READING, **changes: Any) -> Payment:
    found = read_payment(payment(**changes), "order-0001", reading)
    assert found is not None
    return found


def test_a_paid_payment_is_read_whole() -> None:
    found = read()

    assert found.order_id == found.key.payment_id == "order-0001"
    assert found.mode is Mode.LIVE
    assert found.status is PaymentStatus.PAID
    assert (found.total, found.cancelled) == (won(1000), won(0))
    assert found.method == "card"
    assert found.merchant_account == STORE
    assert found.paid_at == datetime(2023, 11, 14, 22, 1, 0, 123456, tzinfo=UTC)
    assert found.receipt_url == "https://example.com/receipt/1"
    assert not found.awaits_approval


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("READY", PaymentStatus.OPENED),
        ("PAY_PENDING", PaymentStatus.OPENED),
        ("PAID", PaymentStatus.PAID),
        ("FAILED", PaymentStatus.FAILED),
        # The filter's word, no payment's; an account without a number; and words to come.
        ("PENDING", PaymentStatus.UNKNOWN),
        ("VIRTUAL_ACCOUNT_ISSUED", PaymentStatus.UNKNOWN),
        ("CANCELLED", PaymentStatus.UNKNOWN),
        ("PARTIAL_CANCELLED", PaymentStatus.UNKNOWN),
        ("paid", PaymentStatus.UNKNOWN),
        ("DISPUTED", PaymentStatus.UNKNOWN),
    ],
)
def test_without_a_cancelled_amount_the_word_decides(word: str, status: PaymentStatus) -> None:
    assert read(status=word).status is status


@pytest.mark.parametrize(
    ("word", "cancelled", "status"),
    [
        ("PARTIAL_CANCELLED", 300, PaymentStatus.PARTIALLY_CANCELLED),
        ("CANCELLED", 300, PaymentStatus.PARTIALLY_CANCELLED),
        ("PAID", 300, PaymentStatus.PARTIALLY_CANCELLED),
        ("CANCELLED", 1000, PaymentStatus.CANCELLED),
        ("PARTIAL_CANCELLED", 1000, PaymentStatus.CANCELLED),
        ("PAID", 1001, PaymentStatus.UNKNOWN),
        ("READY", 1, PaymentStatus.UNKNOWN),
        ("FAILED", 1000, PaymentStatus.UNKNOWN),
        ("DISPUTED", 300, PaymentStatus.UNKNOWN),
        ("CANCELLED", -1, PaymentStatus.UNKNOWN),
    ],
)
def test_the_cancelled_amount_decides(word: str, cancelled: int, status: PaymentStatus) -> None:
    assert read(status=word, amount={"cancelled": cancelled}).status is status


def test_the_total_counts_and_not_what_was_paid_after_discounts() -> None:
    found = read(amount={"discount": 300, "paid": 700})

    assert (found.status, found.total, found.discount) == (PaymentStatus.PAID, won(1000), won(300))
    assert read().discount is None


@pytest.mark.parametrize("discount", [1001, -1, 2**63])
def test_a_discount_that_is_no_part_of_the_total_makes_no_sense(discount: int) -> None:
    found = read(amount={"discount": discount})

    assert (found.status, found.discount) == (PaymentStatus.UNKNOWN, None)


@pytest.mark.parametrize(
    ("word", "cancelled", "status"),
    [
        ("CANCELLED", 700, PaymentStatus.CANCELLED),
        ("CANCELLED", 1000, PaymentStatus.CANCELLED),
        ("CANCELLED", 600, PaymentStatus.PARTIALLY_CANCELLED),
        ("PARTIAL_CANCELLED", 700, PaymentStatus.PARTIALLY_CANCELLED),
    ],
)
def test_all_that_the_buyer_paid_is_all(word: str, cancelled: int, status: PaymentStatus) -> None:
    amount = {"discount": 300, "paid": 700, "cancelled": cancelled}

    assert read(status=word, amount=amount).status is status


@pytest.mark.parametrize(
    ("channel", "mode"),
    [
        ({"type": "LIVE"}, Mode.LIVE),
        ({"type": "TEST"}, Mode.TEST),
        ({"type": "live"}, Mode.UNKNOWN),
        ({"type": 1}, Mode.UNKNOWN),
        ({}, Mode.UNKNOWN),
        (None, Mode.UNKNOWN),
        ("LIVE", Mode.UNKNOWN),
        (..., Mode.UNKNOWN),
    ],
)
def test_the_channel_tells_whether_money_moved(channel: Any, mode: Mode) -> None:
    assert read(channel=channel).mode is mode


def test_an_issued_account_is_told() -> None:
    found = read(status="VIRTUAL_ACCOUNT_ISSUED", method=ACCOUNT)

    assert found.status is PaymentStatus.AWAITING_DEPOSIT
    account = found.virtual_account
    assert account is not None
    assert (account.bank_code, account.bank_name) == ("SHINHAN", "신한은행")
    assert (account.number, account.holder) == ("X0000000000001", "테스트상점")
    assert account.due_at == datetime(2023, 11, 17, 13, tzinfo=UTC)
    assert read(status="PAID", method=ACCOUNT).virtual_account == account


@pytest.mark.parametrize("number", [None, "", "  ", "1" * 33, "1\n2", 7])
def test_an_account_without_a_number_is_none(number: Any) -> None:
    method = ACCOUNT | {"accountNumber": number}

    assert read(method=method).virtual_account is None
    assert read(status="VIRTUAL_ACCOUNT_ISSUED", method=method).status is PaymentStatus.UNKNOWN


def test_a_bank_to_come_is_shown_by_its_word() -> None:
    account = read(method=ACCOUNT | {"bank": "NEW_BANK", "expiredAt": None}).virtual_account

    assert account is not None
    assert (account.bank_code, account.bank_name, account.due_at) == ("NEW_BANK", "NEW_BANK", None)


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        ({"reason": "한도초과", "pgMessage": "x"}, "한도초과"),
        ({"pgMessage": "거절"}, "거절"),
        ({"reason": "a\x00b"}, "a\ufffdb"),
        ({}, None),
        (None, None),
    ],
)
def test_why_it_failed_is_kept(failure: Any, reason: str | None) -> None:
    assert read(status="FAILED", failure=failure).failure_reason == reason


def test_what_is_ready_waits_for_us_only_where_the_shop_approves() -> None:
    by_shop = Reading(naming=READING.naming, shop_approves=True)

    assert read(by_shop, status="READY").awaits_approval
    assert not read(by_shop, status="PAY_PENDING").awaits_approval
    assert not read(by_shop).awaits_approval
    assert not read(status="READY").awaits_approval


@pytest.mark.parametrize(
    ("custom_data", "order_id"),
    [
        ('{"order_id": "order-7", "more": 1}', "order-7"),
        ('{"order_id": "order-7\\n"}', "order-7\ufffd"),
        ('{"order_id": 7}', "order-0001"),
        ('{"order_id": " "}', "order-0001"),
        ('{"other": "x"}', "order-0001"),
        ("not JSON", "order-0001"),
        ("[]", "order-0001"),
        ({"order_id": "order-7"}, "order-0001"),
        (None, "order-0001"),
        (..., "order-0001"),
    ],
)
def test_where_the_shop_says_so_the_order_is_in_its_own_data(
    custom_data: Any, order_id: str
) -> None:
    assert read(BY_CUSTOM_DATA, customData=custom_data).order_id == order_id
    assert read(customData=custom_data).order_id == "order-0001"


@pytest.mark.parametrize("field", ["id", "version", "status", "storeId", "currency", "amount"])
@pytest.mark.parametrize("value", [..., None, 7, "", [], {}])
def test_what_money_depends_on_is_never_guessed(field: str, value: Any) -> None:
    body = json.loads(payment())
    body[field] = value
    if value is ...:
        del body[field]

    with pytest.raises(GatewayProtocolError):
        read_payment(json.dumps(body).encode(), "order-0001", READING)


@pytest.mark.parametrize("part", ["total", "discount", "cancelled"])
@pytest.mark.parametrize("value", [None, "1000", 10.5, True, [], {"value": 1}, 1e3])
def test_an_amount_that_is_no_whole_number_is_not_read(part: str, value: Any) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read(amount={part: value})

    assert error.value.code == f"amount.{part}"


@pytest.mark.parametrize("total", [2**63, 2**63 - 1, -1, 10**30, MAX_AMOUNT_MINOR + 1])
def test_an_amount_beyond_all_money_equals_no_orders(total: int) -> None:
    found = read(amount={"total": total})

    assert found.total == UnreadableAmount(number=str(total), currency_code="KRW")


def test_an_amount_of_a_thousand_digits_is_cut() -> None:
    body = payment().replace(b'"total": 1000', b'"total": 1' + b"0" * 999)
    found = read_payment(body, "order-0001", READING)

    assert found is not None
    assert isinstance(found.total, UnreadableAmount)
    assert len(found.total.number) == 40


def test_a_currency_that_is_none_makes_no_money() -> None:
    assert read(currency="XXX").total == UnreadableAmount(number="1000", currency_code="XXX")


@given(
    total=st.integers(0, MAX_AMOUNT_MINOR),
    share=st.fractions(0, 1),
    code=st.sampled_from(sorted(EXPONENTS)),
)
def test_minor_units_are_kept_to_the_last_one(total: int, share: Any, code: str) -> None:
    cancelled = int(total * share)
    word = "PAID" if not cancelled else "CANCELLED" if cancelled == total else "PARTIAL_CANCELLED"

    found = read(status=word, currency=code, amount={"total": total, "cancelled": cancelled})

    currency = Currency(code)
    assert found.total == Money(amount_minor=total, currency=currency)
    assert found.cancelled == Money(amount_minor=cancelled, currency=currency)
    assert found.status is not PaymentStatus.UNKNOWN


@given(
    st.dictionaries(
        st.sampled_from(["total", "discount", "cancelled", "paid", "taxFree", "cancelledTaxFree"]),
        st.none()
        | st.booleans()
        | st.integers(-(2**70), 2**70)
        | st.floats()
        | st.text(max_size=5),
    )
)
def test_what_we_read_of_an_amount_the_kit_reads_too(amount: dict[str, Any]) -> None:
    whole = {"total": 1, "discount": 0, "cancelled": 0, "paid": 1, "taxFree": 0}
    whole |= {"cancelledTaxFree": 0} | amount
    try:
        found = read(amount=amount)
    except GatewayProtocolError:
        return
    parts = ("total", "discount", "cancelled")
    held = _deserialize_payment_amount(
        {name: whole[name] for name in parts}
        | {
            "paid": 0,
            "taxFree": 0,
            "cancelledTaxFree": 0,
        }
    )
    if isinstance(found.total, Money):
        assert found.total.amount_minor == held.total or "total" not in amount
    else:
        assert not 0 <= held.total <= MAX_AMOUNT_MINOR


def test_another_payment_than_was_asked_for_is_refused() -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read_payment(payment(), "order-0002", READING)

    assert error.value.code == "another-payment"


def test_a_payment_of_the_older_version_is_the_other_gateways() -> None:
    assert read_payment(payment(version="V1"), "order-0001", READING) is None


def test_a_version_to_come_is_not_guessed_at() -> None:
    with pytest.raises(GatewayProtocolError):
        read(version="V3")


def test_unknown_fields_are_ignored() -> None:
    assert read(news={"a": [1]}, colour="red").says_the_same_as(read())


@pytest.mark.parametrize(
    "text", [None, "", "2023-11-14", "2023-11-14T22:13:20", "1970-01-01T00:00:00Z", "x", "9" * 50]
)
def test_what_cannot_be_a_time_is_none(text: str | None) -> None:
    assert moment(text) is None


@pytest.mark.parametrize("text", ["order-1", "a:b", "a=b", "x" * 200])
def test_shops_name_payments_as_they_like(text: str) -> None:
    assert is_payment_id(text)


@given(st.text(max_size=30))
def test_only_what_can_be_asked_for_is_an_id(text: str) -> None:
    if is_payment_id(text):
        assert text.isascii()
        assert not set(text) & set("/?#% ")
