from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.machinery.exact_json import dumps, loads, number_from

NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20),
    st.decimals(
        allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(st.characters(exclude_categories=["Cs"]))),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text("abc"), inner)),
)


@given(VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert loads(dumps(value)) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("14.20"), b"14.2"),
        (Decimal("1E+3"), b"1000"),
        (Decimal("1E-7"), b"0.0000001"),
        (Decimal("0.1") + Decimal("0.2"), b"0.3"),
        ({"이름": [Decimal("1.5"), "1.5"]}, '{"이름":[1.5,"1.5"]}'.encode()),
    ],
)
def test_numbers_are_written_plainly(value: Any, written: bytes) -> None:
    assert dumps(value) == written


@pytest.mark.parametrize(
    "raw", [b"NaN", b"[Infinity]", b"1e400", b'"\\ud800"', b"\xff", b"[" * 99999]
)
def test_what_could_not_be_written_is_not_read(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is not ours
        loads(raw)


@pytest.mark.parametrize("value", [True, None, [], "many", "NaN", "Infinity", "1e99", 10**24, ""])
def test_what_is_no_amount(value: object) -> None:
    assert number_from(value) is None


def test_other_objects_have_no_json_form() -> None:
    with pytest.raises(TypeError, match="object has no JSON form"):
        dumps(object())
    with pytest.raises(ValueError, match="finite"):
        dumps(Decimal("NaN"))
