"""Orders and customers: what they refuse at birth, what they keep to themselves."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.customer import Customer
from domain.errors import InvalidValue
from domain.money import Currency, Money
from tests.support.factories import NOON, a_customer, a_key, a_payment, an_entry, an_order, won

NAIVE = datetime(2026, 3, 2, 12)  # noqa: DTZ001 - the mistake to refuse


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("order_id", {"order_id": ".."}),
        ("order_id", {"order_id": "a/b"}),
        ("amount", {"amount": won(0)}),
        ("name", {"name": ""}),
        ("name", {"name": "x" * 201}),
        ("name", {"name": "a\nb"}),
        ("expires_at", {"expires_at": NAIVE}),
        ("created_at", {"created_at": NAIVE}),
        ("client_token", {"client_token": ""}),
        ("client_token", {"client_token": "x" * 201}),
    ],
)
def test_an_order_refuses_what_it_cannot_be(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue) as refusal:
        an_order(**changes)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": won(1)},
        {"name": None},
        {"name": "x" * 200},
        {"customer": None},
        {"expires_at": NOON},
    ],
)
def test_an_order_may_leave_out_or_fill_what_is_optional(changes: dict[str, Any]) -> None:
    assert an_order(**changes).version == 0


def test_the_token_and_the_phone_are_shown_by_no_repr() -> None:
    order = an_order(client_token="secret-token", customer=a_customer(phone="010-9999-8888"))

    assert "secret-token" not in f"{order!r} {order}"
    assert "9999" not in f"{order!r} {order}"
    assert "client_token" not in repr(order)
    assert "phone" not in repr(order.customer)


def test_the_same_sale_is_recognised_whatever_has_happened_since() -> None:
    later = an_order(
        client_token="another",
        created_at=NOON + timedelta(days=1),
        version=1,
        history=(an_entry(),),
        payments=(a_payment(),),
        settled_by=a_key(),
    )

    assert an_order().is_same_sale_as(later)
    assert later.is_same_sale_as(an_order())


@pytest.mark.parametrize(
    "changes",
    [
        {"order_id": "order-0002"},
        {"amount": won(1001)},
        {"amount": Money(amount_minor=1000, currency=Currency("JPY"))},
        {"name": "another"},
        {"name": None},
        {"customer": None},
        {"customer": a_customer(phone="010-0000-0000")},
        {"customer": a_customer(locale="en")},
        {"expires_at": NOON},
    ],
)
def test_another_sale_under_one_id_is_seen(changes: dict[str, Any]) -> None:
    assert not an_order().is_same_sale_as(an_order(**changes))


@pytest.mark.parametrize(
    ("expires_at", "is_overdue"),
    [
        (None, False),
        (NOON + timedelta(microseconds=1), False),
        (NOON, True),
        (NOON - timedelta(microseconds=1), True),
    ],
)
def test_an_order_is_overdue_from_its_very_end(
    expires_at: datetime | None, is_overdue: bool
) -> None:
    assert an_order(expires_at=expires_at).is_overdue(NOON) is is_overdue


def test_a_payment_is_found_by_its_whole_key() -> None:
    payment, same_id = a_payment(), a_payment(key=a_key(gateway="portone-v2"))
    order = an_order(payments=(same_id, payment))

    assert order.payment(a_key()) is payment
    assert order.payment(a_key(gateway="portone-v2")) is same_id
    assert order.payment(a_key("imp_2")) is None


@pytest.mark.parametrize(
    "phone",
    [
        "01012345678",
        "010-1234-5678",
        "010 1234 5678",
        "+82 10-1234-5678",
        "+821012345678",
        "1" * 20,
        "1234567",
    ],
)
def test_a_phone_is_digits_with_separators(phone: str) -> None:
    assert a_customer(phone=phone).phone == phone


@pytest.mark.parametrize(
    "phone",
    [
        *("", " ", "-", "+", "+-", "123456", "+82-10-12", "abcdefghijk", "010.1234.5678"),
        *("(02) 123 4567", "010/1234/5678", "++821012345678", "82+1012345678", "01012345678\n"),
        *("010\t12345678", "0101234567a", "tel:01012345678", "010;12345678", "1" * 21),
        *("01012345678\0", "\u0660" * 11, "\uff10" * 11, "²" * 11, "010\u201212345678"),
        "010\u00a012345678",
    ],
    ids=ascii,
)
def test_a_phone_is_nothing_else_and_is_not_repeated_in_the_refusal(phone: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        a_customer(phone=phone)

    assert refusal.value.field == "customer.phone"
    assert refusal.value.reason == "must be 7 digits or more, with + - or spaces between"


@pytest.mark.parametrize("customer_id", ["", "x" * 101, "a\n", "\0"])
def test_a_customer_needs_an_id(customer_id: str) -> None:
    with pytest.raises(InvalidValue, match=r"^customer\.id: "):
        a_customer(customer_id=customer_id)


def test_the_longest_customer_id_fits() -> None:
    assert a_customer(customer_id="x" * 100).customer_id == "x" * 100


@pytest.mark.parametrize("locale", ["", "KO", "kr", "en-US", "ja", "ko\n"])
def test_we_speak_two_languages(locale: str) -> None:
    with pytest.raises(InvalidValue, match=r'^customer\.locale: must be "ko" or "en"$'):
        a_customer(locale=locale)


def test_a_customer_speaks_korean_unless_told_and_may_have_no_phone() -> None:
    customer = Customer(customer_id="c")

    assert (customer.locale, customer.phone) == ("ko", None)
    assert replace(customer, locale="en").locale == "en"
