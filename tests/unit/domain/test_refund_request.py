"""A request is the same whenever it is asked again, and another one with any word changed."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.errors import InvalidValue
from domain.money import Currency, Money
from domain.refund import Requester
from domain.refund_request import TRIGGERS, RefundRequest, order_id_of
from tests.support.factories import ORDER_ID, a_key, a_refund_account, won

LEFT = won(1000)


def a_request(**changes: Any) -> RefundRequest:
    request = RefundRequest(
        order_id=ORDER_ID,
        key=a_key(),
        number=300,
        reason="changed mind",
        requested_by=Requester.SHOP,
        idempotency_key="key-1",
        account=a_refund_account(),
    )
    return replace(request, **changes)


@pytest.mark.parametrize("number", [300, "300", Decimal("3E2"), "300.0"], ids=repr)
def test_the_same_request_has_the_same_id_and_contents(number: Any) -> None:
    again = a_request(number=number, operator="kim")

    assert again.refund_id == a_request().refund_id
    assert again.contents(LEFT) == a_request().contents(LEFT)


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 301},
        {"number": None},
        {"reason": "another"},
        {"key": a_key("imp_2")},
        {"account": None},
        {"account": a_refund_account(number="1")},
    ],
)
def test_another_request_under_one_key_has_other_contents(changes: dict[str, Any]) -> None:
    other = a_request(**changes)

    assert other.refund_id == a_request().refund_id
    assert other.contents(LEFT) != a_request().contents(LEFT)


@pytest.mark.parametrize(
    "changes",
    [{"idempotency_key": "key-2"}, {"requested_by": Requester.CLI}, {"order_id": "order-2"}],
)
def test_another_key_requester_or_order_names_another_refund(changes: dict[str, Any]) -> None:
    assert a_request(**changes).refund_id != a_request().refund_id


def test_everything_left_stays_everything_when_less_is_left() -> None:
    everything = a_request(number=None)

    assert everything.contents(LEFT) == everything.contents(won(5))
    assert everything.amount(won(5)) == won(5)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("amount", {"number": 0}),
        ("amount", {"number": -1}),
        ("amount", {"number": "0.5"}),
        ("amount", {"number": "1e3"}),
        ("amount", {"number": "NaN"}),
        ("currency", {"currency_code": "USD"}),
        ("currency", {"currency_code": "won"}),
    ],
)
def test_an_amount_that_cannot_be_is_refused(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match=f"^{field}: "):
        a_request(**changes).amount(LEFT)


def test_an_amount_is_read_in_the_payments_currency() -> None:
    dollars = Money.of("20.00", Currency("USD"))

    assert a_request(number="14.2", currency_code="USD").amount(dollars).number == "14.20"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("order_id", {"order_id": ".."}),
        ("reason", {"reason": "x" * 100_000}),
        ("reason", {"reason": "a\x00b"}),
        ("idempotency_key", {"idempotency_key": ""}),
        ("idempotency_key", {"idempotency_key": "x" * 256}),
    ],
)
def test_a_request_that_cannot_be_is_refused(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match=f"^{field}: "):
        a_request(**changes)


def test_a_refund_is_found_by_its_id_alone() -> None:
    for order_id in (ORDER_ID, "a", "rf-1", "x" * 40, "A:b_c.d-e"):
        assert order_id_of(a_request(order_id=order_id).refund_id) == order_id


@pytest.mark.parametrize("text", ["", "rf-1", "rf-" + "0" * 20, "rf-" + "0" * 20 + "-..", "x"])
def test_other_text_names_no_refund(text: str) -> None:
    with pytest.raises(InvalidValue):
        order_id_of(text)


def test_every_requester_has_a_trigger() -> None:
    assert set(TRIGGERS) == set(Requester)
    assert [a_request(requested_by=each).trigger for each in Requester] == [
        "shop",
        "cli",
        "console",
        "policy",
    ]
