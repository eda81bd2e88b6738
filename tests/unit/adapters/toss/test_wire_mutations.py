"""Whatever the vendor may send: an answer we understand, or one error; never a guess at money."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.toss.refusal import read_refusal
from adapters.toss.transaction_wire import read_page
from adapters.toss.wire import read_payment
from domain.money import Money
from domain.payment import Mode, Payment, PaymentStatus
from ports.errors import GatewayProtocolError
from tests.support.mutations import change_some, flipped, json_values
from tests.unit.adapters.toss.samples import PAYMENT_ID, fields_of
from tests.unit.adapters.toss.test_wire_payment import STATUSES

WORDS = ["0", "1000", "14.2", "DONE", "CANCELED", "KRW", "USD", "IN_PROGRESS"]
VALUES = json_values(WORDS, amount=1000)
THAT_COUNT = ["approvedAt", "balanceAmount", "currency", "orderId", "status", "totalAmount"]
PAYMENTS = st.sampled_from(sorted(STATUSES)).map(fields_of)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a payment with some fields removed, some replaced and some new."""
    fields = draw(PAYMENTS)
    change_some(draw, fields, VALUES, that_count=THAT_COUNT)
    return fields


def read(body: bytes) -> Payment:
    return read_payment(body, PAYMENT_ID, Mode.LIVE)


@given(mutated())
def test_a_mutated_payment_is_read_or_is_nonsense(fields: dict[str, Any]) -> None:
    try:
        payment = read(json.dumps(fields).encode())
    except GatewayProtocolError:
        return

    if payment.awaits_approval:
        assert fields["status"] == "IN_PROGRESS"
    if payment.status is PaymentStatus.PAID:
        assert fields["status"] == "DONE"
        assert payment.cancelled == Money.zero(payment.total.currency)  # type: ignore[union-attr]


@given(flipped(PAYMENTS.map(json.dumps).map(str.encode)))
def test_flipped_bytes_are_read_or_are_nonsense(body: bytes) -> None:
    try:
        payment = read(body)
    except GatewayProtocolError:
        return

    assert payment.key.payment_id == PAYMENT_ID


@given(st.binary(max_size=200) | VALUES.map(json.dumps).map(str.encode))
def test_any_bytes_are_nonsense(body: bytes) -> None:
    with pytest.raises(GatewayProtocolError):
        read(body)


@given(st.binary(max_size=200) | st.lists(VALUES, max_size=3).map(json.dumps).map(str.encode))
def test_any_bytes_are_a_page_of_unreadable_rows_or_nonsense(body: bytes) -> None:
    try:
        page = read_page(body, 10)
    except GatewayProtocolError:
        return

    assert page.payment_ids == []
    assert page.cursor is None


@given(VALUES, VALUES)
def test_a_refusal_is_read_or_is_somebody_elses(code: object, message: object) -> None:
    refusal = read_refusal(json.dumps({"code": code, "message": message}).encode())

    if refusal is not None:
        assert refusal.code == code
        assert refusal.reason().isprintable()
