"""Reads what callers of the vendor's API send: JSON or a form, and the query."""

from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.machinery.exact_json import JsonObject, Number, loads, number_from
from sandbox.portone_v1.answers import parameter_invalid

_TRUE = frozenset({"true", "1"})

# Unix seconds far beyond any payment, which still fit a key of the time index.
_LATEST = 10**11


async def body_of(request: web.Request) -> JsonObject:
    """Decode a JSON or form body; an empty one has no parameters."""
    raw = await request.read()
    if request.content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True))
    if not raw.strip():
        return {}
    try:
        value = loads(raw)
    except ValueError:
        raise parameter_invalid("body") from None
    if not isinstance(value, dict):
        raise parameter_invalid("body")
    return value


def text(values: JsonObject, name: str) -> str:
    """Read a text; empty where it is missing."""
    value = values.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise parameter_invalid(name)


def amount(values: JsonObject, name: str) -> Number | None:
    """Read an amount that may be left out; forms have it as text."""
    value = values.get(name)
    if value is None or value == "":
        return None
    number = number_from(value)
    if number is None or number < 0:
        raise parameter_invalid(name)
    return number


def is_true(value: Any) -> bool:
    """Read a boolean of a query, a form or a JSON body."""
    return value is True or str(value).lower() in _TRUE


def whole(request: web.Request, name: str, default: int, *, low: int, high: int = _LATEST) -> int:
    """Read a whole number of the query within its limits."""
    raw = request.query.get(name)
    if raw is None:
        return default
    is_plain = raw.isascii() and raw.isdigit() and len(raw) <= len(str(_LATEST))
    if not is_plain or not low <= int(raw) <= high:
        raise parameter_invalid(name)
    return int(raw)
