"""Reads what callers of the vendor's API send: forms and queries with names like `a[b][]`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.stripe.answers import InvalidParameter

Parameters = dict[str, Any]

_NAME: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_KEY: Final = re.compile(r"\[([^\[\]]*)\]")
_MOST_FIELDS: Final = 500
_DEEPEST: Final = 5
# As the vendor: up to eight digits.
_LARGEST_AMOUNT: Final = 99_999_999


async def form_of(request: web.Request) -> Parameters:
    """Decode the form of a POST; an empty one has no parameters."""
    raw = await request.read()
    if raw and request.content_type != "application/x-www-form-urlencoded":
        raise InvalidParameter("Invalid request: the body must be form-encoded.")
    try:
        pairs = parse_qsl(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise InvalidParameter("Invalid request: the form cannot be read.") from None
    return nested(pairs)


def query_of(request: web.Request) -> Parameters:
    """Decode the query of a GET."""
    return nested(request.query.items())


def nested(pairs: Iterable[tuple[str, str]]) -> Parameters:
    """Build objects of `a[b]=`, and lists of `a[]=` and `a[0]=`; the last of two values counts."""
    found: Parameters = {}
    for name, value in pairs:
        parts = _NAME.fullmatch(name)
        if parts is None:
            raise InvalidParameter(f"Received unknown parameter: {name}", name)
        path = [parts[1], *_KEY.findall(parts[2])]
        if len(path) > _DEEPEST:
            raise InvalidParameter(f"Received unknown parameter: {name}", name)
        _put(found, path, value, name)
    return found


def _put(holder: Parameters, path: list[str], value: str, name: str) -> None:
    first, *rest = path
    if not rest:
        holder[first] = value
        return
    if rest == [""] or (len(rest) == 1 and rest[0].isdigit()):
        items = holder.setdefault(first, [])
        if not isinstance(items, list):
            raise InvalidParameter(f"Invalid parameter: {name}", name)
        items.append(value)
        return
    inner = holder.setdefault(first, {})
    if not isinstance(inner, dict):
        raise InvalidParameter(f"Invalid parameter: {name}", name)
    _put(inner, rest, value, name)


def known(values: Parameters, *names: str) -> Parameters:
    """Refuse names that the vendor does not know."""
    for name in values:
        if name not in names:
            raise InvalidParameter(f"Received unknown parameter: {name}", name, "parameter_unknown")
    return values


def text(values: Parameters, name: str) -> str | None:
    """Read a text; None where it is missing or empty."""
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidParameter(f"Invalid string: {name}", name)
    return value or None


def required(values: Parameters, name: str) -> str:
    """Read a text that must be there."""
    value = text(values, name)
    if value is None:
        raise InvalidParameter(f"Missing required param: {name}.", name, "parameter_missing")
    return value


def whole(values: Mapping[str, Any], name: str, *, low: int = 0, high: int = 10**11) -> int | None:
    """Read a whole number within its limits; None where it is missing."""
    value = values.get(name)
    if value is None:
        return None
    is_plain = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 13
    if not is_plain or not low <= int(value) <= high:
        raise InvalidParameter(f"Invalid integer: {name}", name, "parameter_invalid_integer")
    return int(value)


def amount(values: Parameters, name: str) -> int | None:
    """Read an amount above zero, in the vendor's minor units."""
    return whole(values, name, low=1, high=_LARGEST_AMOUNT)


def texts(values: Parameters, name: str) -> list[str]:
    """Read a list of texts."""
    value = values.get(name, [])
    if not isinstance(value, list):
        raise InvalidParameter(f"Invalid array: {name}", name)
    return value


def mapping(values: Parameters, name: str) -> dict[str, str]:
    """Read an object of texts, like metadata."""
    value = values.get(name, {})
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise InvalidParameter(f"Invalid object: {name}", name)
    return value
