"""What the buyer of an issued account reads: the wording, in Korean or English, as plain lines."""

import re
from datetime import datetime
from decimal import Decimal

from domain.moments import SEOUL
from domain.money import Money
from domain.order import Order
from domain.virtual_account import VirtualAccount

# Of a name from outside; far more than a phone shows in a line.
MAX_NAME_LENGTH = 60
_LABELS = {
    "ko": ("가상계좌 입금 안내", "주문", "은행", "계좌번호", "예금주", "입금액", "입금기한"),
    "en": ("Bank transfer details", "Order", "Bank", "Account", "Holder", "Amount", "Deadline"),
}
# Phones make a link of whatever looks like an address, with or without a scheme.
_DOT_OF_AN_ADDRESS = re.compile(r"(?<=\w)[.．。｡](?=[^\W\d_]{2})")  # noqa: RUF001 - dots too


def account_message(order: Order, account: VirtualAccount, locale: str) -> str:
    """The bank, account number, holder, amount and deadline, in Seoul's time; without any link.

    What was not told is left out, and a name from outside is cut; an account number never is.
    """
    title, *labels = _LABELS[locale]
    facts = (
        _name(order.name or order.order_id),
        _name(account.bank_name or account.bank_code or ""),
        _plain(account.number),
        _name(account.holder or ""),
        _amount(order.amount, locale),
        _deadline(account.due_at),
    )
    known = zip(labels, facts, strict=True)
    return "\n".join([f"[{title}]", *(f"{label}: {fact}" for label, fact in known if fact)])


def _name(text: str) -> str:
    plain = _plain(text)
    return plain if len(plain) <= MAX_NAME_LENGTH else f"{plain[: MAX_NAME_LENGTH - 1].rstrip()}…"


def _plain(text: str) -> str:
    """Text on one line that cannot steer a terminal or a phone, nor be touched as a link."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(_DOT_OF_AN_ADDRESS.sub("·", printable.replace("://", " ")).split())


def _amount(amount: Money, locale: str) -> str:
    in_korean_won = (locale, amount.currency_code) == ("ko", "KRW")
    return f"{Decimal(amount.number):,f}{'원' if in_korean_won else f' {amount.currency_code}'}"


def _deadline(due_at: datetime | None) -> str | None:
    return None if due_at is None else f"{due_at.astimezone(SEOUL):%Y-%m-%d %H:%M} (KST)"
