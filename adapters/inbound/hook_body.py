"""The bodies of what a vendor sends us: JSON or a form, strictly, for anybody can send one."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, NoReturn
from urllib.parse import parse_qsl

import msgspec

from ports.errors import WebhookRejected

_MAX_BODY_BYTES: Final = 64 * 1024
_MAX_FORM_FIELDS: Final = 100


def read_hook(
    headers: Mapping[str, str], body: bytes, *, usual_type: str = ""
) -> dict[str, object]:
    """The fields, fractions as `Decimal`. `usual_type` is what a body without a type counts as."""
    check_size(body)
    content_type = headers.get("content-type", usual_type).partition(";")[0].strip().lower()
    read_fields = _READERS.get(content_type)
    if read_fields is None:
        raise WebhookRejected("content-type")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise WebhookRejected("utf-8") from None
    return read_fields(text)


def check_size(body: bytes) -> None:
    """Refuses a body that is too large to be a vendor's."""
    if len(body) > _MAX_BODY_BYTES:
        raise WebhookRejected("too-large")


def _read_json(text: str) -> dict[str, object]:
    try:
        if "\\u" in text:
            # The standard library lets half a surrogate pair through; this does not.
            msgspec.json.decode(text)
        fields: object = _decode(text)
    except (ValueError, RecursionError, InvalidOperation):
        raise WebhookRejected("json") from None
    if not isinstance(fields, dict):
        raise WebhookRejected("not-an-object")
    return fields


def _read_form(text: str) -> dict[str, object]:
    try:
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MAX_FORM_FIELDS,
        )
    except ValueError:
        raise WebhookRejected("form") from None
    return _without_duplicates(pairs)


def _without_duplicates(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """The pairs as a dict; two readers may take different ones of two values, so none is taken."""
    fields: dict[str, object] = {}
    for name, value in pairs:
        if name in fields:
            raise WebhookRejected("duplicate-field")
        fields[name] = value
    return fields


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


# Made once: making it anew for each body would cost as much as reading a small one.
_decode: Final = json.JSONDecoder(
    object_pairs_hook=_without_duplicates, parse_float=Decimal, parse_constant=_refuse_constant
).decode
_READERS: Final = {
    "application/json": _read_json,
    "application/x-www-form-urlencoded": _read_form,
}
