"""The vendor's question before it approves: read strictly, with the vendor's names in errors."""

import json
from decimal import Decimal
from typing import Any

import pytest

from adapters.portone_v1.confirm import PortOneV1ConfirmHook
from domain.errors import InvalidValue
from ports.confirm_hook import AmountUnit, ConfirmClaim
from ports.errors import WebhookRejected
from tests.unit.adapters.portone_v1.samples import sample

QUESTION = {"imp_uid": "imp_1", "merchant_uid": "order-1", "amount": 1000}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def read(question: Any, headers: dict[str, str] | None = None) -> ConfirmClaim:
    body = question if isinstance(question, bytes) else json.dumps(question).encode()
    return PortOneV1ConfirmHook().read(headers or {}, body)


def test_the_vendors_own_question_is_read() -> None:
    claim = read(sample("confirm/v1_request.json"), {"content-type": "application/json"})

    assert claim == ConfirmClaim(
        payment_id="imp_000000000001", order_id="order-0001", number=1000, unit=AmountUnit.MAJOR
    )


@pytest.mark.parametrize(
    ("amount", "number"), [(b"14.20", Decimal("14.20")), (b'"14.20"', "14.20"), (b"1e3", 1000)]
)
def test_the_amount_is_exactly_what_was_sent(amount: bytes, number: object) -> None:
    body = b'{"imp_uid": "imp_1", "merchant_uid": "order-1", "amount": %s}' % amount

    assert read(body).number == number


def test_it_may_be_a_form() -> None:
    assert read(b"imp_uid=imp_1&merchant_uid=order-1&amount=1000", FORM).number == "1000"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("imp_uid", None),
        ("imp_uid", "order-1"),
        ("merchant_uid", 3),
        ("merchant_uid", "a b"),
        ("amount", None),
        ("amount", True),
        ("amount", []),
    ],
)
def test_what_cannot_be_read_is_named_as_the_vendor_names_it(field: str, value: object) -> None:
    with pytest.raises(InvalidValue) as error:
        read(QUESTION | {field: value})

    assert error.value.field == field


@pytest.mark.parametrize("field", QUESTION)
def test_what_is_missing_is_named_too(field: str) -> None:
    with pytest.raises(InvalidValue, match="is required") as error:
        read({name: value for name, value in QUESTION.items() if name != field})

    assert error.value.field == field


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"{", {}, "json"),
        (b"[]", {}, "not-an-object"),
        (b'{"amount": 1e9999999999999999999}', {}, "json"),
        (b"amount=1&amount=1", FORM, "duplicate-field"),
        (b"{}", {"content-type": "text/plain"}, "content-type"),
        (b"\xff", {}, "utf-8"),
        (b" " * 70_000, {}, "too-large"),
    ],
)
def test_what_is_no_question_is_rejected(body: bytes, headers: dict[str, str], code: str) -> None:
    with pytest.raises(WebhookRejected) as error:
        read(body, headers)

    assert error.value.code == code


def test_the_vendor_looks_for_its_reason_under_that_name() -> None:
    assert PortOneV1ConfirmHook().reason_field == "reason"
