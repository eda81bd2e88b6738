"""Whatever the vendor may send: an answer we understand, or one error; never a guess at money."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.portone_v2.wire import read_payment
from domain.money import Money
from domain.payment import Mode, PaymentStatus
from ports.errors import GatewayProtocolError
from tests.support.mutations import change_some, json_values
from tests.unit.adapters.portone_v2.samples import ACCOUNT, BY_CUSTOM_DATA, PAID, READING

WORDS = ["PAID", "CANCELLED", "READY", "KRW", "USD", "LIVE", "TEST", "V1", "V2", "unknown", "1000"]
VALUES = json_values(WORDS, amount=1000)
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
    change_some(draw, fields, VALUES, that_count=[*SECTIONS, "currency", "status"])
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
