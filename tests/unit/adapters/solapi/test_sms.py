"""What is sent fits the carriers: numbers of Korea, letters of EUC-KR, 90 bytes or 2,000."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.solapi.sms import Sms, domestic_sender
from domain.errors import InvalidValue
from ports.errors import NotifierRefused
from sandbox.solapi.outbox import euc_kr_bytes
from tests.support.solapi import PHONE


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a" * 90, "SMS"),
        ("a" * 91, "LMS"),
        ("가" * 45, "SMS"),
        ("가" * 45 + "a", "LMS"),
        ("가" * 1000, "LMS"),
        ("a\n" * 45, "SMS"),
        ("…" * 45, "SMS"),
    ],
)
def test_ninety_bytes_are_a_short_message(text: str, kind: str) -> None:
    sms = Sms.of(PHONE, text)

    assert (sms.type, sms.text) == (kind, text)


def test_a_message_is_refused_rather_than_cut() -> None:
    with pytest.raises(NotifierRefused, match="too-long"):
        Sms.of(PHONE, "가" * 1000 + "a")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("커피 ☕ 😀", "커피 ? ?"),
        ("똠얌", "?얌"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
        ("café 中·…℃", "caf? 中·…℃"),
    ],
)
def test_a_letter_that_no_carrier_has_becomes_a_question_mark(text: str, sent: str) -> None:
    assert Sms.of(PHONE, text).text == sent


@given(st.text(max_size=400))
def test_whatever_is_sent_the_carriers_can_read(text: str) -> None:
    sms = Sms.of(PHONE, text)

    n_bytes = euc_kr_bytes(sms.text)
    assert n_bytes is not None
    assert (sms.type == "SMS") == (n_bytes <= 90)


@pytest.mark.parametrize(
    ("phone", "to"),
    [
        ("01012345678", "01012345678"),
        ("010-1234-5678", "01012345678"),
        ("010 1234 5678", "01012345678"),
        ("+82 10-1234-5678", "01012345678"),
        ("+82 010 1234 5678", "01012345678"),
        ("+821012345678", "01012345678"),
        ("02-123-4567", "021234567"),
        ("0505-1234-5678", "050512345678"),
    ],
)
def test_numbers_are_dialled_as_in_korea(phone: str, to: str) -> None:
    assert Sms.of(phone, "안녕").to == to


@pytest.mark.parametrize(
    "phone",
    [
        "1",
        "",
        "+1 212 555 0100",
        "1588-1234",
        "0" * 13,
        "010123",
        "82 10 1234 5678",
        "010-١٢٣٤-٥٦٧٨",
    ],
)
def test_another_number_is_refused_and_not_repeated(phone: str) -> None:
    with pytest.raises(NotifierRefused) as refused:
        Sms.of(phone, "안녕")

    assert str(refused.value) == "not-a-korean-number"


def test_neither_number_nor_text_is_shown() -> None:
    assert repr(Sms.of(PHONE, "비밀")) == "Sms(type='SMS')"


@pytest.mark.parametrize("sender", ["02-1234-5678", "01012345678", "1588-1234", "070 1234 5678"])
def test_senders_are_numbers_of_korea(sender: str) -> None:
    assert domestic_sender(sender).isdigit()


@pytest.mark.parametrize("sender", ["", "shop", "+82 2 1234 5678", "12345", "2588-1234"])
def test_another_sender_cannot_be(sender: str) -> None:
    with pytest.raises(InvalidValue, match="sender"):
        domestic_sender(sender)
