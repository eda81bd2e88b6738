"""One spelling of the domain's values as bytes, so that a hash of one means the same for good.

The spelling is JSON in ASCII: keys sorted, no blanks. A value with fields is an object of them; a
field that stands at its default is left out, so that one added later, with a default, changes no
hash of before. A moment is text in UTC with six decimals, a word of an enumeration its text, a
tuple a list. Numbers are whole. So no two values of one type have one spelling.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted
from types import NoneType
from typing import Any


def digest(value: object) -> str:
    """The SHA-256 of the value's spelling, in hex."""
    return sha256(spelling(value).encode("ascii")).hexdigest()


def spelling(value: object) -> str:
    """The value as canonical text. `TypeError` for what has no single spelling, like a float."""
    return _SPELLERS[type(value)](value)


class _Spellers(dict[type[Any], Callable[[Any], str]]):
    """How a value of each type is spelt: worked out once, for an order is hashed often."""

    def __missing__(self, kind: type[Any]) -> Callable[[Any], str]:
        self[kind] = _speller(kind)
        return self[kind]


_SPELLERS = _Spellers()


def _speller(kind: type[Any]) -> Callable[[Any], str]:
    if issubclass(kind, StrEnum | str):
        return quoted
    if issubclass(kind, NoneType):
        return lambda _nothing: "null"
    if issubclass(kind, bool):
        return lambda flag: "true" if flag else "false"
    if issubclass(kind, int):
        return int.__repr__
    if issubclass(kind, datetime):
        return lambda moment: f'"{moment.astimezone(UTC).isoformat(timespec="microseconds")}"'
    if issubclass(kind, tuple):
        return lambda several: f"[{','.join([spelling(each) for each in several])}]"
    if issubclass(kind, Mapping):
        return lambda named: _object(
            [f"{quoted(name)}:{spelling(named[name])}" for name in sorted(named)]
        )
    if is_dataclass(kind):
        return _speller_of_fields(kind)
    raise TypeError(f"{kind.__name__} has no canonical spelling")


def _speller_of_fields(kind: type[Any]) -> Callable[[Any], str]:
    by_name = sorted(fields(kind), key=lambda each: each.name)
    # Whatever has no default equals none, and nothing but None equals None: asking would be dear.
    known = [
        (each.name, each.default, each.default not in (MISSING, None), f'"{each.name}":')
        for each in by_name
    ]

    def spell(value: Any) -> str:
        return _object(
            [
                spelt_name + _SPELLERS[type(each)](each)
                for name, default, may_equal, spelt_name in known
                if (each := getattr(value, name)) is not default
                and not (may_equal and each == default)
            ]
        )

    return spell


def _object(members: list[str]) -> str:
    return f"{{{','.join(members)}}}"
