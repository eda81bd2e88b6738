"""Amounts and payment keys as parts of a document, and back."""

from adapters.mongodb.stored_fields import Document, StoredFields
from domain.money import Currency, Money, UnreadableAmount
from domain.payment import PaymentKey


def key_fields(key: PaymentKey) -> Document:
    return {"gateway": key.gateway, "payment_id": key.payment_id}


def read_key(fields: StoredFields) -> PaymentKey:
    return PaymentKey(gateway=fields.text("gateway"), payment_id=fields.text("payment_id"))


def money_fields(money: Money | UnreadableAmount) -> Document:
    if isinstance(money, Money):
        return {"amount_minor": money.amount_minor, "currency": money.currency_code}
    return {"unreadable": money.number, "currency": money.currency_code}


def read_money(fields: StoredFields) -> Money:
    return Money(
        amount_minor=fields.whole("amount_minor"), currency=Currency(fields.text("currency"))
    )
