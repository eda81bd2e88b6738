"""Reads request bodies strictly: bounded, JSON or form, every name once, every number exact."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.exceptions import ClientException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from domain.errors import InvalidValue
from domain.money import parse_number
from entrypoints.api.language import header

MAX_BODY_BYTES = 64 * 1024
_MAX_FORM_FIELDS = 100
_MAX_SHOWN_NAME = 100
_FORM = "application/x-www-form-urlencoded"

Body = TypeVar("Body", bound=msgspec.Struct)
AnyRequest = Request[Any, Any, Any]


class UnsupportedMediaType(ClientException):
    """The body is of a type that this address does not read."""

    status_code = 415


async def read_body(request: AnyRequest) -> bytes:
    """The whole body; one that is too large is refused while it comes, announced or not."""
    body = bytearray()
    while True:
        message = await request.receive()
        if message["type"] != "http.request":
            raise ClientException("the client went away")
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise RequestEntityTooLarge
        if not message.get("more_body", False):
            return bytes(body)


def read_headers(request: AnyRequest) -> dict[str, str]:
    """The headers by their names in lower case; of those given twice the last."""
    return {
        name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]
    }


async def read_json(request: AnyRequest, body_type: type[Body]) -> Body:
    """The body as that type; a missing content type counts as JSON, for many clients forget it.

    Raises `InvalidValue` naming what is wrong, `UnsupportedMediaType` or `RequestEntityTooLarge`.
    """
    content_type = _content_type(request)
    if not _is_json(content_type):
        raise UnsupportedMediaType
    return _convert(decode_json(await read_body(request)), body_type)


async def read_form(request: AnyRequest) -> dict[str, str]:
    """The fields of a form, each given once; raises as `read_json` does."""
    if _content_type(request) != _FORM:
        raise UnsupportedMediaType
    return _decode_form(await read_body(request))


def decode_json(body: bytes) -> object:
    """Plain values from JSON text, fractions as `Decimal`. A name given twice is refused."""
    try:
        if b"\\u" in body:
            # The standard library lets half a surrogate pair through; this does not.
            msgspec.json.decode(body)
        return _decoder.decode(body.decode())
    except (ValueError, RecursionError, InvalidOperation):
        raise InvalidValue("body", "is not valid JSON in UTF-8") from None


def amount_number(value: object) -> Decimal:
    """An exact number from a body's `amount`; refuses all but numbers and decimal text."""
    if not isinstance(value, int | str | Decimal):
        raise InvalidValue("amount", 'must be a number or decimal text, like 1000 or "14.20"')
    return parse_number(value)


def in_utc(field: str, moment: datetime) -> datetime:
    """The same moment in UTC; refuses the last hours of the calendar, which have none."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise InvalidValue(field, "is out of range") from None


def _content_type(request: AnyRequest) -> str:
    value = header(request.scope, b"content-type") or b""
    return value.partition(b";")[0].strip().lower().decode("latin-1")


def _is_json(content_type: str) -> bool:
    return content_type in ("", "application/json") or content_type.endswith("+json")


def _decode_form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MAX_FORM_FIELDS,
        )
    except ValueError:
        raise InvalidValue("body", "is not a valid form in UTF-8") from None
    return _each_name_once(pairs)


def _each_name_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A dict of the pairs; two readers may take different ones of two values, so none is taken."""
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise InvalidValue(name[:_MAX_SHOWN_NAME], "is given more than once")
        fields[name] = value
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


# Made once: making it anew for each body would cost as much as reading a small one.
_decoder = json.JSONDecoder(
    object_pairs_hook=_each_name_once, parse_float=Decimal, parse_constant=_refuse_constant
)

_PLACE = re.compile(r"(?P<reason>.*?)(?: - at `\$\.?(?P<parent>[^`]*)`)?", re.DOTALL)
_FIELD = re.compile(
    r"Object (?P<lack>missing required|contains unknown) field `(?P<name>.*)`", re.DOTALL
)


def _convert(fields: object, body_type: type[Body]) -> Body:
    try:
        return msgspec.convert(fields, body_type, strict=True)
    except msgspec.ValidationError as error:
        raise _explain(str(error)) from None


def _explain(text: str) -> InvalidValue:
    """Takes the validator's sentence apart: which field it is about, and what is wrong with it."""
    place = _PLACE.fullmatch(text)
    parent, reason = (place["parent"] or "", place["reason"]) if place else ("", text)
    named = _FIELD.fullmatch(reason)
    if named:
        field = f"{parent}.{named['name']}" if parent else named["name"]
        is_missing = named["lack"] == "missing required"
        return InvalidValue(
            field[:_MAX_SHOWN_NAME], "is required" if is_missing else "is not a known field"
        )
    return InvalidValue(parent or "body", reason[:1].lower() + reason[1:].replace("`", ""))
