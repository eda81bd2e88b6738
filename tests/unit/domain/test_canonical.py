"""One value has one spelling for good, and no two values of a type share one."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given

from domain.canonical import digest, spelling
from domain.payment import PaymentStatus
from tests.support.factories import NOON, a_payment, won
from tests.support.strategies import orders

# JSON that a person or another program can make: one spelling each.
SPELLINGS = {
    "text": ('커피 "1"\n', '"\\ucee4\\ud53c \\"1\\"\\n"'),
    "number": (1000, "1000"),
    "flag": (True, "true"),
    "nothing": (None, "null"),
    "word": (PaymentStatus.PAID, '"paid"'),
    "moment": (NOON, '"2026-03-02T12:00:00.123456+00:00"'),
    "list": ((1, "a", ()), '[1,"a",[]]'),
    "mapping": ({"b": 1, "a": None}, '{"a":null,"b":1}'),
    "value": (won(1000), '{"amount_minor":1000,"currency":{"code":"KRW"}}'),
}


@pytest.mark.parametrize(("value", "spelt"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_the_spelling_of_each_kind(value: object, spelt: str) -> None:
    assert spelling(value) == spelt
    assert digest(value) == sha256(spelt.encode("ascii")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class _Before:
    name: str


@dataclass(frozen=True, kw_only=True)
class _After:
    name: str
    note: str | None = None
    is_new: bool = False


def test_a_field_added_later_changes_no_spelling_of_before() -> None:
    assert spelling(_After(name="a")) == spelling(_Before(name="a"))
    assert spelling(_After(name="a", note="")) != spelling(_Before(name="a"))
    assert spelling(_After(name="a", is_new=True)) != spelling(_Before(name="a"))


@dataclass(frozen=True, kw_only=True)
class _WithDefaults:
    number: int = 100_000
    note: str | None = "none"


def test_a_default_is_left_out_by_its_value_and_nothing_in_place_of_it_is_not() -> None:
    assert spelling(_WithDefaults(number=int("100000"), note="".join("none"))) == "{}"
    assert spelling(_WithDefaults(note=None)) == '{"note":null}'


def test_one_moment_is_spelt_one_way_in_every_zone() -> None:
    in_seoul = NOON.astimezone(timezone(timedelta(hours=9)))

    assert spelling(in_seoul) == spelling(NOON)
    assert spelling(datetime(2026, 3, 2, tzinfo=UTC)) == '"2026-03-02T00:00:00.000000+00:00"'


@pytest.mark.parametrize("odd", [1.5, b"bytes", {1, 2}, object()])
def test_what_has_no_single_spelling_is_refused(odd: object) -> None:
    with pytest.raises(TypeError):
        spelling((odd,))


@given(orders(), orders())
def test_two_orders_share_a_spelling_only_if_they_are_equal(one: Any, other: Any) -> None:
    assert (spelling(one) == spelling(other)) is (one == other)


@pytest.mark.parametrize(
    "change",
    [
        {"total": won(999)},
        {"status": PaymentStatus.OPENED, "paid_at": None},
        {"method": None},
        {"paid_at": NOON + timedelta(microseconds=1)},
        {"failure_reason": ""},
    ],
)
def test_any_change_of_a_payment_is_seen(change: dict[str, Any]) -> None:
    payment = a_payment()

    assert digest(replace(payment, **change)) != digest(payment)
