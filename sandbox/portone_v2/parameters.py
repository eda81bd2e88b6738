"""Reads what callers of the vendor's API send: JSON in the body or, for questions, in the query."""

import re
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from sandbox.machinery.exact_json import JsonObject, loads
from sandbox.portone_v2.answers import VendorRefusal, invalid

_LARGEST: Final = 2**63 - 1
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


async def body_of(request: web.Request) -> JsonObject:
    """Decode a JSON body; an empty one has no fields."""
    return _object(await request.read(), "body")


async def question_of(request: web.Request) -> JsonObject:
    """Decode the input of a listing, which is in `requestBody` of the query or in the body."""
    asked = request.query.get("requestBody")
    return await body_of(request) if asked is None else _object(asked.encode(), "requestBody")


def only(values: JsonObject, *known: str) -> None:
    """Refuse what the vendor may know and nobody built here: to ignore it would be a lie."""
    unknown = sorted(values.keys() - set(known))
    if unknown:
        raise invalid(unknown[0])


def section(values: JsonObject, name: str) -> JsonObject:
    """Read an object that may be left out."""
    value = values.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid(name)
    return value


def text(values: JsonObject, name: str) -> str | None:
    """Read text that may be left out."""
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid(name)
    return value


def required_text(values: JsonObject, name: str) -> str:
    """Read text that must be there."""
    value = text(values, name)
    if not value:
        raise invalid(name)
    return value


def whole(
    values: JsonObject, name: str, default: int | None = None, *, low: int = 0, high: int = _LARGEST
) -> int | None:
    """Read a whole number within its limits."""
    value: Any = values.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise invalid(name)
    return value


def truth(values: JsonObject, name: str) -> bool | None:
    """Read true or false."""
    value = values.get(name)
    if value is not None and not isinstance(value, bool):
        raise invalid(name)
    return value


def moment(values: JsonObject, name: str, default: float) -> float:
    """Read a time as unix seconds."""
    value = text(values, name)
    if value is None:
        return default
    if not _TIME.fullmatch(value):
        raise invalid(name)
    try:
        return datetime.fromisoformat(value).timestamp()
    except ValueError:
        raise invalid(name) from None


def check_store(store_id: str | None, own: str) -> None:
    """Refuse the store of somebody else."""
    if store_id is not None and store_id != own:
        raise VendorRefusal("FORBIDDEN")


def _object(raw: bytes, name: str) -> JsonObject:
    if not raw.strip():
        return {}
    try:
        value = loads(raw)
    except ValueError:
        raise invalid(name) from None
    if not isinstance(value, dict):
        raise invalid(name)
    return value
