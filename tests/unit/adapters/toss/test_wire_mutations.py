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
from tests.unit.adapters.toss.samples import PAYMENT_ID, fields_of
from tests.unit.adapters.toss.test_wire_payment import STATUSES

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=50)
    | st.sampled_from(["0", "1000", "14.2", "DONE", "CANCELED", "KRW", "USD", "IN_PROGRESS"])
    | st.sampled_from([0, 1, 999, 1000, 1001, -1, 10**15, 10**16, 2**63, 10**400, 1e300])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
THAT_COUNT = ["approvedAt", "balanceAmount", "currency", "orderId", "status", "totalAmount"]
PAYMENTS = st.sampled_from(sorted(STATUSES)).map(fields_of)


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


@given(PAYMENTS, st.data())
def test_flipped_bytes_are_read_or_are_nonsense(
    fields: dict[str, Any], data: st.DataObject
) -> None:
    body = bytearray(json.dumps(fields).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at] = data.draw(st.integers(0, 255))

    try:
        payment = read(bytes(body))
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
    assert page.next_after is None


@given(VALUES, VALUES)
def test_a_refusal_is_read_or_is_somebody_elses(code: object, message: object) -> None:
    refusal = read_refusal(json.dumps({"code": code, "message": message}).encode())

    if refusal is not None:
        assert refusal.code == code
        assert refusal.reason().isprintable()
