"""One spelling of the domain's values as bytes, so that a hash of one means the same for good.

The spelling is JSON in ASCII: keys sorted, no blanks. A value with fields is an object of them; a
field that stands at its default is left out, so that one added later, with a default, changes no
hash of before. A moment is text in UTC with six decimals, a word of an enumeration its text, a
tuple a list. Numbers are whole. So no two values of one type have one spelling.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from types import NoneType
from typing import Any

# Made once: an order is hashed at each verdict.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


def digest(value: object) -> str:
    """The SHA-256 of the value's spelling, in hex."""
    return sha256(spelling(value).encode("ascii")).hexdigest()


def spelling(value: object) -> str:
    """The value as canonical text. `TypeError` for what has no single spelling, like a float."""
    return _encode(_plain(value))


def _plain(value: Any) -> object:
    if type(value) is str:  # nearly all are
        return value
    spell = _speller(type(value))  # type: ignore[arg-type] # mypy: a class has no hash; it has
    return spell(value)


@cache
def _speller(kind: type[Any]) -> Callable[[Any], object]:
    """How a value of that type becomes plain: worked out once, for an order is hashed often."""
    if issubclass(kind, StrEnum):
        return lambda word: word.value
    if issubclass(kind, int | str | NoneType):
        return lambda value: value
    if issubclass(kind, datetime):
        return lambda moment: moment.astimezone(UTC).isoformat(timespec="microseconds")
    if issubclass(kind, tuple):
        return lambda several: [_plain(each) for each in several]
    if issubclass(kind, Mapping):
        return lambda named: {name: _plain(each) for name, each in named.items()}
    if is_dataclass(kind):
        defaults = [(each.name, each.default) for each in fields(kind)]
        return lambda value: {
            name: _plain(each)
            for name, default in defaults
            if (each := getattr(value, name)) != default
        }
    raise TypeError(f"{kind.__name__} has no canonical spelling")
