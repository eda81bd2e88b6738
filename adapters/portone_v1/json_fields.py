"""Reads the fields of a JSON object one by one: what must be there, and what may be.

Values stay raw bytes until they are read, so that a field nobody needs cannot spoil those that
count, and a number is still the very text that was sent: it is never a float.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final, Self, TypeVar

import msgspec

from domain.errors import InvalidValue
from domain.money import Currency, Money, UnreadableAmount
from ports.errors import GatewayProtocolError

_Value = TypeVar("_Value")
_FIELDS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TEXT: Final = msgspec.json.Decoder(str)
_WHOLE: Final = msgspec.json.Decoder(int)
_TRUTH: Final = msgspec.json.Decoder(bool)

_ABSENT: Final = msgspec.Raw()
_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_MAX_SHOWN_DIGITS: Final = 40
_URL: Final = re.compile(r"https?://[!-~]{1,2000}", re.ASCII)
_BEGINS_A_NUMBER: Final = frozenset(b"-0123456789")
# Later times are milliseconds, or nonsense.
_YEAR_2100_S: Final = 4_102_444_800


class JsonFields:
    """A JSON object whose fields may be missing, null or of another type than documented.

    Such a field reads as None; where it is required, it is a `GatewayProtocolError` with its name.
    """

    def __init__(self, raws: dict[str, msgspec.Raw]) -> None:
        self._raws = raws

    @classmethod
    def decode(cls, body: bytes | msgspec.Raw) -> Self | None:
        """The object's fields; None if this is not one JSON object."""
        try:
            return cls(_FIELDS.decode(body))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    def is_told(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return bytes(self._raws.get(name, _ABSENT)) not in (b"", b"null")

    def object(self, name: str) -> "JsonFields | None":
        """An object within."""
        return JsonFields.decode(self._raws.get(name, _ABSENT))

    def text(self, name: str) -> str | None:
        """The text exactly as it was sent; None if it is blank."""
        text = self._read(_TEXT, name)
        return text if text is not None and text.strip() else None

    def required_text(self, name: str) -> str:
        """The text exactly as it was sent; never blank."""
        text = self.text(name)
        if text is None:
            raise GatewayProtocolError(name)
        return text

    def shown(self, name: str, max_length: int) -> str | None:
        """Text made fit to be stored and shown, without the space around it."""
        text = self.text(name)
        return None if text is None else fit_to_show(text.strip(), max_length)

    def url(self, name: str) -> str | None:
        """A web address of sane length."""
        text = self.text(name)
        return text if text is not None and _URL.fullmatch(text) else None

    def amount(self, name: str, currency_code: str) -> Money | UnreadableAmount:
        """The required amount, sent as a JSON number or as a text that is a plain decimal."""
        number = self._number(name)
        if number is None:
            raise GatewayProtocolError(name)
        return read_amount(number, currency_code)

    def whole(self, name: str) -> int | None:
        """A whole number."""
        return self._read(_WHOLE, name)

    def truth(self, name: str) -> bool | None:
        """True or false, and nothing that merely looks like it."""
        return self._read(_TRUTH, name)

    def moment(self, name: str) -> datetime | None:
        """The moment that unix seconds name; zero and what cannot be a time are None."""
        seconds = self.whole(name)
        if seconds is None or not 0 < seconds < _YEAR_2100_S:
            return None
        return datetime.fromtimestamp(seconds, UTC)

    def _number(self, name: str) -> str | None:
        text = self._read(_TEXT, name)
        if text is not None:
            return text if _PLAIN_NUMBER.fullmatch(text) else None
        literal = bytes(self._raws.get(name, _ABSENT))
        return literal.decode("ascii") if literal and literal[0] in _BEGINS_A_NUMBER else None

    def _read(self, decoder: msgspec.json.Decoder[_Value], name: str) -> _Value | None:
        try:
            return decoder.decode(self._raws.get(name, _ABSENT))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None


def fit_to_show(text: str, max_length: int) -> str:
    """The text cut, and each control character replaced by the sign for what cannot be shown."""
    cut = text[:max_length]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in cut)


def read_amount(number: str, currency_code: str) -> Money | UnreadableAmount:
    """Money; or, for a number that no Money can be made of, the beginning of what was sent."""
    # Decimal itself gives up on an exponent beyond all bounds, and Money on all lesser excess.
    with suppress(InvalidValue, InvalidOperation):
        return Money.of(Decimal(number), Currency(currency_code))
    return UnreadableAmount(number=number[:_MAX_SHOWN_DIGITS], currency_code=currency_code)
