"""How values look on a page: money with its thousands parted, times in Seoul."""

from datetime import datetime
from decimal import Decimal

from domain.moments import SEOUL
from domain.money import Currency, Money, UnreadableAmount


def money(amount: Money | UnreadableAmount) -> str:
    """Like `12,300 KRW`; an amount that is no money as the gateway gave it."""
    if isinstance(amount, UnreadableAmount):
        return str(amount)
    return minor(amount.amount_minor, amount.currency)


def minor(amount_minor: int, currency: Currency) -> str:
    """The same of a sum, which may be more than one amount can be."""
    return f"{Decimal(amount_minor).scaleb(-currency.exponent):,f} {currency.code}"


def moment(at: datetime) -> str:
    """To the second, in Seoul."""
    return f"{at.astimezone(SEOUL):%Y-%m-%d %H:%M:%S}"


def minute(at: datetime) -> str:
    """To the minute, in Seoul."""
    return f"{at.astimezone(SEOUL):%Y-%m-%d %H:%M}"
