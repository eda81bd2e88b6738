"""One spelling of the domain's values as bytes, so that a hash of one means the same for good.

The spelling is JSON in ASCII: keys sorted, no blanks. A value with fields is an object of them; a
field that stands at its default is left out, so that one added later, with a default, changes no
hash of before. A moment is text in UTC with six decimals, a word of an enumeration its text, a
tuple a list. Numbers are whole. So no two values of one type have one spelling.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted
from types import NoneType
from typing import Any


def digest(value: object) -> str:
    """The SHA-256 of the value's spelling, in hex."""
    return sha256(spelling(value).encode("ascii")).hexdigest()


def spelling(value: object) -> str:
    """The value as canonical text. `TypeError` for what has no single spelling, like a float."""
    if type(value) is str:  # nearly all are
        return quoted(value)
    spell = _speller(type(value))  # type: ignore[arg-type] # mypy: a class has no hash; it has
    return spell(value)


@cache
def _speller(kind: type[Any]) -> Callable[[Any], str]:
    """How a value of that type is spelt: worked out once, for an order is hashed often."""
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
        return lambda several: f"[{','.join(map(spelling, several))}]"
    if issubclass(kind, Mapping):
        return lambda named: _object(
            [f"{quoted(name)}:{spelling(named[name])}" for name in sorted(named)]
        )
    if is_dataclass(kind):
        by_name = sorted(fields(kind), key=lambda each: each.name)
        known = [(each.name, each.default, f'"{each.name}":') for each in by_name]
        return lambda value: _object(
            [
                spelt_name + (quoted(each) if type(each) is str else spelling(each))
                for name, default, spelt_name in known
                if (each := getattr(value, name)) != default
            ]
        )
    raise TypeError(f"{kind.__name__} has no canonical spelling")


def _object(members: list[str]) -> str:
    return f"{{{','.join(members)}}}"
