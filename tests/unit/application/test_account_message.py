"""The buyer reads where to transfer, what and until when; and nothing that others slipped in."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.account_message import MAX_NAME_LENGTH, account_message
from domain.money import Currency, Money
from tests.support.factories import ORDER_ID, an_account, an_order, won

DUE_AT = datetime(2026, 3, 4, 14, 59, 59, tzinfo=UTC)


def message(locale: str = "ko", *, order: dict[str, Any] | None = None, **account: Any) -> str:
    return account_message(an_order(**(order or {})), an_account(**account), locale)


def fact(text: str, label: str) -> str:
    (found,) = (line for line in text.split("\n") if line.startswith(f"{label}: "))
    return found.removeprefix(f"{label}: ")


def test_a_korean_buyer_reads_where_to_transfer_what_and_until_when() -> None:
    assert message(order={"amount": won(1_234_000)}, due_at=DUE_AT) == (
        "[가상계좌 입금 안내]\n"
        "주문: 커피 원두 1kg\n"
        "은행: 신한은행\n"
        "계좌번호: 56211234567890\n"
        "예금주: 홍길동\n"
        "입금액: 1,234,000원\n"
        "입금기한: 2026-03-04 23:59 (KST)"
    )


def test_another_buyer_reads_english() -> None:
    amount = Money.of("1234.5", Currency("USD"))

    assert message("en", order={"amount": amount}, due_at=DUE_AT) == (
        "[Bank transfer details]\n"
        "Order: 커피 원두 1kg\n"
        "Bank: 신한은행\n"
        "Account: 56211234567890\n"
        "Holder: 홍길동\n"
        "Amount: 1,234.50 USD\n"
        "Deadline: 2026-03-04 23:59 (KST)"
    )


@pytest.mark.parametrize(
    ("locale", "currency", "shown"),
    [("ko", "KRW", "1,000원"), ("en", "KRW", "1,000 KRW"), ("ko", "USD", "10.00 USD")],
)
def test_won_are_written_as_koreans_write_them(locale: str, currency: str, shown: str) -> None:
    amount = Money(amount_minor=1000, currency=Currency(currency))

    assert f": {shown}\n" in message(locale, order={"amount": amount})


def test_what_is_not_known_is_left_out() -> None:
    text = message(order={"name": None}, bank_name=None, bank_code=None, holder=None, due_at=None)

    assert text == (
        f"[가상계좌 입금 안내]\n주문: {ORDER_ID}\n계좌번호: 56211234567890\n입금액: 1,000원"
    )


def test_a_bank_without_a_name_has_its_code() -> None:
    assert fact(message(bank_name=None), "은행") == "088"


def test_words_from_outside_start_no_line() -> None:
    text = message(bank_name="bank\n계좌번호: 666\x1b[2J", holder="\u202ea\r\nb\u200b")

    assert fact(text, "계좌번호") == "56211234567890"
    assert fact(text, "은행") == "bank 계좌번호: 666 [2J"
    assert fact(text, "예금주") == "a b"


def test_a_name_is_cut_and_an_account_number_never_is() -> None:
    text = message(order={"name": "가" * 200}, number="1" * 200)

    assert fact(text, "주문") == f"{'가' * (MAX_NAME_LENGTH - 1)}…"
    assert fact(text, "계좌번호") == "1" * 200


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("https://evil.com/pay", "https evil·com/pay"),
        ("evil.com", "evil·com"),
        ("은행.한국 에서", "은행·한국 에서"),
        ("a．com b。kr", "a·com b·kr"),  # noqa: RUF001 - dots of other scripts
        ("No.1 원두 1.5kg", "No.1 원두 1.5kg"),
        ("커피. 원두", "커피. 원두"),
    ],
)
def test_no_name_makes_a_link(name: str, shown: str) -> None:
    assert fact(message(order={"name": name}), "주문") == shown


names = st.text(min_size=1, max_size=200).filter(str.isprintable)


@given(names, st.none() | st.text(max_size=300), st.none() | st.text(max_size=300))
def test_whatever_the_names_the_lines_are_ours(
    name: str, bank_name: str | None, holder: str | None
) -> None:
    text = message(order={"name": name}, bank_name=bank_name, holder=holder)

    lines = text.split("\n")
    assert len(lines) <= 7
    assert "계좌번호: 56211234567890" in lines
    assert all(line.isprintable() for line in lines)
    assert "://" not in text
