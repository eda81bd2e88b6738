"""Decodes JSON as vendors write it, be there half a character in some text of it.

A text that is cut by its UTF-16 length may end within a character, as a name with an emoji does.
JSON can say that (`\\ud83d`), our decoder refuses it, and with it all that stands beside it: a
page of a list, or a payment. So such a half is read as the sign for what cannot be shown, which
equals no id and no word that counts.
"""

import re
from typing import Final, TypeVar

import msgspec

_Value = TypeVar("_Value")
_HALF: Final = re.compile(rb"(\\+)u[dD]([89a-fA-F])[0-9a-fA-F]{2}")
_SECOND_HALF: Final = re.compile(rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_FIRST: Final = frozenset(b"89abAB")


def decoded(decoder: msgspec.json.Decoder[_Value], body: bytes | msgspec.Raw) -> _Value | None:
    """What the body holds; None if that is not what the decoder reads."""
    try:
        return decoder.decode(body)
    except (msgspec.ValidationError, UnicodeDecodeError, RecursionError):
        return None
    except msgspec.DecodeError:
        whole = with_whole_characters(bytes(body))
    try:
        return decoder.decode(whole)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def with_whole_characters(body: bytes) -> bytes:
    """The same text, as long as it was, where each half of a character stands for none."""
    pair_ends_at = -1

    def whole(half: re.Match[bytes]) -> bytes:
        nonlocal pair_ends_at
        backslashes = half[1]
        # An even number of them is so many signs of their own, and begins no escape.
        if len(backslashes) % 2 == 0 or half.end() == pair_ends_at:
            return half[0]
        if half[2][0] in _FIRST and _SECOND_HALF.match(body, half.end()):
            pair_ends_at = half.end() + len(rb"\ud83d")
            return half[0]
        return backslashes + b"ufffd"

    return _HALF.sub(whole, body)
