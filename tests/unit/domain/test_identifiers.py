"""Which texts may name things: matched whole, so that no other text slips in behind."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.identifiers import (
    check_delivery_id,
    check_gateway,
    check_order_id,
    check_payment_id,
    check_text,
    is_order_id,
)
from tests.support.strategies import order_ids, payment_keys

CHECKS: dict[str, Callable[[str], None]] = {
    "order_id": check_order_id,
    "payment_id": check_payment_id,
    "gateway": check_gateway,
}
HOSTILE = [
    *("", " ", "..", ".", "...", "../users/getToken", "a/b", "/", "\\", "a\\b", "%2e%2e", "a%00"),
    *("a?b", "a#b", "a&b", "a;b", "a@b", "https://evil.example", "//evil.example", "a b", " a"),
    *("a ", "a\n", "\na", "a\r", "a\t", "a\0", "\0", "a\x7f", "a\u200b", "\ufeffa", "a\u2028"),
    # Digits and letters of other scripts, and a lone surrogate.
    *("\u0661\u0662", "\uff11\uff12", "\uff41", "\u0430bc", "가나다", "é", "a\ud800", "🙂"),
    *("'", '"', "<b>", "{a}", "$ne", "a+b", "a,b", "a*", "a|b", "`a`", "~", "a!", "(a)", "[a]"),
    "x" * 10_000,
]
ALLOWED = {
    "order_id": "ABCXYZabcxyz0189._:-",
    "payment_id": "ABCXYZabcxyz0189._:=-",
    "gateway": "abcxyz0189-",
}
LONGEST = {"order_id": 40, "payment_id": 200, "gateway": 40}
EXPLAINED = {
    "order_id": "order_id: must be 1 to 40 characters of A-Z a-z 0-9 . _ : -",
    "payment_id": "payment_id: must be 1 to 200 characters of A-Z a-z 0-9 . _ : = -",
    "gateway": "gateway: must be 1 to 40 characters of a-z 0-9 -",
}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
@pytest.mark.parametrize("name", CHECKS)
def test_hostile_text_names_nothing(name: str, text: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        CHECKS[name](text)

    assert str(refusal.value) == EXPLAINED[name]


@pytest.mark.parametrize("name", CHECKS)
def test_all_that_the_message_allows_is_allowed(name: str) -> None:
    for character in ALLOWED[name]:
        CHECKS[name](f"a{character}0")
    CHECKS[name](ALLOWED[name])


@pytest.mark.parametrize("name", CHECKS)
def test_the_longest_text_fits_and_one_more_does_not(name: str) -> None:
    CHECKS[name]("a")
    CHECKS[name]("a" * LONGEST[name])
    with pytest.raises(InvalidValue):
        CHECKS[name]("a" * (LONGEST[name] + 1))


@pytest.mark.parametrize("name", CHECKS)
@given(st.text(max_size=50))
def test_a_text_passes_only_if_all_its_characters_are_allowed(name: str, text: str) -> None:
    plain = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ" if name != "gateway" else "")
    plain |= set("abcdefghijklmnopqrstuvwxyz0123456789") | set(ALLOWED[name])
    is_name = 0 < len(text) <= LONGEST[name] and set(text) <= plain and set(text) != {"."}

    if is_name:
        CHECKS[name](text)
    else:
        with pytest.raises(InvalidValue):
            CHECKS[name](text)


@given(order_ids(), payment_keys())
def test_what_the_strategies_make_are_names(order_id: str, key: object) -> None:
    check_order_id(order_id)
    assert "/" in str(key)


@pytest.mark.parametrize("text", [".a", "a.", "a..b", "..a", ":", "-", "_", "1:2.3"])
def test_dots_beside_other_characters_are_part_of_a_name(text: str) -> None:
    check_order_id(text)


@pytest.mark.parametrize("text", ["a", "한국어 상품 1kg", "A & B <c>", "%00 ../", "🙂", "x" * 10])
def test_printable_text_of_any_script_is_text(text: str) -> None:
    check_text("name", text, 10)


@pytest.mark.parametrize(("text", "max_length"), [("", 10), ("x" * 11, 10), ("ab", 1)])
def test_text_is_neither_empty_nor_too_long(text: str, max_length: int) -> None:
    with pytest.raises(InvalidValue, match=f"^name: must be 1 to {max_length} characters$"):
        check_text("name", text, max_length)


@pytest.mark.parametrize(
    "text",
    ["a\n", "\0", "a\x1b[31m", "a\r\nb", "\u202eabc", "\x85", "\u2028", "a\ud800"],
    ids=ascii,
)
def test_control_and_direction_characters_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"^name: must not contain control characters$"):
        check_text("name", text, 20)


@pytest.mark.parametrize("text", HOSTILE)
def test_whether_text_may_name_an_order_can_be_asked(text: str) -> None:
    assert is_order_id("order-0001")
    assert not is_order_id(text)


@pytest.mark.parametrize("text", ["", " ", "a b", "a\n", "\x00", "\x7f", "번호", "a" * 201])
def test_a_message_has_an_id_that_can_be_seen(text: str) -> None:
    check_delivery_id("msg_2KWPBgLlAfxdpx2AI54pPJ85f4W/+=")
    with pytest.raises(InvalidValue, match="delivery_id"):
        check_delivery_id(text)
