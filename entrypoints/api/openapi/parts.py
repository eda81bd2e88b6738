"""The parts that an OpenAPI document is put together from."""

from collections.abc import Iterable, Mapping
from typing import Any

from entrypoints.api import messages, schemas
from entrypoints.api.messages import StatusWord
from entrypoints.api.openapi.examples import Shape, example_of, example_saying
from ports.gateway_adapter import SampleBody

Part = dict[str, Any]

REF_TEMPLATE = "#/components/schemas/{name}"
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


def operation(tag: str, operation_id: str, summary: str, responses: Part, **more: Any) -> Part:
    """One thing to ask, with all that may be answered; a failure of ours always may."""
    unexpected = replies(messages.INTERNAL_ERROR)
    return {
        "tags": [tag],
        "operationId": operation_id,
        "summary": summary,
        **more,
        "responses": dict(sorted({**unexpected, **responses}.items())),
    }


def request_body(shape: Shape, example: object = None) -> Part:
    """A body that must be sent, as JSON."""
    media = {"schema": _ref(shape), "example": example or example_of(shape)}
    return {"required": True, "content": {_JSON: media}}


def sent_by_gateway(sample: SampleBody) -> Part:
    """A body in the gateway's own words, which its adapter reads."""
    media = {"schema": {"type": "object"}, "example": sample.fields}
    kinds = (_JSON, _FORM) if sample.may_be_form else (_JSON,)
    return {"required": True, "content": dict.fromkeys(kinds, media)}


def response(description: str, shape: Shape) -> Part:
    """An answer of that shape."""
    content = {_JSON: {"schema": _ref(shape), "example": example_of(shape)}}
    return {"description": description, "content": content}


def replies(*words: StatusWord, shape: Shape = schemas.Message) -> Part:
    """The answers of those words by HTTP status, with an example of each word."""
    # Whatever else an answer may hold, a client's mistake is told by the plain shape.
    schema = _ref(shape)
    if shape is schemas.CompletedView:
        schema = {"anyOf": [_ref(shape), _ref(schemas.Message)]}
    return {
        http_status: {
            "description": _names(same),
            "content": {
                _JSON: {
                    "schema": schema,
                    "examples": {
                        word.word: {"summary": word.english, "value": example_saying(word, shape)}
                        for word in same
                    },
                }
            },
        }
        for http_status, same in _by_http_status(words).items()
    }


def pages(*words: StatusWord) -> Part:
    """The same for a browser: pages."""
    return {
        http_status: {
            "description": _names(same),
            "content": {"text/html": {"schema": {"type": "string"}}},
        }
        for http_status, same in _by_http_status(words).items()
    }


def parameter(place: str, name: str, example: str, **schema: Any) -> Part:
    """A parameter that must be given, in the path, the query or a header."""
    return {
        "name": name,
        "in": place,
        "required": True,
        "schema": {"type": "string", **schema},
        "example": example,
    }


def content(media_type: str, schema: Mapping[str, Any], example: object) -> Part:
    """An answer of another kind than our JSON."""
    return {media_type: {"schema": schema, "example": example}}


def _ref(shape: Shape) -> Part:
    return {"$ref": REF_TEMPLATE.format(name=shape.__name__)}


def _names(words: Iterable[StatusWord]) -> str:
    return ", ".join(word.word for word in words)


def _by_http_status(words: Iterable[StatusWord]) -> dict[str, list[StatusWord]]:
    grouped: dict[str, list[StatusWord]] = {}
    for word in dict.fromkeys(words):
        grouped.setdefault(str(word.http_status), []).append(word)
    return grouped
