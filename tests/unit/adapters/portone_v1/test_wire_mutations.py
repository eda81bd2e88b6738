"""Whatever the vendor may send: an answer we understand, or one error; never a guess at money."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.portone_v1.wire import read_payment, read_token
from domain.money import Money
from domain.payment import PaymentStatus
from ports.errors import GatewayProtocolError
from tests.support.mutations import change_some, flipped, json_values
from tests.unit.adapters.portone_v1.samples import PAYMENT_ID, answer, payment_fields, sample
from tests.unit.adapters.portone_v1.test_wire_payment import STATUSES

WORDS = ["0", "1000", "14.2", "paid", "cancelled", "KRW", "USD", "vbank", "unknown"]
VALUES = json_values(WORDS, amount=1000)
THAT_COUNT = ["amount", "cancel_amount", "currency", "merchant_uid", "sandbox", "status"]
PAYMENTS = st.sampled_from(sorted(STATUSES)).map(payment_fields)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a payment with some fields removed, some replaced and some new."""
    fields = draw(PAYMENTS)
    change_some(draw, fields, VALUES, that_count=THAT_COUNT)
    return fields


def is_zero(value: object) -> bool:
    if isinstance(value, str):
        return value.strip("-0.") == "" and "0" in value
    return not isinstance(value, bool) and value == 0


@given(mutated())
def test_a_mutated_payment_is_read_or_is_nonsense(fields: dict[str, Any]) -> None:
    try:
        payment = read_payment(answer(fields), PAYMENT_ID)
    except GatewayProtocolError:
        return

    assert payment.order_id == fields["merchant_uid"] or not fields["merchant_uid"].isprintable()
    if payment.status is PaymentStatus.PAID:
        assert fields["status"] == "paid"
        assert is_zero(fields["cancel_amount"])
        assert isinstance(payment.cancelled, Money)
        assert payment.cancelled.amount_minor == 0


@given(flipped(PAYMENTS.map(answer)))
def test_flipped_bytes_are_read_or_are_nonsense(body: bytes) -> None:
    try:
        payment = read_payment(body, PAYMENT_ID)
    except GatewayProtocolError:
        return

    assert payment.key.payment_id == PAYMENT_ID


@given(st.binary(max_size=200) | VALUES.map(json.dumps).map(str.encode) | VALUES.map(answer))
def test_any_bytes_are_read_or_are_nonsense(body: bytes) -> None:
    for read in (lambda: read_payment(body, PAYMENT_ID), lambda: read_token(body)):
        with pytest.raises(GatewayProtocolError):
            read()


@given(st.sampled_from(["access_token", "now", "expired_at"]), VALUES)
def test_a_mutated_token_is_read_or_is_nonsense(name: str, value: object) -> None:
    fields = json.loads(sample("portone_v1/token_ok.json"))["response"] | {name: value}

    try:
        issued = read_token(answer(fields))
    except GatewayProtocolError:
        return

    assert issued.life_s > 0
    assert issued.text.isascii()
    assert issued.text.isprintable()
