"""Our table of currencies against an independent copy of the standard."""

import iso4217
import pytest

from domain.errors import InvalidValue
from domain.iso4217 import EXPONENTS
from domain.money import Currency

# Every code in which we differ from the package on purpose, with the reason. None: not in a table.
EXPLAINED: dict[str, tuple[int | None, int | None, str]] = {
    # code: (ours, the package's, why)
    "XAD": (None, 2, "Arab accounting dinar: a unit of account between central banks"),
}
WITHOUT_MINOR_UNIT = ["XAG", "XAU", "XPD", "XPT", "XBA", "XDR", "XSU", "XTS", "XUA", "XXX"]
RETIRED = ["ANG", "BGN", "CUC", "DEM", "HRK", "MRO", "SLL", "VEF", "ZWL"]


def test_exponents_are_those_of_the_standard() -> None:
    theirs = {currency.code: currency.exponent for currency in iso4217.Currency}

    different = {
        code: (EXPONENTS.get(code), theirs.get(code))
        for code in EXPONENTS.keys() | theirs.keys()
        if EXPONENTS.get(code) != theirs.get(code)
    }

    assert different == {code: (ours, other) for code, (ours, other, _) in EXPLAINED.items()}


@pytest.mark.parametrize(
    ("code", "exponent"),
    [("KRW", 0), ("JPY", 0), ("USD", 2), ("HUF", 2), ("KWD", 3), ("CLF", 4), ("UYW", 4)],
)
def test_a_currency_knows_its_exponent(code: str, exponent: int) -> None:
    assert Currency(code).exponent == exponent


@pytest.mark.parametrize("code", WITHOUT_MINOR_UNIT + RETIRED)
def test_metals_funds_and_retired_codes_are_no_currency(code: str) -> None:
    with pytest.raises(InvalidValue, match=r"^currency: is not an ISO 4217 currency code$"):
        Currency(code)


@pytest.mark.parametrize(
    "code", ["", "krw", "KRW ", " KRW", "KRW\n", "WON", "410", "\uff2b\uff32\uff37", "USDT"]
)
def test_only_the_exact_code_is_a_currency(code: str) -> None:
    with pytest.raises(InvalidValue):
        Currency(code)
