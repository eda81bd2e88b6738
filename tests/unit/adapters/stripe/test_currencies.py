"""Stripe's own numbers: its decimals are not always those of ISO 4217."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.stripe.currencies import decimals_of, number_of, read_number
from domain.errors import InvalidValue
from domain.iso4217 import EXPONENTS
from domain.money import MAX_AMOUNT_MINOR, Currency, Money, UnreadableAmount

TAKEN = sorted(code for code in EXPONENTS if decimals_of(code) is not None)


@pytest.mark.parametrize(
    ("number", "currency_code", "major"),
    [
        (1000, "USD", "10.00"),
        (1000, "KRW", "1000"),
        (500, "JPY", "500"),
        # Two decimals by ISO, none at Stripe.
        (7, "MGA", "7.00"),
        # None by ISO, two at Stripe.
        (500, "ISK", "5"),
        (500, "UGX", "5"),
        # Whole only when they are paid out.
        (1045, "HUF", "10.45"),
        (80045, "TWD", "800.45"),
        (5120, "KWD", "5.120"),
        (0, "USD", "0.00"),
    ],
)
def test_a_number_is_read_by_the_vendors_own_table(
    number: int, currency_code: str, major: str
) -> None:
    money = read_number(number, currency_code)

    assert isinstance(money, Money)
    assert money.number == major
    assert number_of(money) == number


@pytest.mark.parametrize(
    ("number", "currency_code"),
    [
        (-1, "USD"),
        (2**63, "USD"),
        (10**60, "USD"),
        (-(10**60), "USD"),
        # Finer than a whole krona.
        (550, "ISK"),
        (1, "UGX"),
        # Not known how it counts these, or whether they exist.
        (1000, "CLF"),
        (1000, "IQD"),
        (1000, "XXX"),
        (1000, "usd"),
        (1000, ""),
    ],
)
def test_what_no_money_can_be_made_of_is_shown_as_it_was_sent(
    number: int, currency_code: str
) -> None:
    amount = read_number(number, currency_code)

    assert isinstance(amount, UnreadableAmount)
    assert str(number).startswith(amount.number)
    assert amount.currency_code == currency_code


@given(st.integers(0, MAX_AMOUNT_MINOR), st.sampled_from(TAKEN))
def test_what_is_read_is_written_the_same(number: int, currency_code: str) -> None:
    amount = read_number(number, currency_code)

    if isinstance(amount, Money):
        assert number_of(amount) == number


@given(st.integers(0, 10**12), st.sampled_from(TAKEN))
def test_money_comes_back_as_it_was_or_was_too_fine(minor: int, currency_code: str) -> None:
    money = Money(amount_minor=minor, currency=Currency(currency_code))

    try:
        number = number_of(money)
    except InvalidValue:
        assert currency_code == "MGA"
        return

    assert read_number(number, currency_code) == money


def test_a_currency_that_is_not_known_there_is_not_sent() -> None:
    with pytest.raises(InvalidValue, match="currency"):
        number_of(Money(amount_minor=1, currency=Currency("CLF")))


def test_an_amount_finer_than_the_vendor_counts_is_not_sent() -> None:
    with pytest.raises(InvalidValue, match="amount"):
        number_of(Money.of("7.50", Currency("MGA")))
