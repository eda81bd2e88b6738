"""JSON whose numbers stay exact: whole numbers as int, all others as Decimal, never a float."""

import json
import re
import secrets
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

JsonObject = dict[str, Any]
Number = int | Decimal

# Far beyond any amount of money, and small enough that "1e999999999" costs nothing.
_LARGEST_EXPONENT = 40
_LARGEST_AMOUNT = 10**24

_FAST: Final = msgspec.json.Encoder(decimal_format="number")

# The encoder of the standard library cannot write a Decimal as a number. It is written as a
# string behind a mark that nobody outside this process can guess, and unquoted afterwards.
_MARK = f"exact-{secrets.token_hex(16)}:"
_MARKED = re.compile(f'"{_MARK}([^"]*)"')


def exact(value: Number) -> Number:
    """Bring a number to its shortest exact form: an int where it is whole."""
    if isinstance(value, int):
        return value
    if not value.is_finite():
        raise ValueError("number is not finite")
    if abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError("number out of range")
    return int(value) if value == value.to_integral_value() else value.normalize()


def number_from(value: object) -> Number | None:
    """Read a JSON number or decimal text exactly; None for anything else."""
    if isinstance(value, bool):
        return None
    if not isinstance(value, (int, str, Decimal)):
        return None
    try:
        number = exact(Decimal(value))
    except (InvalidOperation, ValueError):
        return None
    return number if -_LARGEST_AMOUNT < number < _LARGEST_AMOUNT else None


def loads(raw: bytes | str) -> Any:
    """Decode JSON; raises ValueError for whatever could not be written out again."""
    try:
        value = json.loads(
            raw, parse_float=lambda text: exact(Decimal(text)), parse_constant=_refuse
        )
        dumps(value)
    except (RecursionError, InvalidOperation, UnicodeError) as error:
        raise ValueError("not usable as JSON") from error
    return value


def dumps(value: object) -> bytes:
    """Encode as UTF-8 JSON, Korean unescaped."""
    has_decimals = False

    def mark(item: object) -> str:
        nonlocal has_decimals
        if not isinstance(item, Decimal):
            raise TypeError(f"{type(item).__name__} has no JSON form")
        has_decimals = True
        return f"{_MARK}{Decimal(exact(item)):f}"

    text = json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=mark
    )
    return (_MARKED.sub(r"\1", text) if has_decimals else text).encode()


def dumps_fast(value: object) -> bytes:
    """Encode the same ten times as fast, for lists: only what `loads` or `number_from` gave.

    A number far below one may be written with an exponent.
    """
    return _FAST.encode(value)


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")
