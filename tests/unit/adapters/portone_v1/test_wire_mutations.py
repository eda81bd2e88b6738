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
from tests.unit.adapters.portone_v1.samples import PAYMENT_ID, answer, payment_fields, sample
from tests.unit.adapters.portone_v1.test_wire_payment import STATUSES

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=50)
    | st.sampled_from(["0", "1000", "14.2", "paid", "cancelled", "KRW", "USD", "vbank", "unknown"])
    | st.sampled_from([0, 1, 999, 1000, 1001, -1, 10**15, 10**16, 10**400, 1e300])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
THAT_COUNT = ["amount", "cancel_amount", "currency", "merchant_uid", "sandbox", "status"]
PAYMENTS = st.sampled_from(sorted(STATUSES)).map(payment_fields)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a payment with some fields removed, some replaced and some new."""
    fields = draw(PAYMENTS)
    names = st.sampled_from(THAT_COUNT) | st.sampled_from(sorted(fields)) | st.text(max_size=5)
    for name in draw(st.lists(names, max_size=4)):
        if draw(st.booleans()):
            fields[name] = draw(VALUES)
        else:
            fields.pop(name, None)
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


@given(PAYMENTS, st.data())
def test_flipped_bytes_are_read_or_are_nonsense(
    fields: dict[str, Any], data: st.DataObject
) -> None:
    body = bytearray(answer(fields))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at] = data.draw(st.integers(0, 255))

    try:
        payment = read_payment(bytes(body), PAYMENT_ID)
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
