"""However the fields of a payment are read, they say the same."""

import json
from typing import Any

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.outbound.json_fields import JsonFields
from adapters.portone_v1.payment_fields import PaymentFields, _one_by_one, read_fields
from tests.unit.adapters.portone_v1.samples import payment_fields
from tests.unit.adapters.portone_v1.test_wire_mutations import mutated

PAID = payment_fields("paid_card")


def told(fields: PaymentFields | None) -> dict[str, Any]:
    if fields is None:
        return {}
    values = {name: getattr(fields, name) for name in PaymentFields.__struct_fields__}
    is_raw = msgspec.Raw
    return {
        name: bytes(each) if isinstance(each, is_raw) else each for name, each in values.items()
    }


@given(mutated())
@example(PAID | {"sandbox": 1})
@example(PAID | {"paid_at": "1", "status": ["paid"]})
@example(PAID | {"amount": None, "cancel_amount": "0"})
@example(PAID | {"vbank_date": 10**400})
def test_one_by_one_they_say_the_same_as_at_once(fields: dict[str, Any]) -> None:
    raw = json.dumps(fields).encode()

    assert told(read_fields(raw)) == told(_one_by_one(JsonFields.decode(raw)))


@given(st.sampled_from(PaymentFields.__struct_fields__))
def test_a_field_of_another_type_is_as_if_it_were_missing_and_spoils_no_other(name: str) -> None:
    odd = told(read_fields(json.dumps(PAID | {name: {"odd": 1}}).encode()))
    missing = told(read_fields(json.dumps({k: v for k, v in PAID.items() if k != name}).encode()))

    if name in ("amount", "cancel_amount"):
        assert odd.pop(name) == b'{"odd": 1}'
        assert missing.pop(name) == b""
    assert odd == missing != {}


def test_what_is_no_object_has_no_fields() -> None:
    assert [read_fields(raw) for raw in (b"", b"[]", b"1", b"{", b"\xff")] == [None] * 5
