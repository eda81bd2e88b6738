"""Money as an integer count of minor units, with the currency that gives the count its meaning."""

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Self

from domain.errors import InvalidValue
from domain.iso4217 import EXPONENTS

# Far above any real payment, far below 2**63 and 2**53: sums of thousands of amounts still fit a
# signed 64-bit column, and every amount survives a reader that has only doubles.
MAX_AMOUNT_MINOR = 10**15
_MAX_TEXT_LENGTH = 40
# Holds every digit that `parse_number` lets through: the default context would round to 28.
_EXACT = Context(prec=_MAX_TEXT_LENGTH)


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 currency; `exponent` is how many decimals its major unit has (KRW 0, USD 2)."""

    code: str

    def __post_init__(self) -> None:
        if self.code not in EXPONENTS:
            raise InvalidValue("currency", "is not an ISO 4217 currency code")

    @property
    def exponent(self) -> int:
        return EXPONENTS[self.code]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount that is zero or more. Equal only to the same count of the same currency."""

    amount_minor: int
    currency: Currency

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise InvalidValue("amount", "must be a whole number of minor units")
        if not 0 <= self.amount_minor <= MAX_AMOUNT_MINOR:
            raise InvalidValue("amount", f"must be between 0 and {MAX_AMOUNT_MINOR} minor units")

    @classmethod
    def of(cls, number: str | Decimal | int, currency: Currency) -> Self:
        """Money from a number of major units; more decimals than the currency has are refused."""
        major = parse_number(number)
        minor = major.scaleb(currency.exponent, _EXACT)
        if minor != minor.to_integral_value():
            raise InvalidValue(
                "amount", f"{currency.code} has at most {currency.exponent} decimals"
            )
        return cls(amount_minor=int(minor), currency=currency)

    @classmethod
    def zero(cls, currency: Currency) -> Self:
        return cls(amount_minor=0, currency=currency)

    @property
    def currency_code(self) -> str:
        return self.currency.code

    @property
    def number(self) -> str:
        """The amount in major units as decimal text, with the currency's own decimals."""
        return f"{Decimal(self.amount_minor).scaleb(-self.currency.exponent, _EXACT):f}"

    def plus(self, other: "Money") -> "Money":
        """Both together; refuses another currency and a sum beyond all money."""
        return self._changed_by(other, other.amount_minor)

    def minus(self, other: "Money") -> "Money":
        """What remains; refuses another currency and a result below zero."""
        return self._changed_by(other, -other.amount_minor)

    def _changed_by(self, other: "Money", change_minor: int) -> "Money":
        if self.currency != other.currency:
            raise InvalidValue("currency", "amounts of different currencies cannot be combined")
        return Money(amount_minor=self.amount_minor + change_minor, currency=self.currency)

    def __str__(self) -> str:
        return f"{self.number} {self.currency.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableAmount:
    """A number that a gateway gave and no Money can be made of: it equals no order's amount."""

    number: str
    currency_code: str

    def __str__(self) -> str:
        return f"{self.number} {self.currency_code}"


def parse_number(number: str | Decimal | int) -> Decimal:
    """An exact decimal from text, `Decimal` or `int`; floats, NaN and absurd sizes are refused."""
    if isinstance(number, bool) or not isinstance(number, str | Decimal | int):
        raise InvalidValue("amount", "must be decimal text or a whole number, never a float")
    if isinstance(number, str) and not _is_plain(number):
        raise InvalidValue("amount", 'must be a number, like "1000" or "14.20"')
    parsed = Decimal(number)
    # The exponent is bounded before any arithmetic: 1e999999999 would otherwise fill the memory.
    if not parsed.is_finite() or abs(parsed.adjusted()) > _MAX_TEXT_LENGTH:
        raise InvalidValue("amount", "is too large or not a finite number")
    if len(parsed.as_tuple().digits) > _MAX_TEXT_LENGTH:
        raise InvalidValue("amount", "has too many digits")
    return parsed


def _is_plain(text: str) -> bool:
    """Whether text is ASCII digits with at most a sign and a point: `Decimal` accepts far more."""
    body = text.removeprefix("-")
    whole, point, fraction = body.partition(".")
    digits = whole + fraction
    return (
        len(text) <= _MAX_TEXT_LENGTH
        and digits.isascii()
        and digits.isdigit()
        and whole != ""
        and (point == "" or fraction != "")
    )
