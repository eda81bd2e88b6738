"""One spelling of the domain's values as bytes, so that a hash of one means the same for good.

The spelling is JSON in ASCII: keys sorted, no blanks. A value with fields is an object of them; a
field that stands at its default is left out, so that one added later, with a default, changes no
hash of before. A moment is text in UTC with six decimals, a word of an enumeration its text, a
tuple a list. Numbers are whole. So no two values of one type have one spelling.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import Any

# Made once: an order is hashed at each verdict.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


def digest(value: object) -> str:
    """The SHA-256 of the value's spelling, in hex."""
    return sha256(spelling(value).encode("ascii")).hexdigest()


def spelling(value: object) -> str:
    """The value as canonical text. `TypeError` for what has no single spelling, like a float."""
    return _encode(_plain(value))


def _plain(value: object) -> object:
    if type(value) is str:  # nearly all are
        return value
    match value:
        case StrEnum():
            return value.value
        case None | bool() | int() | str():
            return value
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return {name: _plain(each) for name, each in value.items()}
        case _ if is_dataclass(value):
            return {
                name: _plain(each)
                for name, default in _defaults(value.__class__)
                if (each := getattr(value, name)) != default
            }
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical spelling")


@cache
def _defaults(kind: type[Any]) -> tuple[tuple[str, object], ...]:
    """The names of a dataclass' fields, each with its default."""
    return tuple((each.name, each.default) for each in fields(kind))
