"""Amounts of payments as cells of a row, and back."""

import sqlite3

from adapters.sqlite.cells import Cells
from domain.money import Currency, Money, UnreadableAmount


def amount_cells(name: str, amount: Money | UnreadableAmount) -> Cells:
    return {
        f"{name}_minor": amount.amount_minor if isinstance(amount, Money) else None,
        f"{name}_unreadable": None if isinstance(amount, Money) else amount.number,
        f"{name}_currency": amount.currency_code,
    }


def discount_from(row: sqlite3.Row) -> Money | None:
    minor = row["discount_minor"]
    if minor is None:
        return None
    return Money(amount_minor=minor, currency=Currency(row["total_currency"]))


def amount_from(row: sqlite3.Row, name: str) -> Money | UnreadableAmount:
    minor, unreadable = row[f"{name}_minor"], row[f"{name}_unreadable"]
    currency_code = row[f"{name}_currency"]
    if unreadable is not None:
        return UnreadableAmount(number=unreadable, currency_code=currency_code)
    return Money(amount_minor=minor, currency=Currency(currency_code))
