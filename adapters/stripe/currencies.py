"""How Stripe counts each currency: in a minor unit of its own, which is not always ISO 4217's."""

from decimal import Decimal
from typing import Final

from domain.errors import InvalidValue
from domain.iso4217 import EXPONENTS
from domain.money import Currency, Money, UnreadableAmount

# What Stripe documents, as decimals: the number 500 is 500 JPY, 5 ISK and 0.500 KWD.
_DOCUMENTED: Final = {
    **dict.fromkeys(
        "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(),  # noqa: SIM905
        0,
    ),
    # No decimals any more, and still counted by hundredths; the vendor's page says so of UGX too,
    # although its list of whole currencies has it as well.
    **dict.fromkeys(("ISK", "UGX"), 2),
    **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3),
}
# All others that it takes have two; HUF and TWD lose them only when they are paid out.
_ORDINARY: Final = 2
_MAX_SHOWN_DIGITS: Final = 40


def decimals_of(currency_code: str) -> int | None:
    """How many decimals Stripe's numbers have; None where it is not known to take the currency."""
    documented = _DOCUMENTED.get(currency_code)
    if documented is None and EXPONENTS.get(currency_code) == _ORDINARY:
        return _ORDINARY
    return documented


def read_number(number: int, currency_code: str) -> Money | UnreadableAmount:
    """Money; or, for a number that no Money can be made of, its beginning as it was sent."""
    decimals = decimals_of(currency_code)
    if decimals is not None and abs(number) < 10**_MAX_SHOWN_DIGITS:
        try:
            major = Decimal(f"{number}e-{decimals}")
            return Money.of(major, Currency(currency_code))
        except InvalidValue:
            pass  # below zero, too large, or finer than the currency is
    return UnreadableAmount(number=str(number)[:_MAX_SHOWN_DIGITS], currency_code=currency_code)


def number_of(amount: Money) -> int:
    """The amount as Stripe counts it."""
    decimals = decimals_of(amount.currency_code)
    if decimals is None:
        raise InvalidValue("currency", "is not one that Stripe takes")
    number = Decimal(amount.number).scaleb(decimals)
    if number != int(number):
        raise InvalidValue("amount", "is finer than Stripe counts")
    return int(number)
