"""What a PaymentIntent means in our words, and what is never guessed."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.stripe.wire import (
    error_fields,
    is_payment_id,
    is_unknown_payment,
    read_listed_payment,
    read_payment,
)
from domain.money import Currency, Money, UnreadableAmount
from domain.payment import Mode, Payment, PaymentStatus
from ports.errors import GatewayProtocolError
from tests.support.mutations import change_some, flipped, json_values
from tests.unit.adapters.stripe.samples import (
    OMITTED,
    ORDER_ID,
    PAYMENT_ID,
    STATUSES,
    changed,
    fields_of,
    sample,
)

USD, KRW = Currency("USD"), Currency("KRW")


def read(name: str, /, charge: dict[str, Any] | None = None, **changes: object) -> Payment:
    return read_payment(changed(name, charge, **changes), PAYMENT_ID)


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_each_documented_state_has_its_status(name: str, status: str) -> None:
    assert read_payment(sample(name), PAYMENT_ID).status == status


def test_a_paid_payment_is_read_whole() -> None:
    body = sample("succeeded_card")

    payment = read_payment(body, PAYMENT_ID)

    assert str(payment.key) == f"stripe/{PAYMENT_ID}"
    assert payment.order_id == ORDER_ID
    assert payment.mode is Mode.LIVE
    assert payment.total == Money.of("20.00", USD)
    assert payment.cancelled == Money.zero(USD)
    assert payment.method == "card"
    assert payment.merchant_account is None
    assert payment.paid_at == datetime.fromtimestamp(1680800511, UTC)
    assert payment.receipt_url == "https://pay.stripe.com/receipts/payment/example"
    assert payment.failure_reason is None
    assert payment.evidence == sha256(body).hexdigest()


def test_won_have_no_decimals() -> None:
    assert read("succeeded_krw").total == Money.of(1000, KRW)


def test_what_was_taken_counts_and_not_what_was_asked_for() -> None:
    payment = read(
        "succeeded_card", {"amount_captured": 1500, "amount": 1500}, amount_received=1500
    )

    assert payment.total == Money.of("15.00", USD)
    assert payment.status is PaymentStatus.PAID


def test_what_was_authorised_and_never_taken_is_no_refund() -> None:
    assert read("partially_captured").total == Money.of("20.00", USD)
    assert read("partially_captured").cancelled == Money.zero(USD)
    refunded = read("partially_captured", {"amount_refunded": 800})
    assert refunded.cancelled == Money.of("3.00", USD)
    assert refunded.status is PaymentStatus.PARTIALLY_CANCELLED


def test_refunds_are_the_charges() -> None:
    assert read("partially_refunded").cancelled == Money.of("5.00", USD)
    assert read("refunded").cancelled == Money.of("20.00", USD)


def test_an_open_payment_owes_what_was_asked_for() -> None:
    payment = read("requires_payment_method")

    assert payment.total == Money.of("20.00", USD)
    assert payment.paid_at is None
    assert payment.receipt_url is None


def test_what_is_authorised_waits_for_our_word_with_what_can_be_taken() -> None:
    payment = read("requires_capture", amount_capturable=1900)

    assert payment.awaits_approval
    assert payment.total == Money.of("19.00", USD)
    assert payment.paid_at is None


@pytest.mark.parametrize("name", sorted(STATUSES.keys() - {"requires_capture"}))
def test_nothing_else_waits_for_our_word(name: str) -> None:
    assert not read(name).awaits_approval


def test_why_it_failed_is_told() -> None:
    assert read("payment_failed").failure_reason == "Your card has insufficient funds."
    assert read("canceled").failure_reason == "abandoned"


@pytest.mark.parametrize(
    ("livemode", "mode"),
    [
        (True, Mode.LIVE),
        (False, Mode.TEST),
        (None, Mode.UNKNOWN),
        (OMITTED, Mode.UNKNOWN),
        ("true", Mode.UNKNOWN),
        (1, Mode.UNKNOWN),
    ],
)
def test_only_a_clear_word_tells_the_mode(livemode: object, mode: Mode) -> None:
    assert read("succeeded_card", livemode=livemode).mode is mode


@pytest.mark.parametrize(
    "metadata", [{}, None, [], "order-0001", OMITTED, {"order_id": None}, {"order_id": 1}]
)
def test_a_payment_without_an_order_is_read_and_equals_no_order(metadata: object) -> None:
    assert read("succeeded_card", metadata=metadata).order_id == ""


def test_an_order_id_is_never_changed_into_another() -> None:
    payment = read("succeeded_card", metadata={"order_id": "order\0-0001" + "x" * 600})

    assert payment.order_id.startswith("order\ufffd-0001")
    assert len(payment.order_id) == 200


def test_the_account_is_told_where_it_is() -> None:
    assert read("succeeded_card", on_behalf_of="acct_1").merchant_account == "acct_1"


@pytest.mark.parametrize(
    ("changes", "charge"),
    [
        # Words that came after us.
        ({"status": "settled"}, None),
        ({"status": "Succeeded"}, None),
        # What contradicts itself.
        ({}, {"status": "pending"}),
        ({}, {"status": "failed"}),
        ({}, {"captured": False}),
        ({}, {"captured": None}),
        ({}, {"amount_captured": 1999}),
        ({}, {"amount_captured": 2001}),
        ({}, {"amount": 1999, "amount_captured": 1999}),
        ({}, {"amount_refunded": 2001}),
        ({}, {"amount_refunded": -1}),
        ({"status": "requires_action"}, None),
        ({"status": "canceled"}, None),
        ({"status": "processing"}, None),
        ({"currency": "xxx"}, {"currency": "xxx"}),
    ],
)
def test_what_is_new_or_contradicts_itself_is_unknown(
    changes: dict[str, object], charge: dict[str, object] | None
) -> None:
    assert read("succeeded_card", charge, **changes).status is PaymentStatus.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "charge", "code"),
    [
        ({"id": "pi_other"}, None, "another-payment"),
        ({"id": None}, None, "id"),
        ({"status": None}, None, "status"),
        ({"status": OMITTED}, None, "status"),
        ({"currency": ""}, None, "currency"),
        ({"amount_received": None}, None, "amount_received"),
        ({"amount_received": OMITTED}, None, "amount_received"),
        ({"amount_received": "2000"}, None, "amount_received"),
        ({"amount_received": 2000.0}, None, "amount_received"),
        ({"amount_received": True}, None, "amount_received"),
        # Not expanded, although we asked for it.
        ({"latest_charge": "ch_1"}, None, "latest_charge"),
        ({"latest_charge": None}, None, "latest_charge"),
        ({"latest_charge": OMITTED}, None, "latest_charge"),
        ({}, {"currency": "krw"}, "charge-currency"),
        ({}, {"currency": None}, "currency"),
        ({}, {"payment_intent": "pi_other"}, "another-charge"),
        ({}, {"amount_refunded": OMITTED}, "amount_refunded"),
        ({}, {"amount_captured": None}, "amount_captured"),
        ({}, {"amount": "2000"}, "amount"),
    ],
)
def test_what_money_depends_on_must_be_there(
    changes: dict[str, object], charge: dict[str, object] | None, code: str
) -> None:
    with pytest.raises(GatewayProtocolError) as error:
        read("succeeded_card", charge, **changes)

    assert error.value.code == code


@pytest.mark.parametrize("number", [2**63, 10**30, -2000])
def test_a_number_beyond_all_bounds_equals_no_amount(number: int) -> None:
    payment = read(
        "succeeded_card", {"amount": number, "amount_captured": number}, amount_received=number
    )

    assert isinstance(payment.total, UnreadableAmount)
    assert payment.total.number == str(number)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b"<html></html>"])
def test_what_is_no_object_is_nonsense(body: bytes) -> None:
    with pytest.raises(GatewayProtocolError):
        read_payment(body, PAYMENT_ID)
    with pytest.raises(GatewayProtocolError):
        read_listed_payment(msgspec.Raw(body))


def test_a_listed_payment_is_read_as_one_alone() -> None:
    body = sample("succeeded_card")

    listed = read_listed_payment(msgspec.Raw(body))

    assert listed == read_payment(body, PAYMENT_ID)


@pytest.mark.parametrize("told", [None, 7, "", "pi_../x", "ch_1"])
def test_a_listed_payment_without_an_id_is_nonsense(told: object) -> None:
    with pytest.raises(GatewayProtocolError):
        read_listed_payment(msgspec.Raw(changed("succeeded_card", id=told)))


@pytest.mark.parametrize(
    "text", [PAYMENT_ID, "pi_0", pytest.param("pi_" + "a" * 100, id="longest")]
)
def test_ids_of_its_own_are_taken(text: str) -> None:
    assert is_payment_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pi_",
        "pi",
        "ch_1",
        "pi_a/b",
        "pi_a b",
        "pi_\u0661",
        "pi_" + "a" * 101,
        f"{PAYMENT_ID}_secret_YrKJUKribcBjcG8HVhfZluoGH",
        f"{PAYMENT_ID}\n",
    ],
)
def test_all_else_is_no_id_and_least_of_all_a_client_secret(text: str) -> None:
    assert not is_payment_id(text)


def test_only_the_vendors_own_word_says_that_there_is_no_such_payment() -> None:
    assert is_unknown_payment(sample("error_404_unknown_payment"))
    assert not is_unknown_payment(sample("error_401_invalid_key"))
    assert not is_unknown_payment(b'{"error":{"code":"resource_missing"}}')
    assert not is_unknown_payment(b"<html>404</html>")
    assert error_fields(b'{"error":"no"}') is None


WORDS = ["succeeded", "canceled", "usd", "krw", "kwd", "requires_capture", PAYMENT_ID]
VALUES = json_values(WORDS, amount=2000)
THAT_COUNT = ["amount", "amount_received", "amount_capturable", "currency", "livemode", "status"]
OF_CHARGES = ["amount", "amount_captured", "amount_refunded", "captured", "currency", "status"]
SAMPLES = st.sampled_from(sorted(STATUSES)).map(fields_of)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a payment with some fields of it and of its charge removed, replaced or new."""
    fields = draw(SAMPLES)
    charge = fields["latest_charge"]
    change_some(draw, fields, VALUES, that_count=THAT_COUNT)
    if isinstance(charge, dict):
        change_some(draw, charge, VALUES, that_count=OF_CHARGES)
    return fields


@given(mutated())
def test_a_mutated_payment_is_read_or_is_nonsense(fields: dict[str, Any]) -> None:
    try:
        payment = read_payment(json.dumps(fields).encode(), PAYMENT_ID)
    except GatewayProtocolError:
        return

    if payment.status is PaymentStatus.PAID:
        charge = fields["latest_charge"]
        assert fields["status"] == charge["status"] == "succeeded"
        assert charge["captured"] is True
        assert charge["amount_captured"] == fields["amount_received"]
        assert isinstance(payment.cancelled, Money)
        assert payment.cancelled.amount_minor == 0
    if payment.awaits_approval:
        assert fields["status"] == "requires_capture"


@given(flipped(SAMPLES.map(json.dumps).map(str.encode)))
def test_flipped_bytes_are_read_or_are_nonsense(body: bytes) -> None:
    try:
        payment = read_payment(body, PAYMENT_ID)
    except GatewayProtocolError:
        return

    assert payment.key.payment_id == PAYMENT_ID


@given(st.binary(max_size=200) | VALUES.map(json.dumps).map(str.encode))
def test_any_bytes_are_read_or_are_nonsense(body: bytes) -> None:
    with pytest.raises(GatewayProtocolError):
        read_payment(body, PAYMENT_ID)
