"""What Korean carriers deliver: to which numbers, in which letters, and of which length."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal, Self
from unicodedata import normalize

from domain.errors import InvalidValue
from ports.errors import NotifierRefused

# Bytes of EUC-KR, in which a Korean letter has two.
MAX_SHORT_BYTES: Final = 90
MAX_LONG_BYTES: Final = 2000
# Mobile, 070, 050 and fixed numbers, as they are dialled in Korea.
_DOMESTIC: Final = re.compile(r"0[0-9]{8,11}", re.ASCII)
# Those, or one like 1588-1234.
_SENDER: Final = re.compile(rf"{_DOMESTIC.pattern}|1[0-9]{{7}}", re.ASCII)
_SEPARATORS: Final = str.maketrans("", "", "- ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """A message that can be delivered: `type` says whether it is a short or a long one."""

    to: str = field(repr=False)
    text: str = field(repr=False)
    type: Literal["SMS", "LMS"]

    @classmethod
    def of(cls, phone: str, text: str) -> Self:
        """The message, never cut; raises `NotifierRefused` if no carrier would deliver it."""
        fitted = "".join(map(_fitted, normalize("NFC", text)))
        n_bytes = len(fitted.encode("euc_kr"))
        if n_bytes > MAX_LONG_BYTES:
            raise NotifierRefused("too-long")
        return cls(
            to=domestic_number(phone),
            text=fitted,
            type="SMS" if n_bytes <= MAX_SHORT_BYTES else "LMS",
        )


def domestic_number(phone: str) -> str:
    """The digits dialled in Korea; a number of another country is refused, and so is no number."""
    dialled = phone.translate(_SEPARATORS)
    if dialled.startswith("+82"):
        dialled = f"0{dialled.removeprefix('+82').removeprefix('0')}"
    if not _DOMESTIC.fullmatch(dialled):
        raise NotifierRefused("not-a-korean-number")
    return dialled


def domestic_sender(phone: str) -> str:
    """The digits of the number that messages come from; raises `InvalidValue` for another."""
    dialled = phone.translate(_SEPARATORS)
    if not _SENDER.fullmatch(dialled):
        raise InvalidValue("sender", "must be a Korean number, like 02-1234-5678")
    return dialled


def _fitted(letter: str) -> str:
    """The letter, or a question mark for one that the carriers' set does not have."""
    try:
        encoded = letter.encode("euc_kr")
    except UnicodeEncodeError:
        return "?"
    # Python spells a syllable outside the set in eight bytes, which no phone reads.
    return letter if len(encoded) <= 2 else "?"
