from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from entrypoints.api.messages import StatusWord
from entrypoints.api.openapi.document import openapi_document
from tests.support.api import FACE, an_app, asking
from tests.support.factories import GATEWAY
from tests.support.shop import Shop

DOCUMENT: dict[str, Any] = msgspec.json.decode(openapi_document([FACE], GATEWAY))


def media_types() -> Iterator[Any]:
    """Every body in the document that has a schema: requests and answers."""
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            bodies = {**operation["responses"], "request": operation.get("requestBody", {})}
            for name, body in bodies.items():
                for media_type, media in body.get("content", {}).items():
                    yield pytest.param(media, media_type, id=f"{method} {path} {name} {media_type}")


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)

    assert DOCUMENT["openapi"].startswith("3.1")


@pytest.mark.parametrize("path", ["/schema", "/schema/openapi.json"])
async def test_the_document_is_served_as_json(path: str) -> None:
    async with asking(Shop()) as client:
        answer = await client.get(path)

    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == DOCUMENT


def test_every_route_is_described_and_every_description_has_a_route() -> None:
    app = an_app(Shop())
    served = {
        (route.path_format, method)
        for route in app.routes
        for method in route.methods
        if method not in ("HEAD", "OPTIONS")
    }
    described = {
        (path, method.upper())
        for path, operations in DOCUMENT["paths"].items()
        for method in operations
    }

    assert served - {("/schema/openapi.json", "GET")} == described


@pytest.mark.parametrize(("media", "media_type"), list(media_types()))
def test_every_json_body_has_examples_that_fit_its_schema(
    media: dict[str, Any], media_type: str
) -> None:
    schema = media["schema"] | {"components": DOCUMENT["components"]}
    examples = [case["value"] for case in media.get("examples", {}).values()]
    if "example" in media:
        examples.append(media["example"])

    assert examples or media_type == "text/html"
    for example in examples:
        OAS31Validator(schema).validate(example)


def test_the_examples_say_what_their_names_say() -> None:
    words = {word.word: word for word in vars_of_messages()}

    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            for code, response in operation["responses"].items():
                for media in response.get("content", {}).values():
                    for name, case in media.get("examples", {}).items():
                        assert case["value"]["status"] == name
                        assert case["value"]["message"] == words[name].korean
                        assert int(code) == words[name].http_status


def vars_of_messages() -> list[StatusWord]:
    from entrypoints.api import messages

    return [word for word in vars(messages).values() if isinstance(word, StatusWord)]
