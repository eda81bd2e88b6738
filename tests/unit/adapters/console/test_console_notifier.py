"""What the development notifier prints, and what it never does."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO, StringIO, TextIOWrapper

import pytest

from adapters.console.notifier import ConsoleNotifier
from adapters.console.texts import masked
from domain.money import Currency, Money
from domain.tasks import AlertReason
from ports.errors import NotifierRefused, NotifierUnavailable
from ports.notifier import AccountNotice, Notice, OperatorAlert
from tests.support.factories import ORDER_ID, a_key, an_account, won

NOTICE = AccountNotice(
    message_id="message-1",
    phone="010-1234-5678",
    locale="ko",
    order_id=ORDER_ID,
    order_name="커피 원두 1kg",
    amount=won(1_234_000),
    account=an_account(due_at=datetime(2026, 3, 4, 14, 59, 59, tzinfo=UTC)),
)
ALERT = OperatorAlert(
    message_id="message-2", order_id=ORDER_ID, key=a_key(), reason=AlertReason.SURPLUS
)


class BrokenPipe(StringIO):
    """A stream that nobody reads any more."""

    def flush(self) -> None:
        raise BrokenPipeError


async def printed(notice: Notice) -> str:
    stream = StringIO()
    await ConsoleNotifier(stream).send(notice)
    return stream.getvalue()


async def test_a_korean_buyer_reads_where_to_transfer_what_and_until_when() -> None:
    assert await printed(NOTICE) == (
        "SMS to 010-****-5678 (message-1)\n"
        "  [가상계좌 입금 안내]\n"
        "  주문: 커피 원두 1kg\n"
        "  은행: 신한은행\n"
        "  계좌번호: 56211234567890\n"
        "  예금주: 홍길동\n"
        "  입금액: 1,234,000원\n"
        "  입금기한: 2026-03-04 23:59 (KST)\n"
    )


async def test_another_buyer_reads_english() -> None:
    amount = Money.of("1234.5", Currency("USD"))

    assert await printed(replace(NOTICE, locale="en", amount=amount)) == (
        "SMS to 010-****-5678 (message-1)\n"
        "  [Bank transfer details]\n"
        "  Order: 커피 원두 1kg\n"
        "  Bank: 신한은행\n"
        "  Account: 56211234567890\n"
        "  Holder: 홍길동\n"
        "  Amount: 1,234.50 USD\n"
        "  Deadline: 2026-03-04 23:59 (KST)\n"
    )


@pytest.mark.parametrize(
    ("locale", "currency", "shown"),
    [("ko", "KRW", "1,000원"), ("en", "KRW", "1,000 KRW"), ("ko", "USD", "10.00 USD")],
)
async def test_won_are_written_as_koreans_write_them(
    locale: str, currency: str, shown: str
) -> None:
    amount = Money(amount_minor=1000, currency=Currency(currency))

    assert f": {shown}\n" in await printed(replace(NOTICE, locale=locale, amount=amount))


async def test_what_is_not_known_is_left_out() -> None:
    account = an_account(bank_name=None, bank_code=None, holder=None, due_at=None)

    assert await printed(replace(NOTICE, order_name=None, account=account)) == (
        "SMS to 010-****-5678 (message-1)\n"
        "  [가상계좌 입금 안내]\n"
        f"  주문: {ORDER_ID}\n"
        "  계좌번호: 56211234567890\n"
        "  입금액: 1,234,000원\n"
    )


async def test_a_bank_without_a_name_has_its_code() -> None:
    notice = replace(NOTICE, account=an_account(bank_name=None))

    assert "은행: 088\n" in await printed(notice)


async def test_the_operator_is_told_which_payment_and_why() -> None:
    assert await printed(ALERT) == (
        "Alert to the operator (message-2)\n"
        "  order order-0001, payment portone-v1/imp_000000000001: surplus\n"
    )


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("010-1234-5678", "010-****-5678"),
        ("01012345678", "010-****-5678"),
        ("+82 10 1234 5678", "821-****-5678"),
        ("0212345678", "021-****-5678"),
        ("123-4567", "****"),
        ("", "****"),
    ],
)
def test_of_a_phone_the_middle_is_hidden(phone: str, shown: str) -> None:
    assert masked(phone) == shown


async def test_the_phone_is_in_no_error() -> None:
    stream = StringIO()
    stream.close()

    with pytest.raises(NotifierUnavailable) as caught:
        await ConsoleNotifier(stream).send(NOTICE)

    assert "1234" not in repr(caught.value) + repr(caught.value.__cause__)


async def test_words_of_the_gateway_start_no_line_and_steer_no_terminal() -> None:
    account = an_account(bank_name="bank\nAlert: \x1b[2Jpaid", holder="a\u202eb\r")

    lines = (await printed(replace(NOTICE, account=account))).splitlines()

    assert "  은행: bank?Alert: ?[2Jpaid" in lines
    assert "  예금주: a?b?" in lines


async def test_a_reader_that_is_gone_is_unavailable() -> None:
    with pytest.raises(NotifierUnavailable, match="consoleClosed"):
        await ConsoleNotifier(BrokenPipe()).send(ALERT)


async def test_a_stream_without_the_letters_refuses() -> None:
    ascii_only = TextIOWrapper(BytesIO(), encoding="ascii")

    with pytest.raises(NotifierRefused, match="consoleEncoding") as caught:
        await ConsoleNotifier(ascii_only).send(NOTICE)

    assert caught.value.__cause__ is None
