"""Money: exact, of one currency, and never made from anything that could be read two ways."""

import re
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.money import MAX_AMOUNT_MINOR, Currency, Money, UnreadableAmount, parse_number
from tests.support.strategies import currencies, moneys

KRW, USD, KWD, CLF = Currency("KRW"), Currency("USD"), Currency("KWD"), Currency("CLF")
REFUSED_AS_ABSURD = r"^amount: (is too large or not a finite number|has too many digits)$"
PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@pytest.mark.parametrize(
    ("number", "currency", "amount_minor"),
    [
        ("1000", KRW, 1000),
        ("1000.00", KRW, 1000),
        ("0001000", KRW, 1000),
        (1000, KRW, 1000),
        (Decimal(1000), KRW, 1000),
        (Decimal("1E+3"), KRW, 1000),
        ("14.20", USD, 1420),
        ("14.2", USD, 1420),
        (Decimal("14.2"), USD, 1420),
        (14, USD, 1400),
        ("1.234", KWD, 1234),
        ("0.0001", CLF, 1),
        ("0", USD, 0),
        ("-0", USD, 0),
        ("0.000", USD, 0),
        (str(MAX_AMOUNT_MINOR), KRW, MAX_AMOUNT_MINOR),
        ("10000000000000.00", USD, MAX_AMOUNT_MINOR),
    ],
)
def test_money_is_read_exactly(
    number: str | Decimal | int, currency: Currency, amount_minor: int
) -> None:
    assert Money.of(number, currency) == Money(amount_minor=amount_minor, currency=currency)


@pytest.mark.parametrize(
    "number",
    [
        *("", " ", "abc", "1,000", "1 000", "1_000", " 1000", "1000 ", "1000\n", "\n1000", "\t1"),
        *("+1000", "--1000", "-", "+", ".", "1.", ".5", "-.5", "1..0", "1.0.0", "1-", "1.-0"),
        *("1e3", "1E3", "1e-1", "0x10", "0b1", "1000원", "₩1000", "1000\0", "NaN", "sNaN", "nan"),
        *("Infinity", "inf", "-Infinity", "∞", "½", "²", "1²", "Ⅷ", "一", "1\u20091", "\u22125"),
        # Digits of other scripts: Arabic-Indic, full-width, Devanagari.
        *("\u0661\u0660", "\uff11\uff10", "1\uff11", "1.\u0665", "\u0967\u0966", "1000\ud800"),
        *("1" * 41, "0." + "0" * 39, "-1000", "-0.01"),
    ],
    ids=ascii,
)
def test_text_that_is_not_plain_digits_is_refused(number: str) -> None:
    with pytest.raises(InvalidValue, match=r"^amount: "):
        Money.of(number, USD)


def test_a_flood_of_digits_is_refused_by_its_length() -> None:
    with pytest.raises(InvalidValue, match=r'^amount: must be a number, like "1000" or "14\.20"$'):
        Money.of("1" * 10_000_000, KRW)
    with pytest.raises(InvalidValue, match=r"^amount: is too large"):
        Money.of(10**20_000, KRW)


@pytest.mark.parametrize(
    "number", [1.0, 0.1 + 0.2, 1000.0, float("nan"), float("inf"), True, False, None, b"1000", [1]]
)
def test_floats_bools_and_strangers_are_refused(number: object) -> None:
    with pytest.raises(
        InvalidValue, match=r"^amount: must be decimal text or a whole number, never a float$"
    ):
        Money.of(number, USD)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "number",
    [
        *(Decimal("1e999999999"), Decimal("1e-999999999"), Decimal("0e999999999")),
        *(Decimal("-1e999999999"), Decimal("1e41"), Decimal("1e-41")),
        *(Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")),
        *(10**41, -(10**41), Decimal("1" * 41), Decimal("0." + "1" * 41)),
    ],
)
def test_absurd_numbers_are_refused_before_any_arithmetic(number: Decimal | int) -> None:
    with pytest.raises(InvalidValue, match=REFUSED_AS_ABSURD):
        parse_number(number)


@pytest.mark.parametrize("number", [Decimal("1e40"), Decimal("1e-40"), Decimal("1" * 40), "1" * 40])
def test_the_last_numbers_within_the_bounds_are_parsed(number: Decimal | str) -> None:
    assert parse_number(number) == Decimal(number)


@pytest.mark.parametrize(
    ("number", "currency"),
    [
        ("1000.5", KRW),
        ("0.1", KRW),
        ("14.205", USD),
        ("0.001", USD),
        ("1.2345", KWD),
        ("0.00001", CLF),
        (Decimal("1e-40"), KRW),
        (Decimal("0.3000000000000000444089209850"), USD),
        # More digits than a decimal context holds by default: it would round them away.
        ("1000.00000000000000000000000000000000001", KRW),
        ("999.99999999999999999999999999999999999", KRW),
        ("14.199999999999999999999999999999999999", USD),
        (Decimal("1000.0000000000000000000000000001"), KRW),
    ],
)
def test_more_decimals_than_the_currency_has_are_refused_not_rounded(
    number: str | Decimal, currency: Currency
) -> None:
    message = f"^amount: {currency.code} has at most {currency.exponent} decimals$"
    with pytest.raises(InvalidValue, match=message):
        Money.of(number, currency)


@pytest.mark.parametrize("amount_minor", [-1, MAX_AMOUNT_MINOR + 1, -(10**30), 10**30])
def test_an_amount_outside_its_bounds_is_refused(amount_minor: int) -> None:
    with pytest.raises(
        InvalidValue, match=r"^amount: must be between 0 and 1000000000000000 minor units$"
    ):
        Money(amount_minor=amount_minor, currency=KRW)


@pytest.mark.parametrize("amount_minor", [True, False, 1.0, "1", None, Decimal(1)])
def test_the_count_is_a_whole_number_and_nothing_like_it(amount_minor: object) -> None:
    with pytest.raises(InvalidValue, match=r"^amount: must be a whole number of minor units$"):
        Money(amount_minor=amount_minor, currency=KRW)  # type: ignore[arg-type]


@pytest.mark.parametrize("amount_minor", [0, 1, MAX_AMOUNT_MINOR])
def test_an_amount_on_its_bounds_is_kept(amount_minor: int) -> None:
    assert Money(amount_minor=amount_minor, currency=KRW).amount_minor == amount_minor


def test_the_bound_is_exact_for_readers_with_doubles_and_summable_in_64_bits() -> None:
    assert float(MAX_AMOUNT_MINOR) == MAX_AMOUNT_MINOR
    assert MAX_AMOUNT_MINOR < 2**53
    assert MAX_AMOUNT_MINOR * 1000 < 2**63
    assert MAX_AMOUNT_MINOR == 10**15


@pytest.mark.parametrize(
    ("money", "number"),
    [
        (Money(amount_minor=1000, currency=KRW), "1000"),
        (Money(amount_minor=1420, currency=USD), "14.20"),
        (Money(amount_minor=5, currency=USD), "0.05"),
        (Money(amount_minor=0, currency=KWD), "0.000"),
        (Money(amount_minor=1, currency=CLF), "0.0001"),
        (Money(amount_minor=MAX_AMOUNT_MINOR, currency=USD), "10000000000000.00"),
    ],
)
def test_money_is_shown_in_major_units_with_all_its_decimals(money: Money, number: str) -> None:
    assert money.number == number
    assert str(money) == f"{number} {money.currency_code}"


@given(moneys())
def test_what_is_shown_reads_back_as_the_same_money(money: Money) -> None:
    assert Money.of(money.number, money.currency) == money
    assert Money.of(Decimal(money.number), money.currency) == money


@given(moneys(), st.integers(0, 20), st.integers(1, 9))
def test_one_more_decimal_is_never_rounded_away(money: Money, zeros: int, digit: int) -> None:
    point = "" if money.currency.exponent else "."

    with pytest.raises(InvalidValue):
        Money.of(f"{money.number}{point}{'0' * zeros}{digit}", money.currency)


@given(st.text(alphabet="0123456789.-+eE_ ,\n\u0663\uff11²", max_size=45), currencies())
@example("999.99999999999999999999999999999999999", KRW)
def test_text_is_read_by_the_plain_rule_or_refused(text: str, currency: Currency) -> None:
    exact = Fraction(text) * 10**currency.exponent if PLAIN.fullmatch(text) else None
    readable = (
        exact is not None
        and len(text) <= 40
        and exact.denominator == 1
        and 0 <= exact <= MAX_AMOUNT_MINOR
    )

    if readable:
        assert Money.of(text, currency).amount_minor == exact
    else:
        with pytest.raises(InvalidValue):
            Money.of(text, currency)


@given(st.decimals(), currencies())
@example(Decimal("1000.0000000000000000000000000001"), KRW)
def test_a_decimal_is_taken_exactly_or_refused(number: Decimal, currency: Currency) -> None:
    try:
        money = Money.of(number, currency)
    except InvalidValue:
        return
    assert Fraction(money.amount_minor, 10**currency.exponent) == Fraction(number)


@given(moneys(min_minor=1000), st.integers(1, 4))
def test_the_surroundings_decimal_context_changes_nothing(money: Money, precision: int) -> None:
    expected = money.number

    with localcontext(prec=precision):
        assert money.number == expected
        assert Money.of(expected, money.currency) == money


@given(st.integers(0, MAX_AMOUNT_MINOR), currencies(), currencies())
def test_money_of_two_currencies_is_never_equal_and_never_combined(
    amount_minor: int, one: Currency, other: Currency
) -> None:
    assume(one != other)
    first = Money(amount_minor=amount_minor, currency=one)
    second = Money(amount_minor=amount_minor, currency=other)

    assert first != second
    with pytest.raises(
        InvalidValue, match=r"^currency: amounts of different currencies cannot be combined$"
    ):
        first.minus(second)
    with pytest.raises(InvalidValue, match=r"^currency: "):
        first.plus(second)


@given(moneys(), st.data())
def test_plus_undoes_what_minus_did(money: Money, data: st.DataObject) -> None:
    part = Money(
        amount_minor=data.draw(st.integers(0, money.amount_minor)), currency=money.currency
    )

    assert money.minus(part).plus(part) == money


def test_plus_refuses_to_go_beyond_all_money() -> None:
    with pytest.raises(InvalidValue):
        Money(amount_minor=MAX_AMOUNT_MINOR, currency=USD).plus(Money(amount_minor=1, currency=USD))


@given(moneys(), st.data())
def test_minus_leaves_what_remains(money: Money, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, money.amount_minor))

    rest = money.minus(Money(amount_minor=part, currency=money.currency))

    assert rest == Money(amount_minor=money.amount_minor - part, currency=money.currency)


def test_minus_refuses_to_go_below_zero() -> None:
    with pytest.raises(InvalidValue):
        Money.zero(USD).minus(Money(amount_minor=1, currency=USD))


def test_zero_is_nothing_of_its_currency() -> None:
    assert Money.zero(USD) == Money(amount_minor=0, currency=USD)


def test_an_unreadable_amount_equals_no_money() -> None:
    unreadable: object = UnreadableAmount(number="1000", currency_code="KRW")

    assert unreadable != Money.of("1000", KRW)
    assert str(unreadable) == "1000 KRW"


def test_money_neither_adds_nor_orders_by_accident() -> None:
    money, more = Money.of("1000", KRW), Money.of("2000", KRW)

    with pytest.raises(TypeError):
        money + more  # type: ignore[operator]
    with pytest.raises(TypeError):
        money < more  # type: ignore[operator]  # noqa: B015
