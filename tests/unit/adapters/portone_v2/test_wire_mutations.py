"""Whatever the vendor may send: an answer we understand, or one error; never a guess at money."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.portone_v2.wire import read_payment
from domain.money import Money
from domain.payment import Mode, PaymentStatus
from ports.errors import GatewayProtocolError
from tests.unit.adapters.portone_v2.samples import ACCOUNT, BY_CUSTOM_DATA, PAID, READING

WORDS = ["PAID", "CANCELLED", "READY", "KRW", "USD", "LIVE", "TEST", "V1", "V2", "unknown", "1000"]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
    | st.sampled_from(WORDS)
    | st.sampled_from([0, 1, 999, 1000, 1001, -1, 2**63, 10**15, 10**16, 10**400])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
SECTIONS = ["amount", "channel", "method"]


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a payment with some fields removed, some replaced and some new, sections too."""
    status = draw(st.sampled_from(["PAID", "READY", "FAILED", "PARTIAL_CANCELLED", "CANCELLED"]))
    fields: dict[str, Any] = {**PAID, "status": status}
    fields["method"] = draw(st.sampled_from([PAID["method"], ACCOUNT]))
    for name in SECTIONS:
        section = dict(fields[name])
        for part in draw(st.lists(st.sampled_from(sorted(section)), max_size=2)):
            section[part] = draw(VALUES)
        fields[name] = section
    names = st.sampled_from(sorted(fields)) | st.text(max_size=5)
    for name in draw(st.lists(names, max_size=3)):
        if draw(st.booleans()):
            fields[name] = draw(VALUES)
        else:
            fields.pop(name, None)
    return fields


@given(mutated())
def test_a_mutated_payment_is_read_or_is_nonsense(fields: dict[str, Any]) -> None:
    body = json.dumps(fields).encode()
    try:
        payment = read_payment(body, "order-0001", READING)
        read_payment(body, "order-0001", BY_CUSTOM_DATA)
    except GatewayProtocolError:
        return
    if payment is None:
        assert fields["version"] == "V1"
        return

    assert payment.order_id == fields["id"] == "order-0001"
    if payment.mode is Mode.LIVE:
        assert fields["channel"]["type"] == "LIVE"
    if payment.status is PaymentStatus.PAID:
        assert fields["status"] == "PAID"
        assert fields["amount"]["cancelled"] == 0
    if isinstance(payment.total, Money):
        assert payment.total.amount_minor == fields["amount"]["total"]
        assert payment.total.currency_code == fields["currency"]


@given(st.binary(max_size=300))
def test_bytes_that_are_no_payment_are_nonsense(body: bytes) -> None:
    try:
        found = read_payment(body, "order-0001", READING)
    except GatewayProtocolError:
        return
    raise AssertionError(found)
