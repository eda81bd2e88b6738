"""What the development notifier prints, and what it never does."""

from dataclasses import replace
from io import BytesIO, StringIO, TextIOWrapper

import pytest

from adapters.console.notifier import ConsoleNotifier
from adapters.console.texts import masked
from domain.tasks import AlertReason
from ports.errors import NotifierRefused, NotifierUnavailable
from ports.notifier import AccountNotice, Notice, OperatorAlert
from tests.support.factories import ORDER_ID, a_key, an_account, won

NOTICE = AccountNotice(
    message_id="message-1",
    phone="010-1234-5678",
    order_id=ORDER_ID,
    account=an_account(),
    text="[가상계좌 입금 안내]\n계좌번호: 56211234567890",
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


async def test_the_buyers_message_is_printed_whole() -> None:
    assert await printed(NOTICE) == (
        "SMS to 010-****-5678 (message-1)\n  [가상계좌 입금 안내]\n  계좌번호: 56211234567890\n"
    )


async def test_the_operator_is_told_which_payment_and_why() -> None:
    assert await printed(ALERT) == (
        "Alert to the operator (message-2)\n"
        "  order order-0001, payment portone-v1/imp_000000000001: surplus\n"
    )


async def test_the_operator_is_told_what_would_cure_a_payment_too_many() -> None:
    assert (await printed(replace(ALERT, refund=won(1000)))).endswith(
        ": surplus; a refund of 1000 KRW would cure it\n"
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


async def test_no_word_steers_the_terminal() -> None:
    notice = replace(NOTICE, text="은행: \x1b[2Jpaid\n예금주: a\u202eb\r")

    lines = (await printed(notice)).splitlines()

    assert lines[1:] == ["  은행: ?[2Jpaid", "  예금주: a?b?"]


async def test_a_reader_that_is_gone_is_unavailable() -> None:
    with pytest.raises(NotifierUnavailable, match="consoleClosed"):
        await ConsoleNotifier(BrokenPipe()).send(ALERT)


async def test_a_stream_without_the_letters_refuses() -> None:
    ascii_only = TextIOWrapper(BytesIO(), encoding="ascii")

    with pytest.raises(NotifierRefused, match="consoleEncoding") as caught:
        await ConsoleNotifier(ascii_only).send(NOTICE)

    assert caught.value.__cause__ is None
