"""Half a character spoils nothing that stands beside it, and whole ones stay as they are."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.outbound.json_text import decoded, with_whole_characters

TEXT = msgspec.json.Decoder(str)
ROWS = msgspec.json.Decoder(list[msgspec.Raw])


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (rb'"\ud83d"', "\ufffd"),
        (rb'"\uDE00"', "\ufffd"),
        (rb'"a\ud83d\ud83d\ude00b"', "a\ufffd\U0001f600b"),
        (rb'"\ud83d\ude00\ude00"', "\U0001f600\ufffd"),
        (rb'"\ude00\ud83d"', "\ufffd\ufffd"),
        (rb'"\ud83d\\ude00"', "\ufffd\\ude00"),
        (rb'"\\ud83d\ude00"', "\\ud83d\ufffd"),
        (rb'"\\\ud83d"', "\\\ufffd"),
        (rb'"\ud83d\u0041"', "\ufffdA"),
        (rb'"\ud83d\n"', "\ufffd\n"),
    ],
)
def test_half_a_character_is_read_as_none(sent: bytes, read: str) -> None:
    assert decoded(TEXT, sent) == read
    assert len(with_whole_characters(sent)) == len(sent)


def test_the_rows_beside_it_are_as_they_were() -> None:
    rows = decoded(ROWS, rb'[{"a":1},{"b":"\ud83d"},{"c":"\\ud83d"}]')

    assert rows is not None
    assert [bytes(row) for row in rows] == [
        rb'{"a":1}',
        rb'{"b":"\ufffd"}',
        rb'{"c":"\\ud83d"}',
    ]


@pytest.mark.parametrize("body", [b"", b"[", b"{}", b'["\xff"]', b"[" * 10_000, rb'["\ud83d"'])
def test_what_is_nonsense_stays_nonsense(body: bytes) -> None:
    assert decoded(msgspec.json.Decoder(list[str]), body) is None


PIECES = ["\\", "u", "ud83d", "\ud83d", "\ude00", "\U0001f600", "a", '"', "\n", "한"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_every_text_that_json_can_say_is_read(text: str) -> None:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    assert decoded(TEXT, json.dumps(text).encode()) == whole


@given(st.text())
def test_whole_characters_stay_as_they_are(text: str) -> None:
    body = json.dumps(text).encode()

    assert with_whole_characters(body) == body
