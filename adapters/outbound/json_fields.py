"""Reads what a JSON object holds: what must be there, and what may be.

Values stay raw bytes until they are read, so that a field nobody needs cannot spoil those that
count, and a number is still the very text that was sent: it is never a float.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Self, TypeVar

import msgspec

from adapters.outbound.json_text import decoded
from domain.errors import InvalidValue
from domain.money import Currency, Money, UnreadableAmount
from ports.errors import GatewayProtocolError

_Value = TypeVar("_Value")
_FIELDS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TEXT: Final = msgspec.json.Decoder(str)
_WHOLE: Final = msgspec.json.Decoder(int)
_TRUTH: Final = msgspec.json.Decoder(bool)

ABSENT: Final = msgspec.Raw()
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
        raws = decoded(_FIELDS, body)
        return None if raws is None else cls(raws)

    def raw(self, name: str) -> msgspec.Raw:
        """The bytes as they were sent; none if the field is missing."""
        return self._raws.get(name, ABSENT)

    def text(self, name: str) -> str | None:
        """The text exactly as it was sent."""
        return _read(_TEXT, self.raw(name))

    def required_text(self, name: str) -> str:
        """The text exactly as it was sent; never blank."""
        return required(self.text(name), name)

    def whole(self, name: str) -> int | None:
        """A whole number."""
        return _read(_WHOLE, self.raw(name))

    def truth(self, name: str) -> bool | None:
        """True or false, and nothing that merely looks like it."""
        return _read(_TRUTH, self.raw(name))


def is_told(raw: msgspec.Raw) -> bool:
    """Whether a value is there and not null."""
    return bytes(raw) not in (b"", b"null")


def required(text: str | None, name: str) -> str:
    """The text, which must be there and not blank."""
    if text is None or not text.strip():
        raise GatewayProtocolError(name)
    return text


def shown(text: str | None, max_length: int) -> str | None:
    """Text made fit to be stored and shown, without the space around it; None if that is all."""
    stripped = "" if text is None else text.strip()
    return fit_to_show(stripped, max_length) if stripped else None


def fit_to_show(text: str, max_length: int) -> str:
    """The text cut, and each control character replaced by the sign for what cannot be shown."""
    cut = text[:max_length]
    if cut.isprintable():
        return cut
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in cut)


def url(text: str | None) -> str | None:
    """A web address of sane length."""
    return text if text is not None and _URL.fullmatch(text) else None


def moment(seconds: int | None) -> datetime | None:
    """The moment that unix seconds name; zero and what cannot be a time are None."""
    if seconds is None or not 0 < seconds < _YEAR_2100_S:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def required_amount(raw: msgspec.Raw, name: str, currency_code: str) -> Money | UnreadableAmount:
    """The amount, sent as a JSON number or as a text that is a plain decimal."""
    number = _number(raw)
    if number is None:
        raise GatewayProtocolError(name)
    return read_amount(number, currency_code)


def read_amount(number: str, currency_code: str) -> Money | UnreadableAmount:
    """Money; or, for a number that no Money can be made of, the beginning of what was sent."""
    # Nearly all payments share a few amounts; only short ones are remembered.
    read = _amount if len(number) > _MAX_SHOWN_DIGITS else _known_amount
    return read(number, currency_code)


def _amount(number: str, currency_code: str) -> Money | UnreadableAmount:
    # Decimal itself gives up on an exponent beyond all bounds, and Money on all lesser excess.
    with suppress(InvalidValue, InvalidOperation):
        return Money.of(Decimal(number), Currency(currency_code))
    return UnreadableAmount(number=number[:_MAX_SHOWN_DIGITS], currency_code=currency_code)


_known_amount: Final = lru_cache(maxsize=4096)(_amount)


def _number(raw: msgspec.Raw) -> str | None:
    literal = bytes(raw)
    if literal and literal[0] in _BEGINS_A_NUMBER:
        return literal.decode("ascii")
    text = _read(_TEXT, raw)
    return text if text is not None and _PLAIN_NUMBER.fullmatch(text) else None


def _read(decoder: msgspec.json.Decoder[_Value], raw: msgspec.Raw) -> _Value | None:
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
