"""What the notices say, in the buyer's language; times are those of Seoul."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from domain.money import Money
from ports.notifier import AccountNotice, Notice

# Korea has had no summer time since 1988, so no table of time zones is needed.
_SEOUL = timezone(timedelta(hours=9))
_LABELS = {
    "ko": ("가상계좌 입금 안내", "주문", "은행", "계좌번호", "예금주", "입금액", "입금기한"),
    "en": ("Bank transfer details", "Order", "Bank", "Account", "Holder", "Amount", "Deadline"),
}


def text_of(notice: Notice) -> str:
    """The whole printout of one notice, without the phone it goes to."""
    if isinstance(notice, AccountNotice):
        header = f"SMS to {masked(notice.phone)} ({notice.message_id})"
        lines = _account_lines(notice)
    else:
        header = f"Alert to the operator ({notice.message_id})"
        lines = [f"order {notice.order_id}, payment {notice.key}: {notice.reason}"]
    # Some words come from the gateway: none may start a line or steer the terminal.
    return "\n  ".join(_printable(line) for line in (header, *lines))


def masked(phone: str) -> str:
    """A phone number of which the middle is hidden: `010-****-5678`."""
    digits = "".join(character for character in phone if character.isdigit())
    # Of a short number the two ends would tell too much.
    return f"{digits[:3]}-****-{digits[-4:]}" if len(digits) >= 10 else "****"


def _account_lines(notice: AccountNotice) -> list[str]:
    account, locale = notice.account, notice.locale
    title, *labels = _LABELS[locale]
    facts = (
        notice.order_name or notice.order_id,
        account.bank_name or account.bank_code,
        account.number,
        account.holder,
        _amount(notice.amount, locale),
        _deadline(account.due_at),
    )
    known = zip(labels, facts, strict=True)
    return [f"[{title}]", *(f"{label}: {fact}" for label, fact in known if fact)]


def _amount(amount: Money, locale: str) -> str:
    in_korean_won = (locale, amount.currency_code) == ("ko", "KRW")
    return f"{Decimal(amount.number):,f}{'원' if in_korean_won else f' {amount.currency_code}'}"


def _deadline(due_at: datetime | None) -> str | None:
    return None if due_at is None else f"{due_at.astimezone(_SEOUL):%Y-%m-%d %H:%M} (KST)"


def _printable(line: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in line)
